// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::studies {

/// Exact <S_0 S_1> of the spins that a map leaves of a ring of `size` spins at K = `coupling`. `map`:
/// "decimation" or "majority" (odd blocks), by `factor`.
[[nodiscard]] double mapped_bond(const std::string& map, int size, double coupling, int factor);

/// What a net's signs are on test chains, beside the map that it was asked for.
struct ChainNetReading {
  double accuracy = 0;  ///< fraction of outputs with the target's sign
  double loss = 0;      ///< mean squared error on the test chains
  inference::ChainCoupling output = {};
  inference::ChainCoupling target = {};  ///< control: the exact map on the same test chains
  double expected = 0;                   ///< K of the target's <S_0 S_1>, exact
  /// K of the exact <S_0 S_1> after independent flips of every output at this accuracy.
  double flipped = 0;
  double far_ratio = 0;  ///< inference::far_over_near of the outputs
};

/// Rings at one K, on which nets that were asked for a map are read.
///
///     const studies::ChainTest test(chains, 1.0, "decimation", 4);
///     auto reading = test.read(net);
///     reading.output.coupling;   // K of the outputs; test.expected() is K' of the exact map
class ChainTest {
 public:
  /// `chains`: rings at K = `coupling`, without a field; `map`, `factor`: as `mapped_bond`. Error(input) if
  /// the factor does not divide the ring.
  ChainTest(ensemble::Ensemble chains, double coupling, const std::string& map, int factor);

  /// K of the exact map's <S_0 S_1>.
  [[nodiscard]] double expected() const { return begin_.expected; }
  /// `net`: from the ring to as many outputs as the map leaves spins.
  [[nodiscard]] ChainNetReading read(const networks::Dense& net) const;

 private:
  ensemble::Ensemble chains_;
  ensemble::Ensemble wanted_;
  double bond_;
  ChainNetReading begin_;  ///< what is the same for every net
};

/// Nets on top of each other, each asked to decimate a ring.
struct ComposedNets {
  std::int64_t size = 0;    ///< spins of the first ring
  double coupling = 0;      ///< K of the first ring
  std::int64_t factor = 2;  ///< b of every decimation
  std::int64_t steps = 1;   ///< nets
  bool exact_chains =
      true;  ///< net n is trained on rings at the exact K_(n-1); else on what the nets below make
  /// `size` spins at K, for a step (1, 2, ...): `training`, or to be read.
  std::function<ensemble::Ensemble(std::int64_t size, double coupling, int step, bool training)> chains;
  /// A net that was asked on these chains to decimate by b.
  std::function<networks::Dense(const ensemble::Ensemble& chains, int step)> trained;
};

/// What is left of the first ring after some of these nets.
struct ComposedStep {
  int step = 0;           ///< nets passed
  std::int64_t size = 0;  ///< spins after the step
  double accuracy = 0;    ///< against decimation of the start by factor^step
  inference::ChainCoupling output = {};
  inference::ChainCoupling target = {};  ///< control: that decimation of the same start chains
  double expected = 0;                   ///< exact K_n
};

///     auto steps = studies::compose_nets({.size = 128, .coupling = 1, .steps = 3, ...});
///     steps.back().output.coupling;   // K of what three nets leave
///
/// Each step is read on chains of its own.
[[nodiscard]] std::vector<ComposedStep> compose_nets(const ComposedNets& question,
                                                     base::Observer& observer = base::silent());

/// (K, h) of a net's outputs on chains in a field, by pseudo-likelihood, and exact.
struct FieldNetReading {
  stats::Estimate coupling_out;
  stats::Estimate field_out;
  stats::Estimate coupling_target;  ///< control: of the decimated chains
  stats::Estimate field_target;
  double expected_coupling = 0;
  double expected_field = 0;
  double accuracy = 0;
};
/// `chains`: rings at (K, h), both times 1/(k_B T), which the net was asked to decimate by `factor`; three
/// spins or more must be left.
[[nodiscard]] FieldNetReading field_reading(const networks::Dense& net, const ensemble::Ensemble& chains,
                                            double coupling, double field, int factor);

/// The exact flow in the plane (K, h), to draw beside these: a quarter of every step of the decimation by
/// `factor`, as arrows on a grid over K in (0, width], h in [least_h, least_h + height].
[[nodiscard]] std::vector<results::Series> decimation_arrows(int factor, double width, double least_h,
                                                             double height, int colour);

}  // namespace spinflow::studies

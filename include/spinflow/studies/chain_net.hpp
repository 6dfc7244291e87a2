// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/networks/dense.hpp"

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

}  // namespace spinflow::studies

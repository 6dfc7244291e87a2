// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/ranks.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm_parameters.hpp"

namespace spinflow::networks {

struct BlockRows;

/// `replicas` inverse temperatures evenly spaced from 0 to 1, both included; {1} for one replica.
[[nodiscard]] std::vector<double> even_betas(std::size_t replicas);

/// Parallel tempering of an RBM (Desjardins, Courville, Bengio, Vincent, Delalleau 2010; Cho, Raiko, Ilin
/// 2010): replica r of every chain has the distribution P_r(v, h) = exp(-beta_r E(v, h)) / Z(beta_r). A round
/// is a number of Gibbs steps h ~ P_r(h | v), v ~ P_r(v | h) of every replica, then exchanges between the
/// neighbours (0, 1), (2, 3), ... in even rounds and (1, 2), (3, 4), ... in odd ones. The weight before an
/// exchange is exp(-beta_i E_i - beta_j E_j) and after it exp(-beta_i E_j - beta_j E_i), so it is accepted
/// with probability min(1, exp((beta_i - beta_j) (E_i - E_j))). With the one beta 1 these are plain Gibbs
/// chains.
///
/// Round t draws its spins from (seed, "rbm.tempering", t * pieces + piece) in pieces of 256 rows and its
/// exchanges from (seed, "rbm.exchange", t): same seed, same bits, for any number of threads and across
/// `save` and `load`.
class RbmTempering {
 public:
  /// `betas`: strictly rising, finite, >= 0, at least one; `n_chains` >= 1 independent chains with a replica
  /// at each beta, which begin at uniformly random v (exact at beta = 0). Error(input) otherwise. The seed of
  /// its streams is derived from `seed` and the identity of the network.
  RbmTempering(const Rbm& rbm, std::vector<double> betas, std::size_t n_chains, std::uint64_t seed);
  /// `betas` likewise; all replicas of chain c begin at row c of `start`: (n_chains, n_visible), n_chains >=
  /// 1. Error(input) for other betas, no rows, or rows of another number of spins.
  RbmTempering(RbmParameters parameters, std::vector<double> betas, const kernels::PackedSpins& start,
               std::uint64_t seed);

  /// The chains go on with other weights and biases of the same shapes, and hand out those that they had:
  /// what training needs before and after a sweep, without a copy.
  void swap_parameters(RbmParameters& parameters);

  /// `n_rounds` rounds of `steps` Gibbs steps and the exchanges. `observer` hears of every round when it is
  /// done, by advance(1), and may end the sweep there by throwing: the chains stand after that round. Within
  /// a round it hears advance(0) every 16 steps; if it throws there, the chains are of no further use.
  /// `ranks`, all of which have the same chains, share the rows of a round.
  void sweep(std::int64_t n_rounds, std::int64_t steps = 1, base::Observer& observer = base::silent(),
             base::Ranks& ranks = base::alone());

  [[nodiscard]] const std::vector<double>& betas() const { return betas_; }
  [[nodiscard]] std::size_t n_chains() const { return n_chains_; }
  /// The chains' v at the largest beta, (n_chains, n_visible); of samplers for training and of long samples.
  [[nodiscard]] kernels::PackedSpins visible() const { return visible(betas_.size() - 1); }
  /// The chains' v at betas()[replica], 0 <= replica < betas().size(): (n_chains, n_visible).
  [[nodiscard]] kernels::PackedSpins visible(std::size_t replica) const;

  /// Fraction of accepted exchanges of betas r and r + 1: (replicas - 1); NaN before the first attempt.
  [[nodiscard]] std::vector<double> swap_rates() const;
  /// Journeys from the smallest beta to the largest and back, over all chains so far.
  [[nodiscard]] std::int64_t round_trips() const { return round_trips_; }

  /// Everything but the parameters, into a group of its own. Error(failure) if the disk is full.
  void save(io::Hdf5Writer& file, std::string_view group) const;
  /// Continues what `save` wrote, bit for bit, given the same parameters. Error(input) beginning with the
  /// path.
  [[nodiscard]] static RbmTempering load(RbmParameters parameters, const io::Hdf5Reader& file,
                                         std::string_view group);

 private:
  RbmTempering(RbmParameters parameters, std::vector<double> betas, std::size_t n_chains, std::uint64_t seed);
  void gibbs(std::size_t piece, std::size_t n_pieces, const BlockRows& rows, std::int64_t steps,
             base::Observer& observer);
  void exchange();
  [[nodiscard]] bool plain() const { return betas_.size() == 1 && betas_[0] == 1; }
  void at_beta(const kernels::FloatMatrix& fields, std::size_t first, std::size_t last,
               kernels::FloatMatrix& scaled) const;

  RbmParameters parameters_;
  kernels::FloatMatrix hidden_bias_column_;  // (n_hidden, 1)
  std::vector<double> betas_;
  std::size_t n_chains_;
  std::uint64_t seed_;
  std::int64_t round_ = 0;
  std::int64_t round_trips_ = 0;
  std::vector<std::int64_t> attempts_;  // (replicas - 1)
  std::vector<std::int64_t> accepted_;  // (replicas - 1)

  // Row r * n_chains + c belongs to replica r of chain c.
  kernels::PackedSpins visible_;
  kernels::PackedSpins hidden_;
  std::vector<std::int8_t> came_from_;  // last end visited: 1 the smallest beta, -1 the largest, 0 none yet
  std::vector<double> energy_;
  kernels::FloatMatrix hidden_fields_;
  kernels::FloatMatrix visible_fields_;
  kernels::FloatMatrix scaled_fields_;  // visible_fields_ times beta
  kernels::FloatMatrix hidden_energy_;  // c.h
};

}  // namespace spinflow::networks

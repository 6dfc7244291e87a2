// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::ensemble {

/// What is independent of what: whole chains (rows of one chain are correlated), or every row.
enum class IndependentPieces { chain, sample };

/// How the rows of one temperature were sampled.
struct SamplingRecord {
  double temperature = 0;  ///< in J/k_B
  std::string sampler;     ///< registry name
  double tau_int = 0.5;    ///< of |m| or e, the larger, measured in updates of the algorithm
  double tau_int_error = 0;
  std::int64_t burn_in = 0;   ///< updates thrown away per chain
  std::int64_t thinning = 0;  ///< updates between kept rows of one chain; 0: one row per chain
  std::int64_t chains = 0;
};

/// Spin configurations on one lattice with their temperatures and origin. Rows of one chain stand in time
/// order.
///
///     ensemble::Ensemble data = samplers::sample({models::IsingSquare{.side = 10}, {2.0, 2.5}, 1000});
///     for (const auto& group : ensemble::by_temperature(data))
///       ensemble::Ensemble of_one_temperature = ensemble::select(data, group.rows);
struct Ensemble {
  lattice::Lattice lattice;
  kernels::PackedSpins spins;  ///< (n_samples, n_sites)
  std::vector<double>
      temperature;             ///< (n_samples), in J/k_B; NaN: not an equilibrium configuration of a known T
  std::vector<double> energy;  ///< (n_samples), per site, of `model`; NaN without a model
  std::vector<double> magnetization;  ///< (n_samples), per site, signed
  std::vector<std::int32_t> chain;    ///< (n_samples), which chain (or replica) a row came from
  std::vector<std::int64_t> sweep;    ///< (n_samples), updates of the algorithm since the chain began
  IndependentPieces independent_pieces = IndependentPieces::sample;
  /// The Hamiltonian whose energy is recorded; null for configurations of unknown origin.
  std::shared_ptr<const models::Model> model;
  std::vector<SamplingRecord> sampling;  ///< one per temperature; empty if not made by a sampler
  std::uint64_t seed = 0;
  std::string command;  ///< how it was made, for the file's `command` attribute

  [[nodiscard]] std::size_t size() const { return spins.n_rows(); }
};

/// Fills energy (if there is a model) and magnetization from the spins.
void measure_rows(Ensemble& ensemble);

/// An ensemble of the given spins with chain = row index, temperature NaN, sweep 0, energies and
/// magnetizations measured.
[[nodiscard]] Ensemble from_spins(kernels::PackedSpins spins, const lattice::Lattice& lattice,
                                  std::shared_ptr<const models::Model> model);

/// The rows of the given indices, in their order.
[[nodiscard]] Ensemble select(const Ensemble& ensemble, std::span<const std::size_t> rows);

/// The rows of all parts in order of temperature (rows of one temperature in order of the parts), with chains
/// renumbered so that parts share none. Error(input) for no parts, or parts of different lattices or models.
[[nodiscard]] Ensemble concatenated(std::span<const Ensemble> parts);

/// The distinct temperatures in ascending order (NaN rows are one group, last) with the rows of each in file
/// order.
struct TemperatureGroup {
  double temperature;
  std::vector<std::size_t> rows;
};
[[nodiscard]] std::vector<TemperatureGroup> by_temperature(const Ensemble& ensemble);

}  // namespace spinflow::ensemble

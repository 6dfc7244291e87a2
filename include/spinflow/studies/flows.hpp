// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/flow/flow.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::studies {

/// The configurations of one temperature, from which a flow starts.
struct FlowStart {
  std::string name;               ///< "T = 2.25", or "no temperature"
  double temperature = 0;         ///< in J/k_B; NaN: not known
  std::vector<std::size_t> rows;  ///< of the ensemble
};

/// A start per temperature of `ensemble`, ascending; of those of `temperatures` (exact values) if it names
/// some. `chains`: so many rows of each, spread evenly (so over the chains of the sampler), or all.
/// Error(input) beginning with `where` if `source` has fewer rows.
[[nodiscard]] std::vector<FlowStart> flow_starts(const ensemble::Ensemble& ensemble,
                                                 std::span<const double> temperatures,
                                                 std::optional<std::int64_t> chains, std::string_view source,
                                                 std::string_view where);

/// The seed of the flow from start number `start`.
[[nodiscard]] std::uint64_t flow_seed(std::uint64_t seed, std::size_t start);

/// The lattices of step 0, 1, ...; of `steps` steps or, unless so many were `asked_for`, of as many as fit.
/// Error(input) of the map that does not fit.
[[nodiscard]] std::vector<lattice::Lattice> flow_lattices(const flow::Maps& maps,
                                                          const lattice::Lattice& start, std::int64_t steps,
                                                          bool asked_for);

/// The thermometer of a registered name for every lattice of a flow. Error(input) beginning with `where` for
/// configurations of an unknown Hamiltonian.
[[nodiscard]] std::vector<std::unique_ptr<thermometers::Thermometer>> flow_gauges(
    const thermometers::ThermometerEntry& entry, const std::shared_ptr<const models::Model>& model,
    std::span<const lattice::Lattice> lattices, std::string_view where, base::Observer& observer);

/// Error(input) beginning with `where` if the thermometer reads none of the lattices of a flow.
void expect_read(const thermometers::Thermometer& gauge, std::span<const lattice::Lattice> lattices,
                 std::string_view where);

/// The figure "flow": what is read at every step from every start, a panel for each thermometer and for each
/// of the observables named.
[[nodiscard]] results::LineFigure flow_figure(const flow::FlowRecord& record,
                                              std::span<const std::string> observables);

}  // namespace spinflow::studies

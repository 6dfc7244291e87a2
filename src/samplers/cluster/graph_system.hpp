// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/tables/event_table.hpp"
#include "spinflow/samplers/graph_chain.hpp"

namespace spinflow::samplers {

/// "" if clusters of equal spins can be given new signs, which needs ferromagnetic couplings. A field and
/// open edges are allowed, but then no estimators are functions of the graph (graph_refusal).
[[nodiscard]] std::string cluster_refusal(const models::Model& model);

class GraphSystem {
 public:
  /// `model`: one for which cluster_refusal returns "".
  explicit GraphSystem(const models::Model& model);

  [[nodiscard]] const lattice::Lattice& lattice() const { return lattice_; }
  [[nodiscard]] std::size_t n_sites() const { return static_cast<std::size_t>(lattice_.n_sites()); }
  /// Of a model of many couplings; otherwise nearest neighbours are coupled by coupling().
  [[nodiscard]] const std::optional<kernels::EventTable>& events() const { return events_; }
  [[nodiscard]] double coupling() const { return coupling_; }
  [[nodiscard]] double field() const { return field_; }
  /// K J_tot, K cut off where every pair with J_ij > 0 is sure to be connected: enough where only clusters
  /// matter. Infinite K is finite then.
  [[nodiscard]] double events_per_site(double inverse_temperature) const;
  /// Sweeps or clusters between two reports to the observer.
  [[nodiscard]] std::uint64_t updates_per_report() const { return (std::uint64_t{1} << 18) / n_sites() + 1; }
  /// What a pilot run watches: number of unequal nearest neighbours and |M|, in a field M.
  [[nodiscard]] std::vector<double> slow_quantities(std::span<const std::int8_t> spins) const;
  /// wave(axis)[x] = cos and sin of 2 pi x / side in units of 2^-30, rounded: whole numbers, so that sums are
  /// exact.
  [[nodiscard]] const std::vector<std::array<std::int32_t, 2>>& wave(int axis) const {
    return waves_[static_cast<std::size_t>(axis)];
  }

 private:
  lattice::Lattice lattice_;
  std::optional<kernels::EventTable> events_;
  double coupling_;
  double field_;
  double least_coupling_;  // the smallest J(r) > 0
  std::vector<std::vector<std::array<std::int32_t, 2>>> waves_;
};

}  // namespace spinflow::samplers

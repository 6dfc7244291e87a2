// SPDX-License-Identifier: Apache-2.0
#include "studies/layer_temperatures.hpp"

#include <algorithm>
#include <cmath>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/transformations/stack_maps.hpp"

namespace spinflow::studies {

namespace {

using ensemble::Ensemble;

/// Mean over the bonds between live sites, times two: <E_b>/N of a square lattice.
stats::Estimate live_bonds(const Ensemble& e, const std::vector<bool>& live) {
  std::vector<double> sums(e.size(), 0.0);
  double n = 0;
  for (const auto& [i, j] : e.lattice.bonds()) {
    if (!live[static_cast<std::size_t>(i)] || !live[static_cast<std::size_t>(j)]) continue;
    n += 1;
    for (std::size_t row = 0; row < e.size(); ++row)
      sums[row] +=
          e.spins.spin(row, static_cast<std::size_t>(i)) * e.spins.spin(row, static_cast<std::size_t>(j));
  }
  if (n == 0) return {};
  for (double& sum : sums) sum *= 2 / n;
  return ensemble::Rows(e).mean(sums);
}

stats::Estimate live_magnetization(const Ensemble& e, const std::vector<bool>& live) {
  std::vector<double> sums(e.size(), 0.0);
  const auto n = static_cast<double>(std::ranges::count(live, true));
  if (n == 0) return {};
  for (std::size_t row = 0; row < e.size(); ++row) {
    for (std::size_t site = 0; site < live.size(); ++site)
      if (live[site]) sums[row] += e.spins.spin(row, site);
    sums[row] = std::abs(sums[row]) / n;
  }
  return ensemble::Rows(e).mean(sums);
}

}  // namespace

void LayerGauges::prepare(int side, base::Observer& observer) {
  if (sides_.contains(side)) return;
  const auto model = model_->on(lattice::Lattice::square(side, side));
  sides_[side] = {std::make_unique<thermometers::BondEnergyThermometer>(model, observer),
                  std::make_unique<thermometers::MagnetizationThermometer>(model, observer),
                  std::make_unique<thermometers::EnergyThermometer>(model, observer)};
}

void LayerGauges::prepare(std::int64_t side, const std::vector<std::int64_t>& units,
                          base::Observer& observer) {
  prepare(static_cast<int>(side), observer);
  for (const auto n : units)
    prepare(static_cast<int>(std::llround(std::sqrt(static_cast<double>(n)))), observer);
}

LayerTemperatures LayerGauges::read(const Ensemble& layer, const std::vector<bool>& live) const {
  using thermometers::inverse_of;
  const auto& [bonds, magnetization, hamiltonian] = sides_.at(layer.lattice.lx());
  if (std::ranges::count(live, false) == 0)
    return {inverse_of(bonds->read(layer)), inverse_of(magnetization->read(layer)),
            inverse_of(hamiltonian->read(layer))};
  return {inverse_of(bonds->from_mean(live_bonds(layer, live), layer.size())),
          inverse_of(magnetization->from_mean(live_magnetization(layer, live), layer.size())),
          {}};
}

std::vector<Ensemble> layers_of(const MapList& maps, const Ensemble& data, const SeedOfLayer& seed,
                                base::Observer& observer) {
  std::vector<Ensemble> all = {data};
  for (const auto& map : maps) {
    observer.advance(0);
    all.push_back(map->apply(all.back(), seed(all.size())));
  }
  return all;
}

std::vector<Ensemble> layers_of(const networks::Stack& stack, networks::HiddenMode mode, const Ensemble& data,
                                const SeedOfLayer& seed, base::Observer& observer) {
  const transformations::StackUp map(stack, mode);
  std::vector<Ensemble> all = {data};
  while (all.size() <= stack.layers.size()) {
    observer.advance(0);
    all.push_back(map.apply(all.back(), seed(all.size())));
  }
  return all;
}

LiveUnits all_live(const std::vector<Ensemble>& layers) {
  LiveUnits live;
  for (const auto& layer : layers) live.emplace_back(static_cast<std::size_t>(layer.lattice.n_sites()), true);
  return live;
}

LiveUnits live_units(const networks::Stack& stack) {
  LiveUnits live = {std::vector<bool>(static_cast<std::size_t>(stack.lattice(0).n_sites()), true)};
  for (const auto& layer : stack.layers) {
    auto& units = live.emplace_back();
    for (const auto& field : networks::receptive_fields(layer)) units.push_back(!field.dead);
  }
  return live;
}

}  // namespace spinflow::studies

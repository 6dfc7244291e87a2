// SPDX-License-Identifier: Apache-2.0
// Temperatures of the layers of a stack or of block spins, each read at its own size.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/bond_energy.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::studies {

/// 1/T of one layer in k_B/J, so that T = infinity is a number.
struct LayerTemperatures {
  stats::Estimate bonds;          ///< by bond energy
  stats::Estimate magnetization;  ///< by <|m|>
  stats::Estimate hamiltonian;    ///< by the energy of the full H; NaN with dead units
};

/// The thermometers of a model on square lattices of several sides.
///
///     studies::LayerGauges gauges(model);
///     gauges.prepare(8, observer);                   // calibrates
///     auto t = gauges.read(layer, all_live(layer));  // t.bonds.value
class LayerGauges {
 public:
  /// `model`: on any square lattice.
  explicit LayerGauges(std::shared_ptr<const models::Model> model) : model_(std::move(model)) {}
  void prepare(int side, base::Observer& observer);
  /// For layer 0 of that side and layers of so many units.
  void prepare(std::int64_t side, const std::vector<std::int64_t>& units, base::Observer& observer);
  /// Of the sites that are `live` (one per site); `layer`: on a square lattice whose side was prepared.
  [[nodiscard]] LayerTemperatures read(const ensemble::Ensemble& layer, const std::vector<bool>& live) const;

 private:
  struct AtSide {
    std::unique_ptr<thermometers::BondEnergyThermometer> bonds;
    std::unique_ptr<thermometers::MagnetizationThermometer> magnetization;
    std::unique_ptr<thermometers::EnergyThermometer> hamiltonian;
  };
  std::shared_ptr<const models::Model> model_;
  std::map<int, AtSide> sides_;
};

/// `data` and what the maps make of it one after the other. `seed(l)`: of the map that makes layer l = 1, ...
using SeedOfLayer = std::function<std::uint64_t(std::size_t layer)>;
using MapList = std::vector<std::unique_ptr<transformations::Transformation>>;
[[nodiscard]] std::vector<ensemble::Ensemble> layers_of(const MapList& maps, const ensemble::Ensemble& data,
                                                        const SeedOfLayer& seed, base::Observer& observer);
/// The same up a stack.
[[nodiscard]] std::vector<ensemble::Ensemble> layers_of(const networks::Stack& stack,
                                                        networks::HiddenMode mode,
                                                        const ensemble::Ensemble& data,
                                                        const SeedOfLayer& seed, base::Observer& observer);

/// Which units of layers 0, 1, ... are not dead.
using LiveUnits = std::vector<std::vector<bool>>;
[[nodiscard]] LiveUnits all_live(const std::vector<ensemble::Ensemble>& layers);
[[nodiscard]] LiveUnits live_units(const networks::Stack& stack);

}  // namespace spinflow::studies

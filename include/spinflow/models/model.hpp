// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::models {

/// A Hamiltonian H = -sum_{i<j} J_ij s_i s_j - h sum_i s_i of spins s = +-1 on a lattice; J = k_B = 1 sets
/// the units.
///
///     std::shared_ptr<const models::Model> model = models::IsingSquare{.side = 10};
///     double e = model->energy_per_site(spins);  // spins: std::vector<std::int8_t> of 100 +-1
class Model {
 public:
  virtual ~Model() = default;

  /// The registry name, "ising-square".
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual const lattice::Lattice& lattice() const = 0;
  /// Total energy. `spins`: (n_sites), +-1.
  [[nodiscard]] virtual double energy(std::span<const std::int8_t> spins) const = 0;
  /// h_i = sum_j J_ij s_j + h, so that flipping site i changes the energy by 2 s_i h_i.
  [[nodiscard]] virtual double local_field(std::span<const std::int8_t> spins, int site) const = 0;
  /// J, if the pair part is J times the sum over the lattice's nearest-neighbour bonds and nothing else.
  [[nodiscard]] virtual std::optional<double> nearest_neighbour_coupling() const = 0;
  /// J(r) of a translation-invariant model of many couplings: element dy * Lx + dx is J_ij of the pairs with
  /// r_j - r_i = (dx, dy) modulo the sides; J(r) = J(-r), element 0 is 0. (n_sites), or empty where
  /// nearest_neighbour_coupling() says it all.
  [[nodiscard]] virtual std::span<const double> couplings_by_displacement() const { return {}; }
  /// h.
  [[nodiscard]] virtual double field() const = 0;
  /// The options that make this model, without the lattice.
  [[nodiscard]] virtual base::Values options() const = 0;
  /// The same Hamiltonian on another lattice of the same dimension.
  [[nodiscard]] virtual std::shared_ptr<const Model> on(const lattice::Lattice& lattice) const = 0;

  /// energy() / n_sites.
  [[nodiscard]] double energy_per_site(std::span<const std::int8_t> spins) const {
    return energy(spins) / lattice().n_sites();
  }
};

/// One entry per Hamiltonian and lattice family.
struct ModelEntry {
  std::string name;
  std::string help;
  std::vector<base::Citation> citations;
  /// Of the lattices it lives on; where there are several, the option "dimension" chooses.
  std::vector<int> dimensions = {2};
  std::vector<base::OptionSpec> options;
  std::function<std::shared_ptr<const Model>(const lattice::Lattice&, const base::Values&)> make;
  /// What model and lattice keep in memory for a site, and all that making them takes.
  double bytes_per_site = 40;
};

[[nodiscard]] base::Registry<ModelEntry>& registry();

/// Of the lattice that these options ask for. Error(input) beginning with the model's name for a dimension it
/// does not have.
[[nodiscard]] int dimension_of(const ModelEntry& entry, const base::Values& options);

/// What files store in their `model` attribute: TOML with name, lattice, boundary and options.
[[nodiscard]] std::string to_toml(const Model& model);

/// The inverse of to_toml. Error(input) beginning with `where` for anything else.
[[nodiscard]] std::shared_ptr<const Model> from_toml(std::string_view text, std::string_view where);

}  // namespace spinflow::models

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// A periodic model of couplings J(dx, dy) that a test writes down, 0 <= dx <= Lx / 2 and so on being the
/// shortest displacement.
class TableModel final : public models::Model {
 public:
  using Coupling = std::function<double(int dx, int dy)>;

  TableModel(lattice::Lattice lattice, const Coupling& coupling, double field = 0)
      : lattice_(std::move(lattice)), field_(field) {
    for (int y = 0; y < lattice_.ly(); ++y)
      for (int x = 0; x < lattice_.lx(); ++x)
        couplings_.push_back(
            x + y == 0 ? 0 : coupling(std::min(x, lattice_.lx() - x), std::min(y, lattice_.ly() - y)));
  }

  [[nodiscard]] std::string_view name() const override { return "table"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const override {
    double energy = 0;
    for (int i = 0; i < lattice_.n_sites(); ++i)
      energy -= spins[static_cast<std::size_t>(i)] * (local_field(spins, i) + field_) / 2;
    return energy;
  }
  [[nodiscard]] double local_field(std::span<const std::int8_t> spins, int site) const override {
    double sum = field_;
    const int sx = site % lattice_.lx();
    const int sy = site / lattice_.lx();
    for (int y = 0; y < lattice_.ly(); ++y)
      for (int x = 0; x < lattice_.lx(); ++x)
        sum += couplings_[static_cast<std::size_t>(lattice_.site(x, y))] *
               spins[static_cast<std::size_t>(
                   lattice_.site((sx + x) % lattice_.lx(), (sy + y) % lattice_.ly()))];
    return sum;
  }
  [[nodiscard]] std::optional<double> nearest_neighbour_coupling() const override { return {}; }
  [[nodiscard]] std::span<const double> couplings_by_displacement() const override { return couplings_; }
  [[nodiscard]] double field() const override { return field_; }
  [[nodiscard]] base::Values options() const override { return {}; }
  [[nodiscard]] std::shared_ptr<const models::Model> on(const lattice::Lattice&) const override { return {}; }

 private:
  lattice::Lattice lattice_;
  double field_;
  std::vector<double> couplings_;
};

/// J(r) = coupling |r|^-exponent, minimum image.
inline std::shared_ptr<const models::Model> power_law(const std::string& size, double exponent,
                                                      double field = 0, double coupling = 1) {
  const int dimension = size.find('x') == std::string::npos ? 1 : 2;
  return std::make_shared<TableModel>(
      lattice::lattice_from_text(size, dimension, lattice::Boundary::periodic, "test"),
      [=](int dx, int dy) { return coupling * std::pow(dx * dx + dy * dy, -exponent / 2); }, field);
}

/// J = 1/N between all pairs: Curie and Weiss.
inline std::shared_ptr<const models::Model> infinite_range(int n) {
  return std::make_shared<TableModel>(lattice::Lattice::chain(n), [n](int, int) { return 1.0 / n; });
}

}  // namespace spinflow::samplers

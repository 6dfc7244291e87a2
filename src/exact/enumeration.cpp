// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/enumeration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace spinflow::exact {

Enumeration::Enumeration(std::shared_ptr<const models::Model> model) : model_(std::move(model)) {
  const int n = model_->lattice().n_sites();
  if (n > 24)
    throw input_error("enumeration", fmt::format("{} spins have too many configurations", n),
                      "at most 24 spins");
  energies_.resize(std::size_t{1} << n);
  // Gray code: one spin flips at a time, and its local field gives the new energy.
  std::vector<std::int8_t> spins(static_cast<std::size_t>(n), -1);
  double energy = model_->energy(spins);
  energies_[0] = energy;
  std::size_t pattern = 0;
  for (std::size_t i = 1; i < energies_.size(); ++i) {
    const int site = std::countr_zero(i);
    auto& spin = spins[static_cast<std::size_t>(site)];
    energy += 2 * spin * model_->local_field(spins, site);
    spin = static_cast<std::int8_t>(-spin);
    pattern ^= std::size_t{1} << site;
    energies_[pattern] = energy;
  }
}

std::vector<double> Enumeration::probabilities(double temperature) const {
  const auto [lowest, highest] = std::ranges::minmax(energies_);
  const double ground = lowest;
  const double rounding = 1e-10 * (highest - lowest);
  std::vector<double> p(energies_.size());
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double excess = energies_[i] - ground;
    p[i] = temperature > 0 ? std::exp(-excess / temperature) : excess <= rounding ? 1.0 : 0.0;
    sum += p[i];
  }
  for (double& value : p) value /= sum;
  return p;
}

ExactMeans Enumeration::at(double temperature) const {
  const double n = model_->lattice().n_sites();
  const double ground = *std::ranges::min_element(energies_);
  const auto p = probabilities(temperature);
  ExactMeans means;
  double mean = 0;
  for (std::size_t i = 0; i < p.size(); ++i) mean += p[i] * energies_[i];
  double variance = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double m = 2 * static_cast<double>(std::popcount(i)) / n - 1;
    variance += p[i] * (energies_[i] - mean) * (energies_[i] - mean);
    means.magnetization += p[i] * m;
    means.abs_magnetization += p[i] * std::abs(m);
    means.magnetization_2 += p[i] * m * m;
    means.magnetization_4 += p[i] * m * m * m * m;
  }
  // p of a ground state is 1 / sum of the relative weights.
  const auto at_ground = static_cast<std::size_t>(std::ranges::min_element(energies_) - energies_.begin());
  means.log_partition = -std::log(p[at_ground]) - (temperature > 0 ? ground / temperature : 0);
  means.energy = mean / n;
  means.specific_heat = temperature > 0 ? variance / (n * temperature * temperature) : 0;
  return means;
}

std::vector<double> Enumeration::correlation(double temperature) const {
  const auto& lattice = model_->lattice();
  const int reach = (lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly())) / 2;
  const auto p = probabilities(temperature);
  std::vector<double> g(static_cast<std::size_t>(reach));
  for (std::size_t i = 0; i < p.size(); ++i)
    for (int r = 1; r <= reach; ++r) {
      double sum = 0;
      int pairs = 0;
      const auto add = [&](int a, int b) {
        sum += ((i >> a) & 1) == ((i >> b) & 1) ? 1 : -1;
        ++pairs;
      };
      for (int y = 0; y < lattice.ly(); ++y)
        for (int x = 0; x < lattice.lx(); ++x) {
          add(lattice.site(x, y), lattice.site((x + r) % lattice.lx(), y));
          if (lattice.dimension() == 2) add(lattice.site(x, y), lattice.site(x, (y + r) % lattice.ly()));
        }
      g[static_cast<std::size_t>(r - 1)] += p[i] * sum / pairs;
    }
  return g;
}

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/mixture.hpp"

#include <algorithm>
#include <cmath>

#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"

namespace spinflow::exact {

IsingMixture::IsingMixture(const lattice::Lattice& lattice, std::vector<double> temperatures)
    : temperatures_(std::move(temperatures)), sites_(lattice.n_sites()) {
  const auto share = 1 / static_cast<double>(temperatures_.size());
  const bool exact_m = std::min(lattice.lx(), lattice.ly()) <= widest_exact_magnetization;
  double second = 0;
  double magnetization = 0;
  for (const double t : temperatures_) {
    if (t == 0) {
      log_z_.push_back(0);
      energy += share * -2;
      second += share * 4;
      magnetization += share;
      continue;
    }
    const auto ising = kaufman(lattice.lx(), lattice.ly(), 1 / t);
    log_z_.push_back(ising.log_partition);
    energy += share * ising.energy;
    second += share * (ising.energy * ising.energy + ising.specific_heat * t * t / sites_);
    if (exact_m) magnetization += share * magnetization_moments(lattice.lx(), lattice.ly(), 1 / t).abs;
  }
  sd_energy = std::sqrt(std::max(0.0, second - energy * energy));
  if (exact_m) abs_magnetization = magnetization;
}

double IsingMixture::log_density(double e) const {
  std::vector<double> terms;
  for (std::size_t i = 0; i < temperatures_.size(); ++i) {
    if (temperatures_[i] > 0)
      terms.push_back(-sites_ * e / temperatures_[i] - log_z_[i]);
    else if (e == -2)
      terms.push_back(-std::log(2.0));
  }
  if (terms.empty()) return -std::numeric_limits<double>::infinity();
  const double largest = *std::ranges::max_element(terms);
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum / static_cast<double>(temperatures_.size()));
}

}  // namespace spinflow::exact

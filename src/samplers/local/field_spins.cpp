// SPDX-License-Identifier: Apache-2.0
#include "samplers/local/field_spins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "kernels/dense/elementary.hpp"
#include "samplers/request.hpp"

namespace spinflow::samplers {

namespace {

// The power of two that divides `sum` at most 2^bits times.
double unit_for(double sum, int bits) {
  if (!(sum > 0)) return 1;
  return std::ldexp(1.0, std::max(std::ilogb(sum) + 1 - bits, -1022));
}

// Whether the uniform number u is below exp(-2 cost / T). Bounds of the exponential, 1 - x <= exp(-x) <= 1 /
// (1 + x + x^2/2), decide most cases; they are a little looser than rounding, so that they never contradict
// it.
bool climbs(double u, double cost, double temperature) {
  constexpr double slack = 1e-12;
  const double x = 2 * cost / (temperature + 0.0);  // T = -0 is T = 0
  if (u < 1 - x - slack) return true;
  if (u * (1 + x * (1 + 0.5 * x)) > 1 + slack) return false;
  return u < kernels::boltzmann_of_flip(cost, temperature);
}

}  // namespace

std::string field_refusal(const models::Model& model) {
  if (model.nearest_neighbour_coupling() || !model.couplings_by_displacement().empty()) return {};
  return fmt::format("it does not know the couplings of '{}'", model.name());
}

FieldSystem::FieldSystem(const models::Model& model)
    : n_sites(static_cast<std::size_t>(model.lattice().n_sites())),
      field(model.field()),
      odd(odd_sites(model.lattice())),
      starts(ordered_starts(model)) {
  if (const auto coupling = model.nearest_neighbour_coupling())
    take_neighbours(model.lattice(), *coupling);
  else
    take_displacements(model.lattice(), model.couplings_by_displacement());
  zero = 1e-12 * (coupling_sum + std::abs(field));
}

void FieldSystem::take_neighbours(const lattice::Lattice& lattice, double coupling) {
  std::size_t most = 0;
  first_neighbour.push_back(0);
  for (std::size_t site = 0; site < n_sites; ++site) {
    const auto some = lattice.neighbours(static_cast<int>(site));
    most = std::max(most, some.size());
    neighbours.insert(neighbours.end(), some.begin(), some.end());
    first_neighbour.push_back(neighbours.size());
  }
  if (coupling != 0) unit = std::abs(coupling);
  neighbour_change = coupling > 0 ? 2 : coupling < 0 ? -2 : 0;
  coupling_sum = std::abs(coupling) * static_cast<double>(most);
  antiferromagnetic = coupling < 0;
}

void FieldSystem::take_displacements(const lattice::Lattice& lattice, std::span<const double> couplings) {
  for (const double coupling : couplings) {
    coupling_sum += std::abs(coupling);
    antiferromagnetic = antiferromagnetic || coupling < 0;
  }
  unit = unit_for(coupling_sum, std::min(52, 60 - static_cast<int>(std::bit_width(n_sites))));
  std::vector<std::int64_t> doubled;
  for (const double coupling : couplings) doubled.push_back(2 * std::llround(coupling / unit));
  changes.emplace(static_cast<std::size_t>(lattice.lx()), static_cast<std::size_t>(lattice.ly()), doubled);
}

FieldSpins::FieldSpins(const FieldSystem& system)
    : system_(&system), spins_(system.n_sites, 1), fields_(system.n_sites) {
  if (system.changes) {
    std::int64_t sum = 0;
    for (std::size_t y = 0; y < system.changes->ly(); ++y)
      for (std::size_t x = 0; x < system.changes->lx(); ++x) sum += system.changes->row(0, y)[x] / 2;
    std::ranges::fill(fields_, sum);
  } else {
    for (std::size_t i = 0; i < system.n_sites; ++i)
      fields_[i] = system.neighbour_change / 2 *
                   static_cast<std::int64_t>(system.first_neighbour[i + 1] - system.first_neighbour[i]);
  }
  for (std::size_t i = 0; i < system.n_sites; ++i) {
    aligned_ += fields_[i];
    staggered_ += system.odd[i] != 0 ? -1 : 1;
  }
  sum_ = static_cast<std::int64_t>(system.n_sites);
}

void FieldSpins::start(base::RandomStream& random) {
  set(system_->starts[random.below(system_->starts.size())]);
}

void FieldSpins::set(std::span<const std::int8_t> spins) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < spins.size(); ++i) different += spins[i] != spins_[i] ? 1 : 0;
  if (2 * different > spins.size()) reverse();
  for (std::size_t i = 0; i < spins.size(); ++i)
    if (spins[i] != spins_[i]) flip(i);
}

void FieldSpins::flip(std::size_t site) {
  const int spin = spins_[site];
  aligned_ -= 4 * spin * fields_[site];
  sum_ -= 2 * spin;
  staggered_ -= system_->odd[site] != 0 ? -2 * spin : 2 * spin;
  spins_[site] = static_cast<std::int8_t>(-spin);
  if (system_->changes) {
    kernels::add_couplings(*system_->changes, site, -spin, fields_);
    return;
  }
  for (std::size_t n = system_->first_neighbour[site]; n < system_->first_neighbour[site + 1]; ++n)
    fields_[static_cast<std::size_t>(system_->neighbours[n])] -= spin * system_->neighbour_change;
}

void FieldSpins::reverse() {
  for (auto& spin : spins_) spin = static_cast<std::int8_t>(-spin);
  for (auto& field : fields_) field = -field;
  sum_ = -sum_;
  staggered_ = -staggered_;
}

void FieldSpins::sweep(double temperature, base::RandomStream& random) {
  constexpr double proposed = 0.75;
  const std::uint64_t free = kernels::probability_threshold(proposed);
  for (std::size_t site = 0; site < spins_.size(); ++site) {
    const std::uint64_t word = random.next();
    if (word >= free) continue;
    const double cost = spins_[site] * local_field(site);  // half of dE
    if (cost > system_->zero &&
        !climbs(static_cast<double>(word) * (0x1.0p-64 / proposed), cost, temperature))
      continue;
    flip(site);
  }
  if (system_->field != 0) reverse_in_field(temperature, random);
}

void FieldSpins::reverse_in_field(double temperature, base::RandomStream& random) {
  // M times the field h is a local field on one giant spin.
  const double moment = static_cast<double>(sum_) * system_->field;
  const double boltzmann = kernels::boltzmann_of_flip(moment, temperature);
  const bool unlikely = random.next() < kernels::probability_threshold(boltzmann / (1.0 + boltzmann));
  if (unlikely != (moment < 0)) reverse();
}

double FieldSpins::energy() const {
  return -0.5 * system_->unit * static_cast<double>(aligned_) - system_->field * static_cast<double>(sum_);
}

std::vector<double> FieldSpins::measured() const {
  const auto sum = static_cast<double>(sum_);
  std::vector<double> values = {energy(), system_->field == 0 ? std::abs(sum) : sum};
  if (system_->antiferromagnetic) values.push_back(std::abs(static_cast<double>(staggered_)));
  return values;
}

}  // namespace spinflow::samplers

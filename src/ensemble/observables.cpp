// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/observables.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "ensemble/grouping.hpp"
#include "ensemble/pair_sums.hpp"
#include "ensemble/row_pieces.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::ensemble {

namespace {

std::vector<std::size_t> all_rows(const Ensemble& ensemble) {
  std::vector<std::size_t> rows(ensemble.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

double variance_of(std::span<const double> means) { return std::max(means[1] - means[0] * means[0], 0.0); }

// (x, x^2) of each value, from a reference value near the mean so that nothing cancels. 0 for values that
// differ by rounding only.
std::vector<double> shifted_squares(std::span<const double> values) {
  std::vector<double> result;
  const bool constant = stats::constant(values);
  for (const double value : values) {
    const double shifted = constant ? 0.0 : value - values.front();
    result.push_back(shifted);
    result.push_back(shifted * shifted);
  }
  return result;
}

stats::Estimate deviation(const Grouping& grouping, std::span<const double> values) {
  return grouping.fluctuation(
      values, shifted_squares(values), 2,
      [](std::span<const double> means) { return std::sqrt(variance_of(means)); }, 0);
}

// e^(2 pi i x / n), x = 0 .. n - 1.
std::vector<std::complex<double>> longest_wave(std::size_t n) {
  std::vector<std::complex<double>> wave;
  for (std::size_t x = 0; x < n; ++x)
    wave.push_back(std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(x) / static_cast<double>(n)));
  return wave;
}

double power(std::span<const std::complex<double>> wave, std::span<const std::int32_t> sums) {
  std::complex<double> amplitude;
  for (std::size_t x = 0; x < sums.size(); ++x) amplitude += wave[x] * static_cast<double>(sums[x]);
  return std::norm(amplitude);
}

std::vector<stats::Estimate> correlation(const Ensemble& ensemble, std::span<const std::size_t> rows,
                                         const Grouping& grouping, const kernels::PackedSpins& spins) {
  const auto& lattice = ensemble.lattice;
  const int side = lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly());
  std::vector<stats::Estimate> result;
  std::vector<double> values(rows.size());
  for (int r = 1; r <= side / 2; ++r) {
    PairSums(lattice, r).per_pair(spins, values);
    result.push_back(grouping.mean(values));
  }
  return result;
}

}  // namespace

std::vector<stats::Estimate> correlation(const Ensemble& ensemble) {
  const auto rows = all_rows(ensemble);
  return correlation(ensemble, rows, Grouping(ensemble, rows), ensemble.spins);
}

std::vector<stats::Estimate> correlation(const Ensemble& ensemble, std::span<const std::size_t> rows) {
  return correlation(ensemble, rows, Grouping(ensemble, rows), ensemble.spins.gather(rows));
}

Observables observe(const Ensemble& ensemble, std::span<const std::size_t> rows, double temperature) {
  Observables result;
  result.temperature = temperature;
  result.n = rows.size();
  if (rows.empty()) return result;
  const Grouping grouping(ensemble, rows);
  std::vector<double> energy;
  std::vector<double> magnetization;
  std::vector<double> squares;
  std::vector<double> fourths;
  std::vector<double> both;
  for (const std::size_t row : rows) {
    const double m = ensemble.magnetization[row];
    energy.push_back(ensemble.energy[row]);
    magnetization.push_back(std::abs(m));
    squares.push_back(m * m);
    fourths.push_back(m * m * m * m);
    both.push_back(squares.back());
    both.push_back(fourths.back());
  }
  result.energy = grouping.mean(energy);
  result.abs_magnetization = grouping.mean(magnetization);
  result.magnetization_2 = grouping.mean(squares);
  result.magnetization_4 = grouping.mean(fourths);
  result.sd_energy = deviation(grouping, energy);
  if (temperature > 0) {
    const double factor = ensemble.lattice.n_sites() / (temperature * temperature);
    result.specific_heat = grouping.fluctuation(
        energy, shifted_squares(energy), 2,
        [&](std::span<const double> means) { return factor * variance_of(means); }, 0);
  }
  // 2/3 - Var(m^2) / (3 <m^2>^2).
  result.binder = grouping.fluctuation(
      squares, both, 2,
      [](std::span<const double> means) { return 1.0 - means[1] / (3.0 * means[0] * means[0]); }, 2.0 / 3);
  stats::TauInt tau = grouping.tau_int(magnetization);
  if (ensemble.model != nullptr) {
    const stats::TauInt other = grouping.tau_int(energy);
    if (other.value > tau.value) tau = other;
  }
  result.tau_int = {tau.value, tau.error, tau.value};
  result.short_series = grouping.too_short_for(tau.value);
  result.correlation = correlation(ensemble, rows, grouping, ensemble.spins.gather(rows));
  return result;
}

std::vector<Observables> observe(const Ensemble& ensemble) {
  std::vector<Observables> result;
  for (const auto& group : by_temperature(ensemble))
    result.push_back(observe(ensemble, group.rows, group.temperature));
  return result;
}

stats::Estimate mean(const Ensemble& ensemble, std::span<const double> values) {
  return Grouping(ensemble, all_rows(ensemble)).mean(values);
}

stats::Estimate mean_energy(const Ensemble& ensemble) { return mean(ensemble, ensemble.energy); }

stats::Estimate mean_abs_magnetization(const Ensemble& ensemble) {
  std::vector<double> values;
  for (const double m : ensemble.magnetization) values.push_back(std::abs(m));
  return mean(ensemble, values);
}

stats::Estimate sd_energy(const Ensemble& ensemble) {
  if (ensemble.size() == 0) return {};
  return deviation(Grouping(ensemble, all_rows(ensemble)), ensemble.energy);
}

std::vector<double> bond_energies(const Ensemble& ensemble) {
  const PairSums bonds(ensemble.lattice, 1);
  std::vector<double> values(ensemble.size());
  bonds.per_pair(ensemble.spins, values);
  const double per_site = static_cast<double>(bonds.pairs()) / ensemble.lattice.n_sites();
  for (double& value : values) value *= per_site;
  return values;
}

stats::Estimate mean_bonds(const Ensemble& ensemble) { return mean(ensemble, bond_energies(ensemble)); }

stats::Estimate mean_mode_2(const Ensemble& ensemble) {
  const auto& lattice = ensemble.lattice;
  const auto lx = static_cast<std::size_t>(lattice.lx());
  const auto ly = static_cast<std::size_t>(lattice.ly());
  const auto wave_x = longest_wave(lx);
  const auto wave_y = longest_wave(ly);
  const double norm = 1.0 / (static_cast<double>(lattice.n_sites()) * lattice.n_sites());
  std::vector<double> values(ensemble.size());
  for_row_pieces(ensemble.spins, [&](std::size_t first, std::size_t count) {
    std::vector<std::int8_t> spins(lx * ly);
    std::vector<std::int32_t> columns(lx);
    std::vector<std::int32_t> lines(ly);
    for (std::size_t row = first; row < first + count; ++row) {
      ensemble.spins.unpack(row, spins);
      std::ranges::fill(columns, 0);
      std::ranges::fill(lines, 0);
      for (std::size_t y = 0; y < ly; ++y)
        for (std::size_t x = 0; x < lx; ++x) {
          columns[x] += spins[y * lx + x];
          lines[y] += spins[y * lx + x];
        }
      values[row] = norm * power(wave_x, columns);
      if (lattice.dimension() == 2) values[row] = 0.5 * (values[row] + norm * power(wave_y, lines));
    }
  });
  return mean(ensemble, values);
}

stats::Estimate bond_response(const Ensemble& ensemble) {
  if (ensemble.size() == 0) return {};
  const auto bonds = bond_energies(ensemble);
  // (|m|, E_b/N, their product), from values near the means so that nothing cancels.
  std::vector<double> magnetization;
  for (const double m : ensemble.magnetization) magnetization.push_back(std::abs(m));
  const double m0 = magnetization.front();
  std::vector<double> values;
  values.reserve(3 * bonds.size());
  for (std::size_t row = 0; row < bonds.size(); ++row) {
    const double m = magnetization[row] - m0;
    const double b = bonds[row] - bonds.front();
    values.insert(values.end(), {m, b, m * b});
  }
  const double n = ensemble.lattice.n_sites();
  return Grouping(ensemble, all_rows(ensemble))
      .fluctuation(
          magnetization, values, 3,
          [&](std::span<const double> means) {
            return n * (means[2] - means[0] * means[1]) / (m0 + means[0]);
          },
          0);
}

stats::Estimate estimate(const Ensemble& ensemble, std::span<const std::size_t> rows,
                         std::span<const double> values, std::size_t n_observables,
                         const stats::FunctionOfMeans& f) {
  return Grouping(ensemble, rows).function(values, n_observables, f);
}

}  // namespace spinflow::ensemble

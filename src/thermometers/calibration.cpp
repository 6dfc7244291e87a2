// SPDX-License-Identifier: Apache-2.0
#include "thermometers/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "thermometers/curve_cache.hpp"

namespace spinflow::thermometers {

namespace {

// 1/T of the calibration points in units of the coupling scale: close around the square lattice's transition
// (.4407) for nearest neighbours, from there to that of infinite range (.25) for others, where curves are
// steep.
constexpr std::array<double, 27> near_points = {1e-6, 0.05, 0.1,   0.15, 0.2,  0.25, 0.3,  0.33,  0.36,
                                                0.38, 0.4,  0.415, 0.43, 0.44, 0.45, 0.46, 0.475, 0.5,
                                                0.54, 0.6,  0.7,   0.85, 1.0,  1.25, 1.6,  2.2,   3.0};
constexpr std::array<double, 27> far_points = {1e-6, 0.06,  0.12, 0.16,  0.19, 0.21,  0.225, 0.24, 0.255,
                                               0.27, 0.285, 0.3,  0.315, 0.33, 0.345, 0.36,  0.38, 0.4,
                                               0.42, 0.44,  0.47, 0.52,  0.6,  0.75,  1.0,   1.6,  3.0};
constexpr std::uint64_t calibration_seed =
    20180117;  // own and fixed, so that a hit and a miss give the same bits

/// Enough for an error of about 10^-3 T where the specific heat per site is 1: it is T / sqrt(n N c).
std::size_t samples_per_point(int sites) {
  return std::max<std::size_t>(4000, 1'000'000 / static_cast<std::size_t>(sites));
}

/// The points of a lattice. Transitions get narrower like 1 / sqrt(N) at most: beyond 1024 sites the
/// intervals of the table are divided.
std::vector<double> points_of(const models::Model& model) {
  const auto& table = model.nearest_neighbour_coupling() ? near_points : far_points;
  const int parts = static_cast<int>(std::ceil(std::sqrt(model.lattice().n_sites()) / 32));
  std::vector<double> points = {table.front()};
  for (std::size_t i = 1; i < table.size(); ++i)
    for (int part = 1; part <= parts; ++part)
      points.push_back(table[i - 1] + (table[i] - table[i - 1]) * part / parts);
  return points;
}

/// One mean at the calibration points: its value and its derivative by 1/T, which fluctuations give.
struct Table {
  std::vector<double> inverse;
  std::vector<stats::Estimate> mean;
  std::vector<stats::Estimate> slope;
};

/// Noise where the curve is flat must not make it turn back: slopes are held within what keeps the cubic
/// monotone (Fritsch and Carlson 1980).
void make_monotone(Table& t, bool rises) {
  const double sign = rises ? 1 : -1;
  const std::size_t n = t.mean.size();
  std::vector<double> most(n, std::numeric_limits<double>::infinity());
  for (std::size_t i = 1; i < n; ++i) {
    const double step = std::max(0.0, sign * (t.mean[i].value - t.mean[i - 1].value));
    t.mean[i].value = t.mean[i - 1].value + sign * step;
    const double secant = step / (t.inverse[i] - t.inverse[i - 1]);
    most[i - 1] = std::min(most[i - 1], 3 * secant);
    most[i] = 3 * secant;
  }
  for (std::size_t i = 0; i < n; ++i)
    t.slope[i].value = sign * std::clamp(sign * t.slope[i].value, 0.0, most[i]);
}

stats::Estimate interpolated(const Table& t, double inverse) {
  const double x = std::clamp(inverse, t.inverse.front(), t.inverse.back());
  const auto above = std::ranges::upper_bound(t.inverse, x);
  const auto i = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(
      above - t.inverse.begin() - 1, 0, static_cast<std::ptrdiff_t>(t.inverse.size()) - 2));
  const double width = t.inverse[i + 1] - t.inverse[i];
  const double u = (x - t.inverse[i]) / width;
  const double v = 1 - u;
  const std::array<double, 4> weight = {v * v * (1 + 2 * u), u * u * (1 + 2 * v), width * u * v * v,
                                        -width * u * u * v};
  const std::array<stats::Estimate, 4> at = {t.mean[i], t.mean[i + 1], t.slope[i], t.slope[i + 1]};
  stats::Estimate result{.value = 0, .error = 0};
  for (std::size_t a = 0; a < at.size(); ++a) {
    result.value += weight[a] * at[a].value;
    result.error = std::hypot(result.error, weight[a] * at[a].error);
  }
  return result;
}

constexpr std::size_t n_means = 3;

/// [point][mean]: value, error, slope by 1/T, its error; means in the order of CalibratedMean. One set of
/// samples serves all.
std::vector<double> calibrated_numbers(const std::shared_ptr<const models::Model>& model,
                                       const std::vector<double>& points, base::Observer& observer) {
  const double scale = coupling_scale(*model);
  std::vector<double> temperatures;
  temperatures.reserve(points.size());
  for (const double point : points) temperatures.push_back(scale / point);
  observer.note(fmt::format("calibrating {} on {}: no exact curve", model->name(), model->lattice().text()));
  const auto data =
      samplers::sample({.model = model,
                        .temperatures = temperatures,
                        .samples_per_temperature = samples_per_point(model->lattice().n_sites()),
                        .seed = calibration_seed},
                       "auto", observer);
  std::vector<double> numbers(4 * n_means * points.size());
  for (const auto& group : ensemble::by_temperature(data)) {
    const ensemble::Rows rows(data, group.rows);
    const auto energy = rows.energy();
    const std::array<std::span<const double>, n_means> series = {energy, rows.abs_magnetization(),
                                                                 rows.bonds()};
    const auto point =
        static_cast<std::size_t>(std::ranges::find(temperatures, group.temperature) - temperatures.begin());
    for (std::size_t a = 0; a < n_means; ++a) {
      const auto mean = rows.mean(series[a]);
      // d<O>/d(1/T) = -N Cov(O, e), from values near the means so that nothing cancels.
      std::vector<double> products;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const double x = series[a][row] - series[a].front();
        const double e = energy[row] - energy.front();
        products.insert(products.end(), {x, e, x * e});
      }
      const double n = model->lattice().n_sites();
      const auto slope = rows.function(
          products, 3, [n](std::span<const double> means) { return -n * (means[2] - means[0] * means[1]); });
      // If all rows are ground states there is no scatter; the error is below that of one excited row and is
      // taken as 0.
      const auto known = [](double error) { return std::isnan(error) ? 0.0 : error; };
      const std::array<double, 4> four = {mean.value, known(mean.error), slope.value, known(slope.error)};
      std::ranges::copy(four, numbers.begin() + static_cast<std::ptrdiff_t>(4 * (n_means * point + a)));
    }
  }
  return numbers;
}

}  // namespace

MeanCurve calibrated_curve(const std::shared_ptr<const models::Model>& model, CalibratedMean which,
                           base::Observer& observer) {
  const double scale = coupling_scale(*model);
  const auto points = points_of(*model);
  const auto numbers = cached_numbers(
      fmt::format("Monte Carlo calibration of e, |m|, bonds, slopes and intervals, {} samples, {}",
                  samples_per_point(model->lattice().n_sites()), models::to_toml(*model)),
      4 * n_means * points.size(), [&] { return calibrated_numbers(model, points, observer); });
  auto table = std::make_shared<Table>();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double* four = numbers.data() + 4 * (n_means * i + static_cast<std::size_t>(which));
    table->inverse.push_back(points[i] / scale);
    table->mean.push_back({.value = four[0], .error = four[1]});
    table->slope.push_back({.value = four[2], .error = four[3]});
  }
  const bool rises = which != CalibratedMean::energy;
  make_monotone(*table, rises);
  const double bonds_of_a_site = static_cast<double>(model->lattice().neighbours(0).size());
  const std::array<double, n_means> excitations = {energy_of_one_flip(*model), 2, 2 * bonds_of_a_site};
  return {[table](double inverse) { return interpolated(*table, inverse); }, points.back() / scale, rises,
          excitations[static_cast<std::size_t>(which)] / model->lattice().n_sites()};
}

}  // namespace spinflow::thermometers

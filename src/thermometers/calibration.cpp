// SPDX-License-Identifier: Apache-2.0
#include "calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "curve_cache.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/samplers/sampler.hpp"

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
constexpr std::size_t samples_per_point = 4000;
constexpr std::uint64_t calibration_seed =
    20180117;  // own and fixed, so that a hit and a miss give the same bits

/// Slopes of the monotone cubic through (x, y) (Fritsch and Carlson 1980).
std::vector<double> monotone_slopes(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size();
  std::vector<double> secant(n - 1);
  for (std::size_t i = 0; i + 1 < n; ++i) secant[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
  std::vector<double> slope(n);
  slope[0] = secant[0];
  slope[n - 1] = secant[n - 2];
  for (std::size_t i = 1; i + 1 < n; ++i) {
    if (secant[i - 1] * secant[i] <= 0) continue;
    const double left = x[i] - x[i - 1];
    const double right = x[i + 1] - x[i];
    const double w1 = 2 * right + left;
    const double w2 = right + 2 * left;
    slope[i] = (w1 + w2) / (w1 / secant[i - 1] + w2 / secant[i]);  // weighted harmonic mean
  }
  return slope;
}

struct Table {
  std::vector<double> inverse;
  std::vector<double> mean;
  std::vector<double> error;
  std::vector<double> slope;
};

stats::Estimate interpolated(const Table& t, double inverse) {
  const double x = std::clamp(inverse, t.inverse.front(), t.inverse.back());
  const auto above = std::ranges::upper_bound(t.inverse, x);
  const auto i = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(
      above - t.inverse.begin() - 1, 0, static_cast<std::ptrdiff_t>(t.inverse.size()) - 2));
  const double width = t.inverse[i + 1] - t.inverse[i];
  const double u = (x - t.inverse[i]) / width;
  const double v = 1 - u;
  const double value = t.mean[i] * v * v * (1 + 2 * u) + t.mean[i + 1] * u * u * (1 + 2 * v) +
                       width * u * v * (t.slope[i] * v - t.slope[i + 1] * u);
  return {.value = value, .error = std::hypot(v * t.error[i], u * t.error[i + 1])};
}

}  // namespace

MeanCurve calibrated_curve(const std::shared_ptr<const models::Model>& model, CalibratedMean which,
                           base::Observer& observer) {
  const double scale = coupling_scale(*model);
  const auto& points = model->nearest_neighbour_coupling() ? near_points : far_points;
  const std::size_t n = points.size();
  std::vector<double> temperatures;
  temperatures.reserve(n);
  for (const double point : points) temperatures.push_back(scale / point);
  // Both means of one calibration are kept together: e, its error, <|m|>, its error.
  const auto numbers = cached_numbers(
      fmt::format("Monte Carlo calibration, {} samples, {}", samples_per_point, models::to_toml(*model)),
      4 * n, [&] {
        observer.note(
            fmt::format("calibrating {} on {}: no exact curve", model->name(), model->lattice().text()));
        const auto data = samplers::sample({.model = model,
                                            .temperatures = temperatures,
                                            .samples_per_temperature = samples_per_point,
                                            .seed = calibration_seed},
                                           "auto", observer);
        std::vector<double> made(4 * n);
        for (const auto& row : ensemble::observe(data)) {
          const auto i = static_cast<std::size_t>(std::ranges::find(temperatures, row.temperature) -
                                                  temperatures.begin());
          made[i] = row.energy.value;
          made[n + i] = row.energy.error;
          made[2 * n + i] = row.abs_magnetization.value;
          made[3 * n + i] = row.abs_magnetization.error;
        }
        return made;
      });
  const bool energy = which == CalibratedMean::energy;
  const auto part = [&](std::size_t block) {
    const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(block * n);
    return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(n));
  };
  auto table = std::make_shared<Table>();
  for (const double point : points) table->inverse.push_back(point / scale);
  table->mean = part(energy ? 0 : 2);
  table->error = part(energy ? 1 : 3);
  // Noise where the curve is flat must not make it turn back.
  for (std::size_t i = 1; i < n; ++i)
    table->mean[i] =
        energy ? std::min(table->mean[i], table->mean[i - 1]) : std::max(table->mean[i], table->mean[i - 1]);
  table->slope = monotone_slopes(table->inverse, table->mean);
  return {[table](double inverse) { return interpolated(*table, inverse); }, points.back() / scale, !energy,
          (energy ? energy_of_one_flip(*model) : 2.0) / model->lattice().n_sites()};
}

}  // namespace spinflow::thermometers

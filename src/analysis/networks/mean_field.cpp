// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/mean_field.hpp"

#include <algorithm>
#include <cmath>

namespace spinflow::analysis {

MeanField mean_field(const networks::Rbm& rbm) {
  constexpr int most_iterations = 100000;
  const std::size_t n_visible = rbm.n_visible();
  MeanField result{.v = std::vector<double>(n_visible, 1.0)};
  std::vector<double> field(n_visible);
  for (int iteration = 0; iteration < most_iterations && !result.converged; ++iteration) {
    for (std::size_t i = 0; i < n_visible; ++i) field[i] = rbm.visible_bias[i];
    for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
      const float* row = rbm.weights.data() + a * n_visible;
      double x = rbm.hidden_bias[a];
      for (std::size_t i = 0; i < n_visible; ++i) x += row[i] * result.v[i];
      const double h = std::tanh(x);
      for (std::size_t i = 0; i < n_visible; ++i) field[i] += row[i] * h;
    }
    double moved = 0;
    for (std::size_t i = 0; i < n_visible; ++i) {
      const double v = std::tanh(field[i]);
      moved = std::max(moved, std::abs(v - result.v[i]));
      result.v[i] = v;
    }
    result.converged = moved < 1e-10;
  }
  const auto n = static_cast<double>(n_visible);
  double sum = 0;
  for (const double v : result.v) sum += v;
  result.abs_magnetization = std::abs(sum) / n;
  for (const auto& [i, j] : rbm.visible.bonds())
    result.energy -= result.v[static_cast<std::size_t>(i)] * result.v[static_cast<std::size_t>(j)] / n;
  return result;
}

}  // namespace spinflow::analysis

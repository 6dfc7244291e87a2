// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/net_score.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/bit_counts.hpp"

namespace spinflow::trainers {

namespace {

constexpr std::size_t rows_at_once = 512;

}  // namespace

NetScore score_of(const networks::DenseForward& net, const kernels::PackedSpins& v, const Targets& targets) {
  const std::size_t n = v.n_rows();
  double loss = 0;
  double right = 0;
  if (!targets.classes.empty()) {
    const auto p = net.probabilities(v, 0, n);
    for (std::size_t r = 0; r < n; ++r) {
      const auto row = p.row(r);
      loss -= std::log(std::max(static_cast<double>(row[targets.classes[r]]), 1e-30));
      right += std::ranges::max_element(row) - row.begin() == targets.classes[r] ? 1 : 0;
    }
    return {loss / static_cast<double>(n), right / static_cast<double>(n)};
  }
  const auto y = net.outputs(v, 0, n);
  const bool spins = targets.numbers.empty();
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t a = 0; a < targets.n_outputs; ++a) {
      const double output = y.row(r)[a];
      const double target = spins ? targets.spins.spin(r, a) : targets.numbers[r];
      loss += (output - target) * (output - target);
      right += (output >= 0) == (target > 0) ? 1 : 0;
    }
  const double all = static_cast<double>(n) * static_cast<double>(targets.n_outputs);
  return {loss / all, spins ? right / all : std::numeric_limits<double>::quiet_NaN()};
}

double fraction_equal(const kernels::PackedSpins& a, const kernels::PackedSpins& b) {
  const auto different = static_cast<double>(kernels::unequal_bits(a.words(), b.words()));
  return 1 - different / static_cast<double>(a.n_rows() * a.n_columns());
}

NetSigns signs_of(const networks::Dense& net, const kernels::PackedSpins& v,
                  const kernels::PackedSpins& targets) {
  const networks::DenseForward forward(net);
  const std::size_t n = v.n_rows();
  kernels::PackedSpins spins(n, targets.n_columns());
  double loss = 0;
  for (std::size_t first = 0; first < n; first += rows_at_once) {
    const std::size_t last = std::min(n, first + rows_at_once);
    const auto y = forward.outputs(v, first, last);
    for (std::size_t r = first; r < last; ++r)
      for (std::size_t c = 0; c < y.n_columns(); ++c) {
        const double output = y.row(r - first)[c];
        const double off = output - targets.spin(r, c);
        loss += off * off;
        spins.set(r, c, output >= 0 ? 1 : -1);
      }
  }
  const double accuracy = fraction_equal(spins, targets);
  return {std::move(spins), accuracy, loss / static_cast<double>(n * targets.n_columns())};
}

}  // namespace spinflow::trainers

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/magnetization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {

namespace {

/// Rows of the lattice as bit patterns, `width` sites each; weights are relative to the ground state, so
/// <= 1.
class RowTransfer {
 public:
  RowTransfer(int width, int most_rows, double coupling)
      : width_(width),
        n_states_(std::size_t{1} << width),
        stride_(static_cast<std::size_t>(width) * static_cast<std::size_t>(most_rows) + 1),
        broken_(std::exp(-2 * coupling)),
        row_weight_(n_states_) {
    for (std::size_t s = 0; s < n_states_; ++s) row_weight_[s] = std::pow(broken_, broken_bonds(s));
  }

  [[nodiscard]] std::size_t n_states() const { return n_states_; }
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] double row_weight(std::size_t state) const { return row_weight_[state]; }

  /// v[state][up] after one row of vertical bonds; `up` counts up spins of the rows so far, at most
  /// `most_up`.
  void vertical(std::vector<double>& v, std::size_t most_up) const {
    for (int x = 0; x < width_; ++x) {
      const std::size_t bit = std::size_t{1} << x;
      for (std::size_t s = 0; s < n_states_; ++s) {
        if ((s & bit) != 0) continue;
        double* a = v.data() + s * stride_;
        double* b = v.data() + (s | bit) * stride_;
        for (std::size_t k = 0; k <= most_up; ++k) {
          const double down = a[k];
          const double up = b[k];
          a[k] = down + broken_ * up;
          b[k] = broken_ * down + up;
        }
      }
    }
  }

  /// The weight of the new row's own bonds, and its up spins.
  void finish_row(std::vector<double>& v, std::size_t most_up) const {
    for (std::size_t s = 0; s < n_states_; ++s) {
      double* row = v.data() + s * stride_;
      const auto shift = static_cast<std::size_t>(std::popcount(s));
      for (std::size_t k = most_up + 1; k-- > 0;) row[k + shift] = row_weight_[s] * row[k];
      std::fill(row, row + shift, 0.0);
    }
  }

  /// Representatives of the row states under translation, reflection and flip, with the size of each class.
  [[nodiscard]] std::map<std::size_t, double> classes() const {
    std::map<std::size_t, double> sizes;
    for (std::size_t s = 0; s < n_states_; ++s) {
      std::size_t least = s;
      std::size_t turned = s;
      for (int i = 0; i < width_; ++i) {
        turned = ((turned << 1) | (turned >> (width_ - 1))) & (n_states_ - 1);
        std::size_t mirrored = 0;
        for (int x = 0; x < width_; ++x) mirrored |= ((turned >> x) & 1) << (width_ - 1 - x);
        for (const std::size_t image : {turned, mirrored})
          least = std::min({least, image, ~image & (n_states_ - 1)});
      }
      sizes[least] += 1;
    }
    return sizes;
  }

 private:
  [[nodiscard]] int broken_bonds(std::size_t s) const {
    int broken = 0;
    for (int x = 0; x < width_; ++x) broken += static_cast<int>(((s >> x) ^ (s >> ((x + 1) % width_))) & 1);
    return broken;
  }

  int width_;
  std::size_t n_states_;
  std::size_t stride_;
  double broken_;
  std::vector<double> row_weight_;
};

}  // namespace

std::vector<double> up_spin_distribution(int lx, int ly, double coupling) {
  const int width = std::min(lx, ly);
  const int rows = std::max(lx, ly);
  if (width < 2 || width > widest_exact_magnetization || !(coupling >= 0) || !std::isfinite(coupling))
    throw input_error(
        "exact magnetization", fmt::format("{}x{} at K = {} is out of reach", lx, ly, coupling),
        fmt::format("the smaller side must be 2 to {} and K finite", widest_exact_magnetization));
  // From row 0 (state s0) forwards `ahead` rows and backwards `back` rows to the same row s: by reflection
  // both are the same vectors, the backward one without the bonds and spins of s itself, which the forward
  // one has counted.
  const int back = rows / 2;
  const int ahead = rows - back;
  const RowTransfer transfer(width, ahead, coupling);
  const std::size_t stride = transfer.stride();
  const auto n_sites = static_cast<std::size_t>(width) * static_cast<std::size_t>(rows);
  std::vector<double> total(n_sites + 1);
  std::vector<double> v(transfer.n_states() * stride);
  std::vector<double> behind;
  for (const auto& [start, size] : transfer.classes()) {
    std::fill(v.begin(), v.end(), 0.0);
    v[start * stride] = 1;
    std::size_t up = 0;  // most up spins counted so far
    std::size_t behind_up = 0;
    for (int row = 1; row <= ahead; ++row) {
      transfer.vertical(v, up);
      if (row == back) {
        behind = v;
        behind_up = up;
      }
      transfer.finish_row(v, up);
      up += static_cast<std::size_t>(width);
    }
    const double weight = size * transfer.row_weight(start);
    const auto own = static_cast<std::size_t>(std::popcount(start));
    for (std::size_t s = 0; s < transfer.n_states(); ++s)
      for (std::size_t i = 0; i <= up; ++i) {
        const double forward = weight * v[s * stride + i];
        if (forward == 0) continue;
        const double* backward = behind.data() + s * stride;
        double* sum = total.data() + own + i;
        for (std::size_t j = 0; j <= behind_up; ++j) sum[j] += forward * backward[j];
      }
  }
  // The classes joined a state with its flip: the distribution is the symmetric part.
  double sum = 0;
  for (const double p : total) sum += p;
  std::vector<double> distribution(n_sites + 1);
  for (std::size_t k = 0; k <= n_sites; ++k) distribution[k] = 0.5 * (total[k] + total[n_sites - k]) / sum;
  return distribution;
}

std::vector<double> abs_magnetization_distribution(const std::vector<double>& up_spins) {
  const std::size_t n = up_spins.size() - 1;
  std::vector<double> p(n / 2 + 1);
  for (std::size_t k = 0; k <= n; ++k) p[(2 * k > n ? 2 * k - n : n - 2 * k) / 2] += up_spins[k];
  return p;
}

MagnetizationMoments magnetization_moments(int lx, int ly, double coupling) {
  const auto p = up_spin_distribution(lx, ly, coupling);
  const double n = static_cast<double>(p.size()) - 1;
  MagnetizationMoments moments;
  for (std::size_t k = 0; k < p.size(); ++k) {
    const double m = 2 * static_cast<double>(k) / n - 1;
    moments.abs += p[k] * std::abs(m);
    moments.second += p[k] * m * m;
    moments.fourth += p[k] * m * m * m * m;
  }
  return moments;
}

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::analysis {

/// Moments of the lattice sums of one sector, before and after each step: for level n = 0 .. steps the means
/// <S_a>, and from level 1 on <S_a S_b> and <S_a S^(n-1)_b>, (n_operators, n_operators) each.
class SectorMoments {
 public:
  SectorMoments(std::size_t n_operators, std::size_t steps)
      : n_(n_operators), sums_((steps + 1) * n_ + steps * 2 * n_ * n_) {}

  /// `sums`: (steps + 1, n_operators), S_a of one configuration at every level.
  void add(std::span<const std::int64_t> sums);
  /// Means over `n` configurations, as `Linearised` reads them.
  [[nodiscard]] std::vector<double> means(double n) const;

 private:
  std::size_t n_;
  std::vector<double> sums_;
};

/// T = dK'/dK of a step from such means, and its largest eigenvalues.
class Linearised {
 public:
  /// `odd`: the means vanish by symmetry and are left out.
  Linearised(std::size_t n_operators, std::size_t steps, bool odd)
      : n_(n_operators), steps_(steps), odd_(odd) {}

  /// Numbers in SectorMoments::means.
  [[nodiscard]] std::size_t n_means() const { return (steps_ + 1) * n_ + steps_ * 2 * n_ * n_; }
  /// By step: the largest eigenvalue with 1 .. n_operators operators (NaN unless real and positive), then T
  /// with all of them, row-major.
  [[nodiscard]] std::vector<double> results(std::span<const double> means) const;
  [[nodiscard]] std::size_t results_per_step() const { return n_ + n_ * n_; }

 private:
  std::size_t n_;
  std::size_t steps_;
  bool odd_;
};

}  // namespace spinflow::analysis

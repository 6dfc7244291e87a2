// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace spinflow::stats {

/// The lower factor of a symmetric positive matrix of few rows, `a` = F F^T: (n, n), row-major, in place; the
/// upper half is left as it was. False if a pivot (what earlier rows leave of a diagonal element) is not
/// above `least_pivot`.
[[nodiscard]] inline bool cholesky(std::vector<double>& a, std::size_t n, double least_pivot) {
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t s = 0; s <= r; ++s) {
      double sum = a[r * n + s];
      for (std::size_t k = 0; k < s; ++k) sum -= a[r * n + k] * a[s * n + k];
      if (r == s && !(sum > least_pivot)) return false;
      a[r * n + s] = r == s ? std::sqrt(sum) : sum / a[s * n + s];
    }
  return true;
}

/// Solves F F^T x = b in place; `b`: (n).
inline void cholesky_solve(const std::vector<double>& factor, std::span<double> b) {
  const std::size_t n = b.size();
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t k = 0; k < r; ++k) b[r] -= factor[r * n + k] * b[k];
    b[r] /= factor[r * n + r];
  }
  for (std::size_t r = n; r-- > 0;) {
    for (std::size_t k = r + 1; k < n; ++k) b[r] -= factor[k * n + r] * b[k];
    b[r] /= factor[r * n + r];
  }
}

}  // namespace spinflow::stats

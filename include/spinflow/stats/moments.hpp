// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::stats {

/// Mean and variance of numbers that come one by one (Welford's recurrence: no cancellation).
class Moments {
 public:
  void add(double x) {
    ++count_;
    const double step = x - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (x - mean_);
  }
  /// As if the numbers of `other` had been added (Chan, Golub, LeVeque 1979).
  void add(const Moments& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// NaN without numbers.
  [[nodiscard]] double mean() const;
  /// Unbiased, with n - 1; NaN for fewer than two numbers.
  [[nodiscard]] double variance() const;
  /// Mean with the error of independent numbers.
  [[nodiscard]] Estimate estimate() const;

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of squared deviations
};

}  // namespace spinflow::stats

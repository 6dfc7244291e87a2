// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/moments.hpp"

#include <cmath>
#include <limits>

namespace spinflow::stats {

void Moments::add(const Moments& other) {
  if (other.count_ == 0) return;
  const double n = static_cast<double>(count_);
  const double m = static_cast<double>(other.count_);
  const double step = other.mean_ - mean_;
  count_ += other.count_;
  mean_ += step * m / (n + m);
  squares_ += other.squares_ + step * step * n * m / (n + m);
}

double Moments::mean() const { return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : mean_; }

double Moments::variance() const {
  if (count_ < 2) return std::numeric_limits<double>::quiet_NaN();
  return squares_ / static_cast<double>(count_ - 1);
}

Estimate Moments::estimate() const {
  return {mean(), std::sqrt(variance() / static_cast<double>(count_)), 0.5};
}

}  // namespace spinflow::stats

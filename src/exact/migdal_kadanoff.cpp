// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/migdal_kadanoff.hpp"

#include <cmath>

namespace spinflow::exact {

double migdal_kadanoff(double coupling, int factor, int dimension) {
  const double moved = coupling * std::pow(factor, dimension - 1);
  // artanh(t^b) with t = (1 - u) / (1 + u): where t is near 1, 1 - t^b keeps all its digits.
  const double u = std::exp(-2 * moved);
  const double log_t = std::log1p(-u) - std::log1p(u);
  const double power = std::exp(factor * log_t);       // t^b
  const double missing = -std::expm1(factor * log_t);  // 1 - t^b
  return 0.5 * (std::log1p(power) - std::log(missing));
}

double migdal_kadanoff_fixed_point(int factor) {
  // K' < K below, K' > K above: K' grows as (2 b K)^b / 2^b near 0 and as b K - ln(b)/2 for large K.
  double below = 1e-3 / factor;
  double above = 10;
  for (int i = 0; i < 200 && above - below > 1e-16 * above; ++i) {
    const double middle = 0.5 * (below + above);
    (migdal_kadanoff(middle, factor, 2) < middle ? below : above) = middle;
  }
  return 0.5 * (below + above);
}

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/product_measure.hpp"

#include <algorithm>
#include <cmath>

#include "base/log_gamma.hpp"

namespace spinflow::exact {

ProductMeasure product_measure(double m, int n_sites) {
  const double n = n_sites;
  ProductMeasure product{.m = m, .energy = -2 * m * m};
  // Var(E): 2N bonds of variance 1 - m^4, and 6N pairs of bonds that share a site, of covariance m^2 - m^4,
  // twice.
  const double variance = 2 * n * (1 - std::pow(m, 4)) + 12 * n * (m * m - std::pow(m, 4));
  product.sd_energy = std::sqrt(std::max(0.0, variance)) / n;
  const auto p = independent_up_spins(m, n_sites);
  for (int up = 0; up <= n_sites; ++up)
    product.abs_magnetization += p[static_cast<std::size_t>(up)] * std::abs(2.0 * up - n) / n;
  return product;
}

std::vector<double> independent_up_spins(double m, int n_sites) {
  const double n = n_sites;
  const double p = 0.5 * (1 + m);
  std::vector<double> probability;
  for (int up = 0; up <= n_sites; ++up)
    probability.push_back(std::exp(base::log_gamma(n + 1) - base::log_gamma(up + 1.0) - base::log_gamma(n - up + 1.0) +
                                   (up > 0 ? up * std::log(p) : 0.0) +
                                   (up < n_sites ? (n - up) * std::log1p(-p) : 0.0)));
  return probability;
}

ProductMeasure product_of_energy(double e, int n_sites) {
  return product_measure(std::sqrt(std::clamp(-e / 2, 0.0, 1.0)), n_sites);
}

ProductMeasure product_of_magnetization(double abs_magnetization, int n_sites) {
  // <|m|> grows with m from its value at m = 0; bisection is plenty.
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (product_measure(middle, n_sites).abs_magnetization < abs_magnetization ? low : high) = middle;
  }
  return product_measure(0.5 * (low + high), n_sites);
}

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/kaufman.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "kaufman_ends.hpp"

namespace spinflow::exact {

namespace {

/// A positive quantity through its logarithm and the first two derivatives of that logarithm in K.
struct LogQuantity {
  double log = 0;
  double first = 0;
  double second = 0;

  LogQuantity& operator*=(const LogQuantity& other) {
    log += other.log;
    first += other.first;
    second += other.second;
    return *this;
  }
};

/// x(K) with derivatives.
struct Variable {
  double x = 0;
  double first = 0;
  double second = 0;
};

LogQuantity two_cosh(const Variable& v) {
  const double t = std::tanh(v.x);
  return {std::abs(v.x) + std::log1p(std::exp(-2 * std::abs(v.x))), t * v.first,
          (1 - t * t) * v.first * v.first + t * v.second};
}

/// For x > 0.
LogQuantity two_sinh(const Variable& v) {
  const double t = 1 / std::tanh(v.x);
  return {v.x + std::log1p(-std::exp(-2 * v.x)), t * v.first, (1 - t * t) * v.first * v.first + t * v.second};
}

/// n gamma_l / 2 for l != 0: cosh gamma_l = cosh(2K) coth(2K) - cos(l pi / m).
Variable half_gamma(double coupling, double n, double angle) {
  const double u = 2 * coupling;
  const double s = std::sinh(u);
  const double coth = std::cosh(u) / s;
  // cosh gamma - 1 = (s - 1)^2 / s + 2 sin^2(angle / 2): no cancellation near T_c.
  const double d = (s - 1) * (s - 1) / s + 2 * std::pow(std::sin(angle / 2), 2);
  const double sinh_gamma = std::sqrt(d * (d + 2));
  const double c1 = 2 * std::cosh(u) * (2 - coth * coth);
  const double c2 = 4 * (s * (2 - coth * coth) + 2 * coth * coth / s);
  const double g1 = c1 / sinh_gamma;
  const double g2 = (c2 - (1 + d) * g1 * g1) / sinh_gamma;
  return {0.5 * n * std::log1p(d + sinh_gamma), 0.5 * n * g1, 0.5 * n * g2};
}

/// One of the four products of Kaufman's partition function.
struct Term {
  LogQuantity product;
  std::array<double, 3> factor;  // value and two derivatives of what multiplies the product
};

/// Each term is factor * exp(log of the product).
std::array<Term, 4> four_terms(int m, double n, double coupling) {
  LogQuantity odd_cosh;
  LogQuantity odd_sinh;
  LogQuantity even_cosh;  // without gamma_0
  LogQuantity even_sinh;
  for (int r = 0; r < m; ++r) {
    const Variable odd = half_gamma(coupling, n, (2 * r + 1) * std::numbers::pi / m);
    odd_cosh *= two_cosh(odd);
    odd_sinh *= two_sinh(odd);
    if (r == 0) continue;
    const Variable even = half_gamma(coupling, n, 2 * r * std::numbers::pi / m);
    even_cosh *= two_cosh(even);
    even_sinh *= two_sinh(even);
  }
  // gamma_0 = 2K + ln tanh K changes sign at T_c, where its sinh vanishes: value and derivatives, not
  // logarithms.
  const double s = std::sinh(2 * coupling);
  const Variable zero{0.5 * n * (2 * coupling + std::log(std::tanh(coupling))), 0.5 * n * (2 + 2 / s),
                      -0.5 * n * 4 * std::cosh(2 * coupling) / (s * s)};
  const double scale = std::exp(-2 * std::abs(zero.x));
  const double sign = zero.x < 0 ? -1 : 1;
  const double cosh0 = 1 + scale;           // 2 cosh(x) e^-|x|
  const double sinh0 = sign * (1 - scale);  // 2 sinh(x) e^-|x|
  const double x1 = zero.first;
  const double x2 = zero.second;
  even_cosh.log += std::abs(zero.x);
  even_sinh.log += std::abs(zero.x);
  return {{{odd_cosh, {1, 0, 0}},
           {odd_sinh, {1, 0, 0}},
           {even_cosh, {cosh0, sinh0 * x1, cosh0 * x1 * x1 + sinh0 * x2}},
           {even_sinh, {sinh0, cosh0 * x1, sinh0 * x1 * x1 + cosh0 * x2}}}};
}

}  // namespace

Thermodynamics kaufman(int lx, int ly, double coupling) {
  const int m = std::min(lx, ly);
  const double n = std::max(lx, ly);
  const double sites = m * n;
  if (coupling == 0) return {sites * std::numbers::ln2, 0, 0};
  if (coupling < 1e-20) {  // e is linear, c quadratic
    const double factor = coupling / 1e-20;
    const Thermodynamics hot = hot_thermodynamics(lx, ly, 1e-20);
    return {hot.log_partition, factor * hot.energy, factor * factor * hot.specific_heat};
  }
  if (coupling <= hot_end) return hot_thermodynamics(lx, ly, coupling);
  if (coupling > 100) return {2 * sites * coupling + std::numbers::ln2, -2, 0};  // e^(-8K) underflows
  if (coupling >= cold_end) return cold_thermodynamics(lx, ly, coupling);

  const auto terms = four_terms(m, n, coupling);
  // All terms are shifted by the largest logarithm.
  double largest = terms[0].product.log;
  for (const auto& term : terms) largest = std::max(largest, term.product.log);
  double value = 0;
  double first = 0;
  for (const auto& [product, factor] : terms) {
    const double weight = std::exp(product.log - largest);
    value += weight * factor[0];
    first += weight * (factor[1] + factor[0] * product.first);
  }
  const double slope = first / value;  // d ln(sum) / dK
  // The second derivative of ln(sum) is that of the sum times exp(-slope K): no large squares cancel.
  double second = 0;
  for (const auto& [product, factor] : terms) {
    const double weight = std::exp(product.log - largest);
    const double d = product.first - slope;
    second += weight * (factor[2] + 2 * factor[1] * d + factor[0] * (d * d + product.second));
  }
  second /= value;
  const double s = std::sinh(2 * coupling);
  const double coth = std::cosh(2 * coupling) / s;
  return {-std::numbers::ln2 + 0.5 * sites * std::log(2 * s) + largest + std::log(value),
          -(coth + slope / sites), coupling * coupling * (second / sites - 2 / (s * s))};
}

}  // namespace spinflow::exact

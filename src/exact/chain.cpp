// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spinflow::exact {

namespace {

/// Ring in the eigenbasis of the symmetric transfer matrix: ratio of eigenvalues, and s = diag(a, -a) + b off
/// the diagonal.
struct RingBasis {
  double ratio;  ///< lambda_- / lambda_+
  double a;
  double b2;
};

RingBasis ring_basis(double k, double h) {
  // lambda = e^K cosh H +- sqrt(e^2K sinh^2 H + e^-2K), all over e^K so that nothing overflows.
  const double gap = std::sqrt(std::pow(std::sinh(h), 2) + std::exp(-4 * k));
  const double ratio = (std::cosh(h) - gap) / (std::cosh(h) + gap);
  const double a = std::sinh(h) / gap;
  return {ratio, a, std::exp(-4 * k) / (gap * gap)};
}

double ring_pair(const RingBasis& basis, int n, int r) {
  const double full = std::pow(basis.ratio, n);
  return (basis.a * basis.a * (1 + full) +
          basis.b2 * (std::pow(basis.ratio, r) + std::pow(basis.ratio, n - r))) /
         (1 + full);
}

double ring_mean(const RingBasis& basis, int n) {
  const double full = std::pow(basis.ratio, n);
  return basis.a * (1 - full) / (1 + full);
}

}  // namespace

ChainDistribution chain_distribution(int n, double k, double h, lattice::Boundary boundary) {
  const bool ring = boundary == lattice::Boundary::periodic;
  const auto size = static_cast<std::size_t>(n) + 1;
  std::vector<double> total(size);
  double log_scale = 0;
  // Weights relative to e^|K| per bond and e^|H| per site.
  const double aligned = std::exp(k - std::abs(k));
  const double broken = std::exp(-k - std::abs(k));
  const std::array<double, 2> site = {std::exp(-h - std::abs(h)), std::exp(h - std::abs(h))};
  std::array<double, 2> first_scale{};
  std::array<std::vector<double>, 2> results;
  for (int first = 0; first < 2; ++first) {
    if (!ring && first == 1) break;
    std::array<std::vector<double>, 2> v = {std::vector<double>(size), std::vector<double>(size)};
    for (int s = 0; s < 2; ++s)
      if (!ring || s == first)
        v[static_cast<std::size_t>(s)][static_cast<std::size_t>(s)] = site[static_cast<std::size_t>(s)];
    double scale = 0;
    for (int i = 1; i < n; ++i) {
      std::array<std::vector<double>, 2> next = {std::vector<double>(size), std::vector<double>(size)};
      double largest = 0;
      for (std::size_t up = 0; up <= static_cast<std::size_t>(i); ++up) {
        next[0][up] += site[0] * (aligned * v[0][up] + broken * v[1][up]);
        next[1][up + 1] += site[1] * (broken * v[0][up] + aligned * v[1][up]);
        largest = std::max({largest, next[0][up], next[1][up + 1]});
      }
      for (auto& part : next)
        for (double& x : part) x /= largest;
      scale += std::log(largest);
      v = std::move(next);
    }
    auto& result = results[static_cast<std::size_t>(first)];
    result.resize(size);
    for (std::size_t up = 0; up < size; ++up)
      result[up] = ring ? (first == 0 ? aligned * v[0][up] + broken * v[1][up]
                                      : broken * v[0][up] + aligned * v[1][up])
                        : v[0][up] + v[1][up];
    first_scale[static_cast<std::size_t>(first)] = scale;
  }
  log_scale = ring ? std::max(first_scale[0], first_scale[1]) : first_scale[0];
  double sum = 0;
  for (std::size_t up = 0; up < size; ++up) {
    total[up] = results[0][up] * std::exp(first_scale[0] - log_scale);
    if (ring) total[up] += results[1][up] * std::exp(first_scale[1] - log_scale);
    sum += total[up];
  }
  for (double& p : total) p /= sum;
  const double bonds = ring ? n : n - 1;
  return {std::log(sum) + log_scale + bonds * std::abs(k) + n * std::abs(h), std::move(total)};
}

double chain_energy(int n, double coupling, double field, double temperature, lattice::Boundary boundary) {
  const double k = coupling / temperature;
  const double h = field / temperature;
  if (boundary == lattice::Boundary::periodic) {
    const RingBasis basis = ring_basis(k, h);
    return -coupling * ring_pair(basis, n, 1) - field * ring_mean(basis, n);
  }
  // Left and right partial sums of the open chain, normalised at every site.
  const auto size = static_cast<std::size_t>(n);
  using Pair = std::array<double, 2>;
  const Pair site = {std::exp(-h - std::abs(h)), std::exp(h - std::abs(h))};
  const double aligned = std::exp(k - std::abs(k));
  const double broken = std::exp(-k - std::abs(k));
  std::vector<Pair> right(size, Pair{1, 1});  // sum over the sites beyond i, given s_i
  for (std::size_t i = size - 1; i-- > 0;) {
    const Pair next = {site[0] * right[i + 1][0], site[1] * right[i + 1][1]};
    right[i] = {aligned * next[0] + broken * next[1], broken * next[0] + aligned * next[1]};
    const double scale = right[i][0] + right[i][1];
    right[i] = {right[i][0] / scale, right[i][1] / scale};
  }
  double energy = 0;
  Pair left = site;  // sum over the sites up to i, by s_i
  for (std::size_t i = 0; i < size; ++i) {
    const double down = left[0] * right[i][0];
    const double up = left[1] * right[i][1];
    energy -= field * (up - down) / (up + down);
    if (i + 1 == size) break;
    const Pair after = {site[0] * right[i + 1][0], site[1] * right[i + 1][1]};
    const double equal = aligned * (left[0] * after[0] + left[1] * after[1]);
    const double unequal = broken * (left[0] * after[1] + left[1] * after[0]);
    energy -= coupling * (equal - unequal) / (equal + unequal);
    left = {site[0] * (aligned * left[0] + broken * left[1]),
            site[1] * (broken * left[0] + aligned * left[1])};
    const double scale = left[0] + left[1];
    left = {left[0] / scale, left[1] / scale};
  }
  return energy / n;
}

ExactMeans chain(int n, double coupling, double field, double temperature, lattice::Boundary boundary) {
  const auto distribution = chain_distribution(n, coupling / temperature, field / temperature, boundary);
  ExactMeans means;
  means.log_partition = distribution.log_partition;
  for (int up = 0; up <= n; ++up) {
    const double p = distribution.up[static_cast<std::size_t>(up)];
    const double m = 2.0 * up / n - 1;
    means.magnetization += p * m;
    means.abs_magnetization += p * std::abs(m);
    means.magnetization_2 += p * m * m;
    means.magnetization_4 += p * m * m * m * m;
  }
  means.energy = chain_energy(n, coupling, field, temperature, boundary);
  // c = de/dT by a five-point difference.
  const double d = 1e-3 * temperature;
  const auto e = [&](double steps) {
    return chain_energy(n, coupling, field, temperature + steps * d, boundary);
  };
  means.specific_heat = (8 * (e(1) - e(-1)) - (e(2) - e(-2))) / (12 * d);
  return means;
}

std::vector<double> ring_correlation(int n, double coupling, double field, double temperature) {
  const RingBasis basis = ring_basis(coupling / temperature, field / temperature);
  std::vector<double> g;
  for (int r = 1; r <= n / 2; ++r) g.push_back(ring_pair(basis, n, r));
  return g;
}

}  // namespace spinflow::exact

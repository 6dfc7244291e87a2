// SPDX-License-Identifier: Apache-2.0
// RBMs small enough to sum over, as the tests of this room need them.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

/// Biases uniform in [-1/2, 1/2).
inline Rbm rbm_with_biases(const lattice::Lattice& visible, std::size_t n_hidden, double sigma) {
  Rbm rbm = random_rbm(visible, n_hidden, sigma, 3);
  base::RandomStream stream(4, "test.biases");
  for (auto& b : rbm.visible_bias) b = static_cast<float>(stream.uniform() - 0.5);
  for (auto& c : rbm.hidden_bias) c = static_cast<float>(stream.uniform() - 0.5);
  return rbm;
}

/// -E(v, h) for the bits of the two numbers.
inline double minus_energy(const Rbm& rbm, unsigned v, unsigned h) {
  const auto spin = [](unsigned bits, std::size_t i) { return ((bits >> i) & 1u) != 0 ? 1.0 : -1.0; };
  double sum = 0;
  for (std::size_t i = 0; i < rbm.n_visible(); ++i) sum += rbm.visible_bias[i] * spin(v, i);
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    sum += rbm.hidden_bias[a] * spin(h, a);
    for (std::size_t i = 0; i < rbm.n_visible(); ++i)
      sum += rbm.weights[a * rbm.n_visible() + i] * spin(h, a) * spin(v, i);
  }
  return sum;
}

/// Row r holds the bits of numbers[r].
inline kernels::PackedSpins rows_of(const std::vector<unsigned>& numbers, std::size_t n_columns) {
  kernels::PackedSpins spins(numbers.size(), n_columns);
  for (std::size_t r = 0; r < numbers.size(); ++r) spins.row(r)[0] = numbers[r];
  return spins;
}

/// All 2^n_columns rows, row r the bits of r. n_columns <= 20.
inline kernels::PackedSpins all_rows(std::size_t n_columns) {
  kernels::PackedSpins spins(std::size_t{1} << n_columns, n_columns);
  for (std::size_t r = 0; r < spins.n_rows(); ++r) spins.row(r)[0] = r;
  return spins;
}

/// `n` independent draws of v from the enumerated distribution.
inline kernels::PackedSpins exact_samples(const Rbm& rbm, std::size_t n, base::RandomStream stream) {
  std::vector<double> below;
  double sum = 0;
  for (const double f : free_energy(rbm, all_rows(rbm.n_visible()))) below.push_back(sum += std::exp(-f));
  kernels::PackedSpins spins(n, rbm.n_visible());
  for (std::size_t r = 0; r < n; ++r)
    spins.row(r)[0] =
        static_cast<std::uint64_t>(std::ranges::upper_bound(below, stream.uniform() * sum) - below.begin());
  return spins;
}

}  // namespace spinflow::networks

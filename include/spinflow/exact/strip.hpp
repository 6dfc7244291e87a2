// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "spinflow/exact/enumeration.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::exact {

/// How far order reaches along an endless strip of `width` sites around, nearest neighbours, J = 1, no field:
/// xi in sites, <s_0 s_r> ~ exp(-r/xi). 1/xi = ln(Lambda_0/Lambda_1), the two largest eigenvalues of the
/// transfer matrix, is half the sum over k = 0 .. width - 1 of gamma_(2k+1) - gamma_(2k), cosh gamma_k =
/// cosh 2K coth 2K - cos(pi k/width), gamma_0 = 2K + ln tanh K, which is negative above T_c (Kaufman 1949,
/// Onsager 1944). Below T_c it grows like the inverse Boltzmann factor of a wall across the strip.
/// `coupling`: K = J/(k_B T) > 0. 1/xi is good to 1e-13 absolutely: infinity where it is smaller.
[[nodiscard]] double strip_correlation_length(int width, double coupling);

/// The number of configurations with a given magnetization and number of unequal bonds: of a lattice too
/// large to enumerate but narrow, so that exact means follow at any temperature, coupling of either sign and
/// field.
class NarrowLattice {
 public:
  /// Row by row. Error(input) for a smaller side above 8, more than 1000 sites, or a table beyond 2^26
  /// numbers (2^side n_sites n_bonds).
  explicit NarrowLattice(const lattice::Lattice& lattice);

  /// H = -J sum s_i s_j - h sum s_i. `temperature`: in the units of J, > 0.
  [[nodiscard]] ExactMeans at(double temperature, double coupling, double field) const;

 private:
  std::size_t n_sites_;
  std::size_t n_bonds_;
  std::vector<double> states_;  // (n_sites + 1, n_bonds + 1): by up spins and unequal bonds
};

}  // namespace spinflow::exact

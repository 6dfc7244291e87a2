// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "spinflow/exact/enumeration.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::exact {

/// Correlation length xi, in sites, along an infinitely long strip that is periodic over `width` sites
/// (nearest neighbours, no field): <s_0 s_r> ~ exp(-r/xi). 1/xi = ln(Lambda_0/Lambda_1), with the two largest
/// eigenvalues of the transfer matrix, is half the sum over k = 0 .. width - 1 of gamma_(2k+1) - gamma_(2k),
/// cosh gamma_k = cosh 2K coth 2K - cos(pi k/width), gamma_0 = 2K + ln tanh K, which is negative above T_c
/// (Kaufman 1949, Onsager 1944). Below T_c xi grows like the inverse Boltzmann factor of a domain wall across
/// the strip. `width` >= 1; `coupling`: K = J/(k_B T) > 0. The absolute error of 1/xi is 1e-13; where 1/xi is
/// smaller, xi is infinity.
[[nodiscard]] double strip_correlation_length(int width, double coupling);

/// Exact means on a lattice that is too large to enumerate but has a short side. Counts the configurations
/// with each magnetization and number of unequal bonds; means at any temperature, field, and coupling of
/// either sign follow from the counts.
class NarrowLattice {
 public:
  /// Builds the table row by row. Error(input) for a smaller side above 8, more than 1000 sites, or a table
  /// beyond 2^26 numbers (2^side n_sites n_bonds).
  explicit NarrowLattice(const lattice::Lattice& lattice);

  /// H = -J sum s_i s_j - h sum s_i. `temperature`: k_B T > 0; `coupling`: J, of either sign; `field`: h. All
  /// three are energies in the same unit.
  [[nodiscard]] ExactMeans at(double temperature, double coupling, double field) const;

 private:
  std::size_t n_sites_;
  std::size_t n_bonds_;
  std::vector<double> states_;  // (n_sites + 1, n_bonds + 1): by up spins and unequal bonds
};

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace spinflow::exact {

/// Independent spins of mean m, with one sign of m for each configuration at random, on `n_sites` sites of a
/// periodic square lattice with sides of 3 or more: what has the magnetization or the energy of an Ising
/// ensemble, and no correlations beyond it.
///
///     auto product = exact::product_of_energy(-1.2, 100);
///     product.m;          // sqrt(0.6)
///     product.sd_energy;  // of this many sites
struct ProductMeasure {
  double m = 0;                  ///< 0 .. 1
  double energy = 0;             ///< per site in units of J: -2 m^2
  double sd_energy = 0;          ///< standard deviation of the energy per site over configurations
  double abs_magnetization = 0;  ///< <|m|>, more than m on a finite lattice
};

[[nodiscard]] ProductMeasure product_measure(double m, int n_sites);
/// The one whose energy per site is e, -2 .. 0 (what lies beyond is taken for the nearest end).
[[nodiscard]] ProductMeasure product_of_energy(double e, int n_sites);
/// The one whose <|m|> is given; m = 0 if it is less than that of spins without a mean.
[[nodiscard]] ProductMeasure product_of_magnetization(double abs_magnetization, int n_sites);

/// Probability of each number 0 .. n_sites of up spins among independent ones of mean m, |m| <= 1.
[[nodiscard]] std::vector<double> independent_up_spins(double m, int n_sites);

}  // namespace spinflow::exact

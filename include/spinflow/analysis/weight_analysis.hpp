// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spinflow/analysis/weight_spectrum.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::analysis {

/// The elements A_ij of the pairs at one distance along the axes.
struct DistanceElement {
  int r = 0;              ///< sites; 0: the diagonal
  std::size_t pairs = 0;  ///< over both axes
  double mean = 0;
  double scatter = 0;  ///< standard deviation over the pairs
};

/// The waves that the symmetries of the lattice turn into each other: {(+-kx, +-ky), (+-ky, +-kx)} on a
/// square lattice with Lx = Ly, {(+-kx, +-ky)} else. Periodic: full waves, kx periods over Lx. Open:
/// standing waves cos(pi kx (x + 1/2) / Lx), kx half periods over Lx. Together the shells hold N modes.
struct FourierShell {
  int kx = 0;  ///< >= ky where the two are interchangeable
  int ky = 0;
  std::size_t modes = 0;
  double wave_number = 0;  ///< |k| in units of 2 pi / Lx
  double lambda = 0;       ///< mean of v^T A v over the unit-length modes v of the shell
  double scatter = 0;      ///< standard deviation of it over the modes
};

/// A field s on the lattice, read as spins.
struct Pattern {
  double magnetization = 0;  ///< sum s / N
  double energy = 0;         ///< -sum over nearest-neighbour bonds of s_i s_j, / N
};

/// What the weights of an RBM say about pairs of visible units, A = W^T W (n_visible, n_visible).
struct WeightAnalysis {
  double sigma0 = 0;           ///< standard deviation of the initial weights
  WeightSpectrum spectrum;     ///< eigenvalues, eigenvectors, overlap with the uniform mode, noise edge
  std::size_t above_edge = 0;  ///< eigenvalues above the noise edge
  std::size_t zeros = 0;       ///< max(0, N_v - N_h), which are exactly zero whatever the weights

  std::vector<DistanceElement> by_distance;  ///< r = 0 .. floor(min(Lx, Ly) / 2)
  std::vector<double> by_displacement;       ///< mean of A_(x,x+d) over x, as lattice::Displacements

  std::vector<FourierShell> shells;  ///< by increasing wave number; the first is the uniform one
  std::vector<std::vector<double>> shell_overlap;  ///< [k][shell]: squared length of e_k's part; sum 1
  std::vector<Pattern> sign_patterns;              ///< [k]: sgn(e_k); 0 for a vanishing component
  std::vector<Pattern> field_patterns;             ///< [k]: e_k scaled to sum s^2 = N

  /// Hidden units by decreasing norm of their row of W: what acts most comes first, whatever its shape.
  std::vector<std::size_t> units;
  std::vector<double> unit_norms;  ///< [i]: norm of the row of `units[i]`
};

/// `sigma0`: standard deviation of the initial weights, >= 0. Stated to rounding (Eigen). Time and memory
/// grow with n_visible^3 and n_visible^2.
[[nodiscard]] WeightAnalysis weight_analysis(const networks::Rbm& rbm, double sigma0);

/// The receptive field of a hidden unit: its row of W (n_visible), turned to a positive sum (the sign of a
/// hidden unit without bias is a convention).
[[nodiscard]] std::vector<double> receptive_field(const networks::Rbm& rbm, std::size_t unit);

/// Pearson coefficient of two functions of the displacement (such as A and spin correlations) over all pairs
/// of different sites. Both as lattice::Displacements; NaN where one of them is constant.
[[nodiscard]] double pearson(const lattice::Lattice& lattice, std::span<const double> a,
                             std::span<const double> b);

/// The law of Marchenko and Pastur for W^T W with independent elements of W, N(0, sigma0^2): number of
/// eigenvalues per unit of lambda, sqrt((l+ - l)(l - l-)) / (2 pi sigma0^2 l) between
/// l+- = sigma0^2 (sqrt N_v +- sqrt N_h)^2. It holds min(N_v, N_h) eigenvalues; the others are zero.
[[nodiscard]] double noise_density(double lambda, std::size_t n_visible, std::size_t n_hidden, double sigma0);

/// The eigenvalues that law expects, descending, min(N_v, N_h) of them: its quantiles at rank - 1/2.
[[nodiscard]] std::vector<double> noise_eigenvalues(std::size_t n_visible, std::size_t n_hidden,
                                                    double sigma0);

}  // namespace spinflow::analysis

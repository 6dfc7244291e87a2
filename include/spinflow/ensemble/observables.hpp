// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::ensemble {

/// What `spinflow measure` prints for the rows of one temperature. Errors are over independent pieces: rows
/// if the ensemble says so, else chains. The scatter of fewer than 16 chains is too uncertain, so their error
/// comes from tau_int. An error is half the width of the interval that contains the true value in 68 % of all
/// cases, also for few rows (docs/measuring.md). It is NaN where the rows do not determine it: if all rows
/// agree, and for fluctuations (sd_energy, specific_heat, binder) from too few rows.
struct Observables {
  double temperature = std::numeric_limits<double>::quiet_NaN();  ///< in J/k_B
  std::size_t n = 0;                                              ///< rows
  stats::Estimate
      tau_int;  ///< of e or |m|, the larger, in rows of one chain; exactly 1/2 for independent rows
  /// The chains are shorter than 50 tau_int: tau_int and errors made from it are known to 40 % or worse.
  bool short_series = false;
  stats::Estimate energy;             ///< e, per site; NaN without a model
  stats::Estimate sd_energy;          ///< standard deviation of e; it, c and Binder without bias of order 1/n
  stats::Estimate abs_magnetization;  ///< <|m|>
  stats::Estimate magnetization_2;    ///< <m^2>
  stats::Estimate magnetization_4;    ///< <m^4>
  stats::Estimate specific_heat;      ///< N (<e^2> - <e>^2) / T^2; NaN at T = 0 and where T is not known
  stats::Estimate binder;             ///< 1 - <m^4> / (3 <m^2>^2)
  std::vector<stats::Estimate> correlation;  ///< as `correlation` below
};

/// Of the given rows, whatever their temperatures; `temperature` (in J/k_B, may be NaN) enters the specific
/// heat.
[[nodiscard]] Observables observe(const Ensemble& ensemble, std::span<const std::size_t> rows,
                                  double temperature);

/// Of every temperature of the ensemble, ascending.
[[nodiscard]] std::vector<Observables> observe(const Ensemble& ensemble);

/// G(r) = <s_x s_(x+r)>, r = 1 .. floor(min(Lx, Ly) / 2), averaged over sites and the axes, not connected; on
/// open boundaries over the pairs that exist. Element r - 1 belongs to r.
[[nodiscard]] std::vector<stats::Estimate> correlation(const Ensemble& ensemble);
[[nodiscard]] std::vector<stats::Estimate> correlation(const Ensemble& ensemble,
                                                       std::span<const std::size_t> rows);

/// <e> per site over all rows.
[[nodiscard]] stats::Estimate mean_energy(const Ensemble& ensemble);
/// <|m|> over all rows.
[[nodiscard]] stats::Estimate mean_abs_magnetization(const Ensemble& ensemble);
/// Standard deviation of e over all rows, sqrt(<e^2> - <e>^2) without its bias of order 1/n.
[[nodiscard]] stats::Estimate sd_energy(const Ensemble& ensemble);

/// E_b/N of every row, E_b = sum of s_i s_j over the nearest-neighbour bonds of the lattice, whatever the
/// model. (ensemble.size())
[[nodiscard]] std::vector<double> bond_energies(const Ensemble& ensemble);
/// <E_b>/N over all rows.
[[nodiscard]] stats::Estimate mean_bonds(const Ensemble& ensemble);
/// <|m_k|^2>, m_k = (1/N) sum_r s_r exp(i k r), over all rows and the axes: along each axis k = 2 pi / (its
/// own side), the smallest but 0. On open boundaries the same waves.
[[nodiscard]] stats::Estimate mean_mode_2(const Ensemble& ensemble);
/// Y = Cov(|m|, E_b) / <|m|> over all rows, E_b the sum over the whole lattice: d ln<|m|> / dK where E_b is
/// minus the Hamiltonian.
[[nodiscard]] stats::Estimate bond_response(const Ensemble& ensemble);

/// A function of the means of any numbers measured row by row, with the error that fits the ensemble's
/// pieces; rows of several known temperatures are strata. `values`: (rows.size(),
/// n_observables), row-major, for the given rows of the ensemble.
[[nodiscard]] stats::Estimate estimate(const Ensemble& ensemble, std::span<const std::size_t> rows,
                                       std::span<const double> values, std::size_t n_observables,
                                       const stats::FunctionOfMeans& f);

/// The mean of one number per row of the whole ensemble; rows of several known temperatures are strata.
/// `values`: (ensemble.size()).
[[nodiscard]] stats::Estimate mean(const Ensemble& ensemble, std::span<const double> values);

}  // namespace spinflow::ensemble

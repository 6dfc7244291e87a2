// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::ensemble {

// Means that also read temperatures. What `spinflow measure` prints and flows record are entries of
// observables::registry(). `rows` may be an ensemble: all of its rows.

/// <e> per site, in J.
[[nodiscard]] stats::Estimate mean_energy(const Rows& rows);
/// <|m|> per site.
[[nodiscard]] stats::Estimate mean_abs_magnetization(const Rows& rows);
/// <E_b>/N, E_b = sum of s_i s_j over the nearest-neighbour bonds of the lattice, whatever the model.
[[nodiscard]] stats::Estimate mean_bonds(const Rows& rows);

/// G(r) = <s_x s_(x+r)>, r = 1 .. floor(min(Lx, Ly) / 2), averaged over sites and the axes, not connected; on
/// open boundaries over the pairs that exist. Element r - 1 belongs to r.
[[nodiscard]] std::vector<stats::Estimate> correlation(const Rows& rows);
/// The connected one, G(r) - <m>^2, at the same r, without the bias of order 1/n of <m>^2. On a periodic
/// lattice, where all sites have the same mean, it is the covariance of two spins.
[[nodiscard]] std::vector<stats::Estimate> connected_correlation(const Rows& rows);

/// P(|m|) at every value that |m| can take, in ascending order: element i belongs to |m| = (2 i + n mod 2)/n
/// of n sites. Errors as of independent configurations.
[[nodiscard]] std::vector<stats::Estimate> abs_magnetization_histogram(const Ensemble& ensemble);

}  // namespace spinflow::ensemble

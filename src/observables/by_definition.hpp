// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "spinflow/ensemble/rows.hpp"

/// For the `reference` of observables.
namespace spinflow::observables {

/// One configuration: (n_sites), +-1.
using Spins = std::span<const std::int8_t>;

/// The means over the rows of numbers that `numbers` computes from the spins of one.
[[nodiscard]] std::vector<double> means_of(const ensemble::Rows& rows,
                                           const std::function<std::vector<double>(Spins)>& numbers);

/// m per site.
[[nodiscard]] double magnetization_of(Spins spins);
/// E_b.
[[nodiscard]] double bond_sum_of(const lattice::Lattice& lattice, Spins spins);
/// <e^2> - <e>^2 over the rows.
[[nodiscard]] double energy_variance_of(const ensemble::Rows& rows);

}  // namespace spinflow::observables

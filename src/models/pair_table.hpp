// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::models {

/// The pair part of a translation-invariant Hamiltonian on a periodic lattice, H = -sum_{i<j} J(r_j - r_i)
/// s_i s_j: the couplings and how to sum them.
class PairTable {
 public:
  /// `couplings`: (n_sites), J(dx, dy) at dy * Lx + dx, J(r) = J(-r), element 0 is 0.
  PairTable(lattice::Lattice lattice, std::vector<double> couplings);

  [[nodiscard]] std::span<const double> couplings() const { return couplings_; }

  /// `spins`: (n_sites), +-1. Packs them to bits and counts unequal pairs of each displacement, N^2 / 128
  /// word operations; sums over displacements in one fixed order.
  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const;

  /// sum_j J_ij s_j.
  [[nodiscard]] double field_at(std::span<const std::int8_t> spins, int site) const;

 private:
  lattice::Lattice lattice_;
  std::vector<double> couplings_;
};

namespace reference {
/// The obvious twin of PairTable::energy.
[[nodiscard]] double pair_energy(const lattice::Lattice& lattice, std::span<const double> couplings,
                                 std::span<const std::int8_t> spins);
}  // namespace reference

}  // namespace spinflow::models

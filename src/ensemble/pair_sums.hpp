// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::ensemble {

/// Sum of s_x s_(x+d) over the pairs at one displacement, or at distance r along the axes of a lattice, read
/// off packed rows: a row is held against its shifted self by exclusive-or, and unequal bits are counted. On
/// a periodic lattice every site has one partner per displacement, on an open one only the pairs that exist
/// count.
class PairSums {
 public:
  /// The displacements (r, 0) and, on a square lattice, (0, r); 1 <= r < every side.
  PairSums(const lattice::Lattice& lattice, int r);
  /// The displacement (dx, dy); |dx| < Lx, |dy| < Ly.
  PairSums(const lattice::Lattice& lattice, int dx, int dy);

  [[nodiscard]] std::int64_t pairs() const { return pairs_; }

  /// `rows`: (n_rows, words_per_row) words of PackedSpins; `sums`: (n_rows).
  void measure(std::span<const std::uint64_t> rows, std::span<std::int64_t> sums) const;
  /// The sum of each row over the number of pairs. `values`: (n_rows).
  void per_pair(const kernels::PackedSpins& spins, std::span<double> values) const;

 private:
  // The partner of a site in one direction: its bit stands `shift` bits higher (or lower, if negative)
  // wherever the mask is set.
  struct Move {
    std::ptrdiff_t shift;
    std::vector<std::uint64_t> mask;
  };

  void add_displacement(const lattice::Lattice& lattice, int dx, int dy);

  std::size_t words_;
  std::int64_t pairs_ = 0;
  std::vector<Move> moves_;
};

namespace reference {
/// The obvious twin for one row: `spins` (n_sites), +-1.
[[nodiscard]] std::int64_t pair_sum(const lattice::Lattice& lattice, int r,
                                    std::span<const std::int8_t> spins);
}  // namespace reference

}  // namespace spinflow::ensemble

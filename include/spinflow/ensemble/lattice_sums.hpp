// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/interactions.hpp"

namespace spinflow::ensemble {

/// The lattice sums S_a of interactions on a periodic lattice, 64 sites at a time: a row of the lattice and
/// its shifts are words, a product of spins their XOR, a sum its number of bits. Keeps work space: one object
/// per thread.
class LatticeSums {
 public:
  /// Error(input) beginning with `where` for an open lattice or an interaction that does not fit
  /// (lattice::check_fits).
  LatticeSums(std::span<const lattice::Interaction> interactions, const lattice::Lattice& lattice,
              std::string_view where);

  /// `sums`: (n_interactions), S_a of row `row`; `spins`: (n, n_sites).
  void measure(const kernels::PackedSpins& spins, std::size_t row, std::span<std::int64_t> sums);

 private:
  struct Product {
    std::vector<std::size_t> planes;       ///< of each site: where the words of its shift in x begin
    std::vector<std::size_t> first_words;  ///< of each site: dy in words
  };

  void shift(const kernels::PackedSpins& spins, std::size_t row);
  /// Sites where an odd number of the product's spins is up.
  [[nodiscard]] std::int64_t odd_sites(const Product& product);

  int lx_;
  int ly_;
  std::size_t words_;                           // per row of the lattice
  std::vector<int> shifts_;                     // dx that occur, modulo lx
  std::vector<std::vector<Product>> products_;  // of each interaction
  std::vector<bool> odd_;                       // of each interaction
  std::vector<std::uint64_t> planes_;           // (n_shifts, ly, words)
  std::vector<std::uint64_t> bits_;             // (ly, words): a product as it grows
};

namespace reference {
/// The obvious twin: every term of lattice::terms in turn, on any lattice. (n_interactions)
[[nodiscard]] std::vector<std::int64_t> lattice_sums(std::span<const lattice::Interaction> interactions,
                                                     const lattice::Lattice& lattice,
                                                     const kernels::PackedSpins& spins, std::size_t row);
}  // namespace reference

}  // namespace spinflow::ensemble

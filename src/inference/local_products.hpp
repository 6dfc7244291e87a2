// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernels/bit_counts.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::inference {

/// s_i f_a(i) of every interaction a of a basis, f_a(i) = d S_a / d s_i: whole numbers, as many of each sign
/// as there are terms at a site. All of one site together make a key, in lexicographic order.
class LocalProducts {
 public:
  /// Error(input) for an interaction that does not fit the lattice, or a basis of too many combinations.
  LocalProducts(std::span<const lattice::Interaction> basis, const lattice::Lattice& lattice);

  [[nodiscard]] std::size_t n_interactions() const { return interactions_.size(); }
  [[nodiscard]] std::uint64_t n_keys() const { return n_keys_; }
  /// `spins`: (n_sites), +-1.
  [[nodiscard]] std::uint64_t key(std::span<const std::int8_t> spins, std::size_t site) const {
    std::uint64_t key = 0;
    for (const auto& a : interactions_) {
      int f = 0;
      for (std::int32_t group = a.groups[site]; group < a.groups[site + 1]; ++group) {
        int product = 1;
        for (std::int32_t m = group * a.others; m < (group + 1) * a.others; ++m)
          product *= spins[static_cast<std::size_t>(a.members[static_cast<std::size_t>(m)])];
        f += product;
      }
      key = key * a.values + static_cast<std::uint64_t>(spins[site] * f + a.most);
    }
    return key;
  }
  /// `products`: (n_interactions), s_i f_a(i) of a key.
  void products(std::uint64_t key, std::span<double> products) const;

  /// Keys of all sites in many rows: `add(key, n)` for n > 0 rows that have the key at some site, 64 rows at
  /// a time. `sites`: (n_sites, n_rows), the rows transposed.
  template <class Add>
  void count(const kernels::PackedSpins& sites, const Add& add) const;

 private:
  struct LocalField {
    std::int32_t others = 0;            ///< sites of a term besides i
    std::vector<std::int32_t> groups;   ///< (n_sites + 1): a site's first term
    std::vector<std::int32_t> members;  ///< (n_terms, others): sites multiplied
    int most = 0;                       ///< largest number of terms at a site
    std::uint64_t values = 1;           ///< 2 most + 1
  };

  /// A number for each of 64 rows, bit-sliced: plane b holds bit b of all of them.
  class RowCounter {
   public:
    RowCounter() = default;
    /// 0 everywhere; `most`: the largest number that will be reached.
    explicit RowCounter(int most)
        : n_planes_(static_cast<int>(std::bit_width(static_cast<unsigned>(most)))) {}
    /// One more in the rows whose bit is set.
    void add(std::uint64_t rows) {
      for (int b = 0; b < n_planes_; ++b) rows &= std::exchange(planes_[b], planes_[b] ^ rows);
    }
    /// The rows that have this number.
    [[nodiscard]] std::uint64_t equal_to(int number) const {
      std::uint64_t rows = ~std::uint64_t{0};
      for (int b = 0; b < n_planes_; ++b) rows &= (number >> b & 1) != 0 ? planes_[b] : ~planes_[b];
      return rows;
    }

   private:
    int n_planes_ = 0;
    std::array<std::uint64_t, 7> planes_{};  // 8 sites in 8 orientations: at most 64 terms at a site
  };

  [[nodiscard]] static RowCounter positive_terms(const LocalField& field, const kernels::PackedSpins& sites,
                                                 std::size_t site, std::size_t word);
  /// Splits the rows by the values of interactions a, a + 1, ...
  template <class Add>
  void count_from(std::size_t a, std::uint64_t key, std::uint64_t rows, std::size_t site,
                  std::span<const RowCounter> positive, const Add& add) const;

  std::vector<LocalField> interactions_;
  std::uint64_t n_keys_ = 1;
};

template <class Add>
void LocalProducts::count(const kernels::PackedSpins& sites, const Add& add) const {
  std::vector<RowCounter> positive(interactions_.size());
  for (std::size_t word = 0; word < sites.words_per_row(); ++word) {
    const std::size_t n_rows = std::min<std::size_t>(64, sites.n_columns() - 64 * word);
    for (std::size_t site = 0; site < sites.n_rows(); ++site) {
      for (std::size_t a = 0; a < interactions_.size(); ++a)
        positive[a] = positive_terms(interactions_[a], sites, site, word);
      count_from(0, 0, ~std::uint64_t{0} >> (64 - n_rows), site, positive, add);
    }
  }
}

template <class Add>
void LocalProducts::count_from(std::size_t a, std::uint64_t key, std::uint64_t rows, std::size_t site,
                               std::span<const RowCounter> positive, const Add& add) const {
  if (a == interactions_.size()) {
    add(key, kernels::number_of_bits(rows));
    return;
  }
  const auto& field = interactions_[a];
  const int n_terms = field.groups[site + 1] - field.groups[site];
  for (int n = 0; n <= n_terms; ++n) {
    const std::uint64_t these = rows & positive[a].equal_to(n);
    if (these == 0) continue;
    count_from(a + 1, key * field.values + static_cast<std::uint64_t>(2 * n - n_terms + field.most), these,
               site, positive, add);
  }
}

/// How often each combination (s_i f_a(i))_a occurs: all that the pseudo-likelihood depends on.
struct ProductCounts {
  std::size_t n_interactions = 0;
  std::vector<std::uint64_t> keys;  ///< (n_keys) those that occur, ascending
  std::vector<double> products;     ///< (n_keys, n_interactions)
  stats::Pieces pieces;             ///< one observable per key: occurrences per row of each block
};

/// `blocks`: rows of each block. Error(input) if there are more combinations than memory is meant for.
[[nodiscard]] ProductCounts count_products(const LocalProducts& local, const ensemble::Ensemble& ensemble,
                                           const std::vector<std::vector<std::size_t>>& blocks);

}  // namespace spinflow::inference

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::thermometers {

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

 private:
  struct LocalField {
    std::int32_t others = 0;            ///< sites of a term besides i
    std::vector<std::int32_t> groups;   ///< (n_sites + 1): a site's first term
    std::vector<std::int32_t> members;  ///< (n_terms, others): sites multiplied
    int most = 0;                       ///< largest number of terms at a site
    std::uint64_t values = 1;           ///< 2 most + 1
  };
  std::vector<LocalField> interactions_;
  std::uint64_t n_keys_ = 1;
};

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

}  // namespace spinflow::thermometers

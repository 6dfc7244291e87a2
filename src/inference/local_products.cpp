// SPDX-License-Identifier: Apache-2.0
#include "inference/local_products.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::inference {

namespace {

// Up to here every block counts in a table of all keys: the five usual interactions of a square need 19683.
constexpr std::uint64_t most_tabled = std::uint64_t{1} << 17;
// Different combinations that may occur: with 50 blocks some 100 MB of counts.
constexpr std::size_t most_combinations = std::size_t{1} << 18;

Error too_many() {
  return input_error(
      "pseudo-likelihood",
      fmt::format("the basis has more than {} combinations of local fields", most_combinations),
      "use fewer interactions, or smaller ones");
}

using Counts = std::vector<std::pair<std::uint64_t, double>>;

Counts counts_of_block(const LocalProducts& local, const ensemble::Ensemble& ensemble,
                       const std::vector<std::size_t>& rows) {
  const auto sites = kernels::transposed(ensemble.spins.gather(rows));
  Counts counts;
  if (local.n_keys() <= most_tabled) {
    std::vector<double> table(local.n_keys());
    local.count(sites, [&](std::uint64_t key, int n) { table[key] += n; });
    for (std::uint64_t key = 0; key < table.size(); ++key)
      if (table[key] > 0) counts.emplace_back(key, table[key]);
    return counts;
  }
  std::unordered_map<std::uint64_t, double> found;
  local.count(sites, [&](std::uint64_t key, int n) {
    found[key] += n;
    if (found.size() > most_combinations) throw too_many();
  });
  counts.assign(found.begin(), found.end());
  std::ranges::sort(counts);
  return counts;
}

}  // namespace

LocalProducts::LocalProducts(std::span<const lattice::Interaction> basis, const lattice::Lattice& lattice) {
  const auto n_sites = static_cast<std::size_t>(lattice.n_sites());
  for (const auto& interaction : basis) {
    const auto terms = lattice::terms(interaction, lattice, "pseudo-likelihood");
    LocalField field{.others = static_cast<std::int32_t>(interaction.sites.size()) - 1};
    std::vector<std::vector<std::size_t>> at_site(n_sites);
    for (std::size_t t = 0; t < terms.size(); ++t)
      for (const auto site : terms[t]) at_site[static_cast<std::size_t>(site)].push_back(t);
    field.groups.push_back(0);
    for (std::size_t site = 0; site < n_sites; ++site) {
      for (const std::size_t t : at_site[site])
        for (const auto other : terms[t])
          if (static_cast<std::size_t>(other) != site) field.members.push_back(other);
      field.most = std::max(field.most, static_cast<int>(at_site[site].size()));
      field.groups.push_back(field.groups.back() + static_cast<std::int32_t>(at_site[site].size()));
    }
    field.values = 2 * static_cast<std::uint64_t>(field.most) + 1;
    if (n_keys_ > std::numeric_limits<std::uint64_t>::max() / field.values) throw too_many();
    n_keys_ *= field.values;
    interactions_.push_back(std::move(field));
  }
}

void LocalProducts::products(std::uint64_t key, std::span<double> products) const {
  for (std::size_t a = interactions_.size(); a-- > 0;) {
    const auto& field = interactions_[a];
    products[a] = static_cast<double>(key % field.values) - field.most;
    key /= field.values;
  }
}

LocalProducts::RowCounter LocalProducts::positive_terms(const LocalField& field,
                                                        const kernels::PackedSpins& sites, std::size_t site,
                                                        std::size_t word) {
  // A product of n spins, u of them up, is (-1)^(n - u): with bits for spins the parity of u, turned over if
  // n is even.
  const std::uint64_t turned = field.others % 2 == 1 ? ~std::uint64_t{0} : 0;
  RowCounter counter(field.most);
  for (std::int32_t group = field.groups[site]; group < field.groups[site + 1]; ++group) {
    std::uint64_t product = turned ^ sites.row(site)[word];
    for (std::int32_t m = group * field.others; m < (group + 1) * field.others; ++m)
      product ^= sites.row(static_cast<std::size_t>(field.members[static_cast<std::size_t>(m)]))[word];
    counter.add(product);
  }
  return counter;
}

ProductCounts count_products(const LocalProducts& local, const ensemble::Ensemble& ensemble,
                             const std::vector<std::vector<std::size_t>>& blocks) {
  std::vector<Counts> counts(blocks.size());
  base::parallel_for(blocks.size(), [&](std::size_t block) {
    counts[block] = counts_of_block(local, ensemble, blocks[block]);
  });
  ProductCounts result{.n_interactions = local.n_interactions()};
  for (const auto& block : counts) {
    std::vector<std::uint64_t> keys;
    for (const auto& [key, count] : block) keys.push_back(key);
    std::vector<std::uint64_t> all;
    std::ranges::set_union(result.keys, keys, std::back_inserter(all));
    result.keys = std::move(all);
    if (result.keys.size() > most_combinations) throw too_many();
  }
  const std::size_t n_keys = result.keys.size();
  result.products.resize(n_keys * local.n_interactions());
  for (std::size_t k = 0; k < n_keys; ++k)
    local.products(result.keys[k],
                   std::span(result.products).subspan(k * local.n_interactions(), local.n_interactions()));
  result.pieces.n_observables = n_keys;
  result.pieces.means.resize(blocks.size() * n_keys);
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    const auto n_rows = static_cast<double>(blocks[block].size());
    result.pieces.weights.push_back(n_rows);
    for (const auto& [key, count] : counts[block]) {
      const auto k =
          static_cast<std::size_t>(std::ranges::lower_bound(result.keys, key) - result.keys.begin());
      result.pieces.means[block * n_keys + k] = count / n_rows;
    }
  }
  return result;
}

}  // namespace spinflow::inference

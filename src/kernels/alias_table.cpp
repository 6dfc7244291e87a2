// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/alias_table.hpp"

#include <bit>
#include <cassert>

namespace spinflow::kernels {

AliasTable::AliasTable(std::span<const double> weights)
    : alias_(std::bit_ceil(std::uint64_t{weights.size()}) - 1), slots_(weights.size()) {
  assert(!weights.empty() && weights.size() <= (std::size_t{1} << 24));
  double sum = 0;
  for (const double weight : weights) sum += weight;
  assert(sum > 0);
  // A slot is worth 1: the light ones are filled up from the heavy ones.
  std::vector<double> share;
  std::vector<std::uint32_t> light;
  std::vector<std::uint32_t> heavy;
  for (const double weight : weights) {
    const auto k = static_cast<std::uint32_t>(share.size());
    share.push_back(weight / sum * static_cast<double>(weights.size()));
    (share.back() < 1 ? light : heavy).push_back(k);
  }
  while (!light.empty() && !heavy.empty()) {
    const std::uint32_t k = light.back();
    const std::uint32_t donor = heavy.back();
    light.pop_back();
    slots_[k] = (static_cast<std::uint64_t>(share[k] * 0x1.0p64) & ~alias_) | donor;
    share[donor] = (share[donor] + share[k]) - 1;
    if (share[donor] >= 1) continue;
    heavy.pop_back();
    light.push_back(donor);
  }
  // What is left is full but for rounding: it is its own alias.
  for (const auto* rest : {&light, &heavy})
    for (const std::uint32_t k : *rest) slots_[k] = k;
}

std::vector<double> AliasTable::probabilities() const {
  std::vector<double> result(slots_.size());
  const double slot = 1.0 / static_cast<double>(slots_.size());
  for (std::size_t k = 0; k < slots_.size(); ++k) {
    const double stay = static_cast<double>(slots_[k] & ~alias_) * 0x1.0p-64;
    result[k] += stay * slot;
    result[slots_[k] & alias_] += (1 - stay) * slot;
  }
  return result;
}

}  // namespace spinflow::kernels

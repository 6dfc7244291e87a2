// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/alias_table.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace spinflow::kernels {

namespace {
__extension__ using Wide = unsigned __int128;
}  // namespace

AliasTable::AliasTable(std::span<const double> weights)
    : alias_(std::bit_ceil(std::uint64_t{weights.size()}) - 1), slots_(weights.size()) {
  assert(!weights.empty() && weights.size() <= (std::size_t{1} << 24));
  double sum = 0;
  for (const double weight : weights) sum += weight;
  assert(sum > 0);
  // In whole numbers nothing is lost on the way: n shares of q_k n, slots that hold sum q each.
  std::vector<std::uint64_t> quanta;
  std::uint64_t capacity = 0;
  for (const double weight : weights) {
    quanta.push_back(static_cast<std::uint64_t>(weight / sum * 0x1.0p60 + 0.5));
    capacity += quanta.back();
  }
  // The light ones are filled up from the heavy ones.
  std::vector<Wide> share;
  std::vector<std::uint32_t> light;
  std::vector<std::uint32_t> heavy;
  for (const std::uint64_t quantum : quanta) {
    const auto k = static_cast<std::uint32_t>(share.size());
    share.push_back(static_cast<Wide>(quantum) * weights.size());
    (share.back() < capacity ? light : heavy).push_back(k);
  }
  while (!light.empty()) {
    const std::uint32_t k = light.back();
    const std::uint32_t donor = heavy.back();
    light.pop_back();
    const auto stay = static_cast<std::uint64_t>((share[k] << 64) / capacity);
    const std::uint64_t rounded = stay + std::min(alias_ / 2, ~stay);  // to the bits that are left
    slots_[k] = (rounded & ~alias_) | donor;
    share[donor] -= capacity - share[k];
    if (share[donor] >= capacity) continue;
    heavy.pop_back();
    light.push_back(donor);
  }
  // What is left is exactly full: its own alias.
  for (const std::uint32_t k : heavy) slots_[k] = k;
}

std::vector<double> AliasTable::probabilities() const {
  std::vector<Wide> words(slots_.size());
  for (std::size_t k = 0; k < slots_.size(); ++k) {
    const std::uint64_t stay = slots_[k] & ~alias_;
    words[k] += stay;
    words[slots_[k] & alias_] += (static_cast<Wide>(1) << 64) - stay;
  }
  std::vector<double> result;
  for (const Wide of_k : words)
    result.push_back(static_cast<double>(of_k) * 0x1.0p-64 / static_cast<double>(slots_.size()));
  return result;
}

}  // namespace spinflow::kernels

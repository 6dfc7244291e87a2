// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/poisson_table.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace spinflow::kernels {

PoissonTable::PoissonTable(double mean) {
  assert(mean >= 0 && mean <= most_mean);
  // Weights relative to the mode, p_{k+1} = p_k mean / (k+1), as far as they count for anything.
  constexpr double negligible = 0x1.0p-80;
  const auto mode = static_cast<std::uint32_t>(mean);
  std::vector<double> weights = {1};
  for (std::uint32_t k = mode; k > 0 && weights.back() > negligible; --k)
    weights.push_back(weights.back() * k / mean);
  std::ranges::reverse(weights);
  first_ = mode + 1 - static_cast<std::uint32_t>(weights.size());
  for (std::uint32_t k = mode + 1; weights.back() > negligible; ++k)
    weights.push_back(weights.back() * mean / k);
  double sum = 0;
  for (const double weight : weights) sum += weight;

  double below = 0;
  for (const double weight : weights) {
    below += weight;
    const double words = below / sum * 0x1.0p64;  // that give this number or a smaller one
    if (words < 1) {
      ++first_;
    } else if (words < 0x1.0p64) {
      last_word_.push_back(static_cast<std::uint64_t>(words) - 1);
    } else {
      break;
    }
  }
  last_word_.push_back(~std::uint64_t{0});

  std::uint16_t k = 0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << guide_bits); ++bits) {
    while (last_word_[k] < bits << (64 - guide_bits)) ++k;
    guide_.push_back(k);
  }
}

double PoissonTable::distribution_function(std::uint32_t k) const {
  if (k < first_) return 0;
  if (k - first_ >= last_word_.size() - 1) return 1;
  return (static_cast<double>(last_word_[k - first_]) + 1) * 0x1.0p-64;
}

}  // namespace spinflow::kernels

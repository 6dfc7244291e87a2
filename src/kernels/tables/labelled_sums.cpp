// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/labelled_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tables/labelled_sums.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());
constexpr std::size_t parts = 64 / lanes;

// 64 subsets: the sums stay in registers while the numbers go by. What is not in a subset adds 0, which
// changes no bit.
void sum_word(std::span<const float> values, const std::uint64_t* labels, std::size_t words_per_row,
              float* HWY_RESTRICT sums) {
  const Tag d;
  hn::Vec<Tag> sum[parts];
  for (std::size_t k = 0; k < parts; ++k) sum[k] = hn::Zero(d);
  for (std::size_t j = 0; j < values.size(); ++j) {
    const auto value = hn::Set(d, values[j]);
    for (std::size_t k = 0; k < parts; ++k) {
      const std::uint64_t bits = labels[j * words_per_row] >> (k * lanes);
      const auto in = hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&bits));
      sum[k] = hn::Add(sum[k], hn::IfThenElseZero(in, value));
    }
  }
  for (std::size_t k = 0; k < parts; ++k) hn::StoreU(sum[k], d, sums + k * lanes);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(sum_word);

void labelled_sums(std::span<const float> values, const PackedSpins& labels, std::span<float> sums) {
  assert(values.size() <= labels.n_rows() && sums.size() == labels.n_columns());
  std::array<float, 64> of_word{};
  for (std::size_t w = 0; w < labels.words_per_row(); ++w) {
    HWY_DYNAMIC_DISPATCH(sum_word)
    (values, labels.words().data() + w, labels.words_per_row(), of_word.data());
    std::copy_n(of_word.begin(), std::min<std::size_t>(64, sums.size() - 64 * w),
                sums.begin() + static_cast<std::ptrdiff_t>(64 * w));
  }
}

namespace reference {

void labelled_sums(std::span<const float> values, const PackedSpins& labels, std::span<float> sums) {
  for (std::size_t p = 0; p < sums.size(); ++p) {
    sums[p] = 0;
    for (std::size_t j = 0; j < values.size(); ++j)
      if (labels.spin(j, p) > 0) sums[p] += values[j];
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

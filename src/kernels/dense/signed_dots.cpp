// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/signed_dots.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/signed_dots.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());
constexpr std::size_t parts = 16 / lanes;

void signed_dots(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& values,
                 std::span<double> dots) {
  const Tag d;
  const std::size_t n_columns = values.n_columns();
  const std::size_t n_words = spins.words_per_row();
  for (std::size_t r = first; r < last; ++r) {
    const float* const row = values.data() + r * values.stride();
    const std::uint64_t* const words = spins.words().data() + r * n_words;
    hn::Vec<Tag> sums[parts];
    for (auto& sum : sums) sum = hn::Zero(d);
    for (std::size_t c = 0; c < n_columns; c += 16) {
      const auto bits = static_cast<std::uint32_t>((words[c / 64] >> (c % 64)) & 0xffffu);
      for (std::size_t k = 0; k < parts && c + k * lanes < n_columns; ++k) {
        const std::uint32_t part = bits >> (k * lanes);
        const std::uint8_t bytes[8] = {static_cast<std::uint8_t>(part), static_cast<std::uint8_t>(part >> 8)};
        const auto value = hn::Load(d, row + c + k * lanes);
        const auto term = hn::IfThenElse(hn::LoadMaskBits(d, bytes), value, hn::Neg(value));
        const std::size_t left = n_columns - c - k * lanes;
        sums[k] = hn::Add(sums[k], left < lanes ? hn::IfThenElseZero(hn::FirstN(d, left), term) : term);
      }
    }
    alignas(64) float partial[16];
    for (std::size_t k = 0; k < parts; ++k) hn::Store(sums[k], d, partial + k * lanes);
    double total = 0;
    for (const float part : partial) total += part;
    dots[r - first] = total;
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(signed_dots);

void signed_dots(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& values,
                 std::span<double> dots) {
  assert(spins.n_columns() == values.n_columns());
  assert(first <= last && last <= spins.n_rows() && last <= values.n_rows() && dots.size() == last - first);
  HWY_DYNAMIC_DISPATCH(signed_dots)(spins, first, last, values, dots);
}

namespace reference {

void signed_dots(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& values,
                 std::span<double> dots) {
  for (std::size_t r = first; r < last; ++r) {
    dots[r - first] = 0;
    for (std::size_t c = 0; c < values.n_columns(); ++c)
      dots[r - first] += spins.spin(r, c) * double{values.row(r)[c]};
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

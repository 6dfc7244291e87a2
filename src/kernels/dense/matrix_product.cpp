// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/matrix_product.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/matrix_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());
constexpr std::size_t parts = 16 / lanes;

// kRows x 16 outputs stay in registers while k runs.
template <std::size_t kRows>
HWY_INLINE void block(const FloatMatrix& a, const FloatMatrix& b, const float* HWY_RESTRICT start,
                      std::size_t row, std::size_t column, FloatMatrix& out) {
  const Tag d;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t c = column + part * lanes;
    hn::Vec<Tag> sum[kRows];
    for (std::size_t i = 0; i < kRows; ++i) sum[i] = hn::Load(d, start + part * lanes);
    const float* left = a.data() + row * a.stride();
    const float* right = b.data() + c;
    for (std::size_t k = 0; k < b.n_rows(); ++k, right += b.stride()) {
      const auto factor = hn::Load(d, right);
      for (std::size_t i = 0; i < kRows; ++i)
        sum[i] = hn::Add(sum[i], hn::Mul(hn::Set(d, left[i * a.stride() + k]), factor));
    }
    for (std::size_t i = 0; i < kRows; ++i) hn::Store(sum[i], d, out.data() + (row + i) * out.stride() + c);
  }
}

void matrix_product(const FloatMatrix& a, const FloatMatrix& b, std::span<const float> bias,
                    FloatMatrix& out) {
  for (std::size_t column = 0; column < out.stride(); column += 16) {
    alignas(64) float start[16] = {};
    if (!bias.empty())
      std::copy_n(bias.data() + column, std::min<std::size_t>(16, bias.size() - column), start);
    std::size_t row = 0;
    for (; row + 8 <= a.n_rows(); row += 8) block<8>(a, b, start, row, column, out);
    for (; row < a.n_rows(); ++row) block<1>(a, b, start, row, column, out);
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(matrix_product);

void matrix_product(const FloatMatrix& a, const FloatMatrix& b, std::span<const float> bias,
                    FloatMatrix& out) {
  assert(a.n_columns() == b.n_rows() && out.n_rows() == a.n_rows() && out.n_columns() == b.n_columns());
  assert(bias.empty() || bias.size() == b.n_columns());
  HWY_DYNAMIC_DISPATCH(matrix_product)(a, b, bias, out);
}

namespace reference {

void matrix_product(const FloatMatrix& a, const FloatMatrix& b, std::span<const float> bias,
                    FloatMatrix& out) {
  for (std::size_t i = 0; i < a.n_rows(); ++i)
    for (std::size_t j = 0; j < b.n_columns(); ++j) {
      double sum = bias.empty() ? 0.0 : bias[j];
      for (std::size_t k = 0; k < b.n_rows(); ++k) sum += double{a.row(i)[k]} * b.row(k)[j];
      out.row(i)[j] = static_cast<float>(sum);
    }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

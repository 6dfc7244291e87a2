// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/activations.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/activations.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Tag>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());
constexpr std::size_t parts = 16 / lanes;

// 2^y for -120 <= y <= 0, relative error below 2e-7: y = n + f with |f| <= 1/2; adding 1.5 * 2^23 rounds to n
// and leaves it in the low bits, which a shift moves into the exponent. Minimax polynomial of 2^f (Remez; the
// constant made 1).
HWY_INLINE Vec exp2_of_nonpositive(Vec y) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const auto magic = hn::Set(d, 12582912.0f);
  const auto shifted = hn::Add(y, magic);
  const auto f = hn::Sub(y, hn::Sub(shifted, magic));
  auto p = hn::Set(d, 0.0013276472454890609f);
  p = hn::Add(hn::Mul(p, f), hn::Set(d, 0.009675540961325169f));
  p = hn::Add(hn::Mul(p, f), hn::Set(d, 0.05550713092088699f));
  p = hn::Add(hn::Mul(p, f), hn::Set(d, 0.24022120237350464f));
  p = hn::Add(hn::Mul(p, f), hn::Set(d, 0.6931469440460205f));
  p = hn::Add(hn::Mul(p, f), hn::Set(d, 1.0f));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
}

// exp(-2 |x|), |x| cut at 40.
HWY_INLINE Vec exp_of_minus_two_abs(Vec x) {
  const Tag d;
  const auto magnitude = hn::Min(hn::Abs(x), hn::Set(d, 40.0f));
  return exp2_of_nonpositive(hn::Mul(magnitude, hn::Set(d, -2.885390081777927f)));
}

// tanh(x), given e = exp(-2 |x|).
HWY_INLINE Vec tanh_from(Vec x, Vec e) {
  const auto one = hn::Set(Tag(), 1.0f);
  return hn::CopySignToAbs(hn::Div(hn::Sub(one, hn::Min(e, one)), hn::Add(one, e)), x);
}

template <class Mask>
HWY_INLINE std::uint32_t bits_of(Mask mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(Tag(), mask, bytes);
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8;
}

// Sixteen spins from sixteen fields.
template <bool kMeans>
HWY_INLINE std::uint64_t sample_sixteen(const float* HWY_RESTRICT fields, LaneRandomRegisters& random,
                                        float* means) {
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  const hn::RebindToSigned<Tag> di;
  const LaneWord word = random.draw();
  std::uint32_t spins = 0;
  for (std::size_t k = 0; k < parts; ++k) {
    const auto x = hn::Load(d, fields + k * lanes);
    const auto e = exp_of_minus_two_abs(x);
    const auto r = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<1>(hn::BitCast(du, word.part[k]))));
    // u < e / (1 + e) with u = (r + 1/2) / 2^31.
    const auto scaled_u = hn::Mul(hn::Add(r, hn::Set(d, 0.5f)), hn::Add(e, hn::Set(d, 1.0f)));
    const auto against = hn::Lt(scaled_u, hn::Mul(e, hn::Set(d, 2147483648.0f)));
    const auto up = hn::Xor(against, hn::Ge(x, hn::Zero(d)));
    spins |= bits_of(up) << (k * lanes);
    if constexpr (kMeans) hn::Store(tanh_from(x, e), d, means + k * lanes);
  }
  return spins;
}

template <bool kMeans>
HWY_INLINE void sample_rows(const FloatMatrix& fields, std::size_t first, std::size_t last,
                            LaneRandom& random, PackedSpins& spins, FloatMatrix* means) {
  LaneRandomRegisters registers(random);
  const std::size_t n_columns = fields.n_columns();
  const std::size_t n_words = spins.words_per_row();
  for (std::size_t r = first; r < last; ++r) {
    const float* row = fields.data() + r * fields.stride();
    float* const mean_row = kMeans ? means->data() + r * means->stride() : nullptr;
    std::uint64_t* const out = spins.words().data() + r * n_words;
    for (std::size_t w = 0; w < n_words; ++w) {
      std::uint64_t word = 0;
      const std::size_t end = std::min(fields.stride(), 64 * (w + 1));
      for (std::size_t c = 64 * w; c < end; c += 16)
        word |= sample_sixteen<kMeans>(row + c, registers, kMeans ? mean_row + c : nullptr) << (c % 64);
      out[w] = word;
    }
    if (n_columns % 64 != 0) out[n_words - 1] &= (std::uint64_t{1} << (n_columns % 64)) - 1;
  }
  registers.store(random);
}

void sample_spins(const FloatMatrix& fields, std::size_t first, std::size_t last, LaneRandom& random,
                  PackedSpins& spins, FloatMatrix* means) {
  if (means != nullptr)
    sample_rows<true>(fields, first, last, random, spins, means);
  else
    sample_rows<false>(fields, first, last, random, spins, nullptr);
}

// Padding is transformed too: rows are whole multiples of the vector.
template <class Function>
HWY_INLINE void map_rows(const FloatMatrix& in, std::size_t first, std::size_t last, FloatMatrix& out,
                         const Function& function) {
  const Tag d;
  const float* x = in.data() + first * in.stride();
  float* y = out.data() + first * out.stride();
  for (std::size_t i = 0; i < (last - first) * in.stride(); i += lanes)
    hn::Store(function(hn::Load(d, x + i)), d, y + i);
}

void tanh_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, float scale,
               FloatMatrix& out) {
  map_rows(fields, first, last, out, [scale](Vec x) HWY_ATTR {
    return hn::Mul(hn::Set(Tag(), scale), tanh_from(x, exp_of_minus_two_abs(x)));
  });
}

void relu_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, FloatMatrix& out) {
  map_rows(fields, first, last, out, [](Vec x) HWY_ATTR { return hn::Max(x, hn::Zero(Tag())); });
}

// |x| + ln(1 + e) with e = exp(-2 |x|): ln(1 + e) = 2 atanh(s), s = e / (2 + e) <= 1/3, minimax in s^2 (error
// 4e-9).
HWY_INLINE Vec log_two_cosh(Vec x) {
  const Tag d;
  const auto e = exp_of_minus_two_abs(x);
  const auto s = hn::Div(e, hn::Add(e, hn::Set(d, 2.0f)));
  const auto q = hn::Mul(s, s);
  auto p = hn::Set(d, 0.2817833423614502f);
  p = hn::Add(hn::Mul(p, q), hn::Set(d, 0.27960601449012756f));
  p = hn::Add(hn::Mul(p, q), hn::Set(d, 0.40024909377098083f));
  p = hn::Add(hn::Mul(p, q), hn::Set(d, 0.6666631698608398f));
  p = hn::Add(hn::Mul(p, q), hn::Set(d, 2.0f));
  return hn::Add(hn::Abs(x), hn::Mul(p, s));
}

void log_two_cosh_sums(const FloatMatrix& fields, std::size_t first, std::size_t last,
                       std::span<double> sums) {
  const Tag d;
  const std::size_t n_columns = fields.n_columns();
  for (std::size_t r = first; r < last; ++r) {
    const float* row = fields.data() + r * fields.stride();
    // Sixteen partial sums (columns c mod 16), whatever the vector width, then these in order.
    alignas(64) float partial[16];
    for (std::size_t k = 0; k < 16; k += lanes) {
      auto sum = hn::Zero(d);
      for (std::size_t c = k; c < n_columns; c += 16) {
        const auto term = log_two_cosh(hn::Load(d, row + c));
        sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, std::min(n_columns - c, lanes)), term));
      }
      hn::Store(sum, d, partial + k);
    }
    double total = 0;
    for (const float part : partial) total += part;
    sums[r - first] = total;
  }
}

void softmax_rows(const FloatMatrix& logits, std::size_t first, std::size_t last,
                  FloatMatrix& probabilities) {
  const Tag d;
  const std::size_t n_columns = logits.n_columns();
  for (std::size_t r = first; r < last; ++r) {
    const auto in = logits.row(r);
    float* const out = probabilities.data() + r * probabilities.stride();
    const auto most = hn::Set(d, *std::max_element(in.begin(), in.end()));
    const float* row = logits.data() + r * logits.stride();
    for (std::size_t c = 0; c < logits.stride(); c += lanes) {
      const auto below = hn::Mul(hn::Sub(hn::Load(d, row + c), most), hn::Set(d, 1.4426950408889634f));
      const auto clamped = hn::Min(hn::Max(below, hn::Set(d, -120.0f)), hn::Zero(d));
      hn::Store(exp2_of_nonpositive(clamped), d, out + c);
    }
    float sum = 0;
    for (std::size_t c = 0; c < n_columns; ++c) sum += out[c];
    const auto total = hn::Set(d, sum);
    for (std::size_t c = 0; c < logits.stride(); c += lanes)
      hn::Store(hn::Div(hn::Load(d, out + c), total), d, out + c);
    std::fill(out + n_columns, out + probabilities.stride(), 0.0f);
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(sample_spins);
HWY_EXPORT(tanh_rows);
HWY_EXPORT(log_two_cosh_sums);
HWY_EXPORT(softmax_rows);
HWY_EXPORT(relu_rows);

namespace {

[[maybe_unused]] bool fits(const FloatMatrix& in, const FloatMatrix& out, std::size_t first,
                           std::size_t last) {
  return first <= last && last <= in.n_rows() && last <= out.n_rows() && in.n_columns() == out.n_columns();
}

}  // namespace

void sample_spins(const FloatMatrix& fields, std::size_t first, std::size_t last, LaneRandom& random,
                  PackedSpins& spins, FloatMatrix* means) {
  assert(last <= spins.n_rows() && spins.n_columns() == fields.n_columns());
  assert(fits(fields, means != nullptr ? *means : fields, first, last));
  HWY_DYNAMIC_DISPATCH(sample_spins)(fields, first, last, random, spins, means);
}

void tanh_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, float scale,
               FloatMatrix& out) {
  assert(fits(fields, out, first, last));
  HWY_DYNAMIC_DISPATCH(tanh_rows)(fields, first, last, scale, out);
}

void log_two_cosh_sums(const FloatMatrix& fields, std::size_t first, std::size_t last,
                       std::span<double> sums) {
  assert(first <= last && last <= fields.n_rows() && sums.size() == last - first);
  HWY_DYNAMIC_DISPATCH(log_two_cosh_sums)(fields, first, last, sums);
}

void softmax_rows(const FloatMatrix& logits, std::size_t first, std::size_t last,
                  FloatMatrix& probabilities) {
  assert(fits(logits, probabilities, first, last));
  HWY_DYNAMIC_DISPATCH(softmax_rows)(logits, first, last, probabilities);
}

void relu_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, FloatMatrix& out) {
  assert(fits(fields, out, first, last));
  HWY_DYNAMIC_DISPATCH(relu_rows)(fields, first, last, out);
}

namespace reference {

void sample_spins(const FloatMatrix& fields, std::size_t first, std::size_t last, LaneRandom& random,
                  PackedSpins& spins, FloatMatrix* means) {
  for (std::size_t r = first; r < last; ++r)
    for (std::size_t c0 = 0; c0 < fields.n_columns(); c0 += 16) {
      const std::array<std::uint64_t, 8> word = draw(random);
      for (std::size_t c = c0; c < std::min(c0 + 16, fields.n_columns()); ++c) {
        const double x = fields.row(r)[c];
        const auto half = static_cast<std::uint32_t>(word[(c - c0) / 2] >> (32 * ((c - c0) % 2)));
        const double u = ((half >> 1) + 0.5) / 2147483648.0;
        const bool against = u < 1.0 / (1.0 + std::exp(2.0 * std::abs(x)));
        spins.set(r, c, (x >= 0) != against ? 1 : -1);
        if (means != nullptr) means->row(r)[c] = static_cast<float>(std::tanh(x));
      }
    }
}

void tanh_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, float scale,
               FloatMatrix& out) {
  for (std::size_t r = first; r < last; ++r)
    for (std::size_t c = 0; c < fields.n_columns(); ++c)
      out.row(r)[c] = static_cast<float>(scale * std::tanh(double{fields.row(r)[c]}));
}

void log_two_cosh_sums(const FloatMatrix& fields, std::size_t first, std::size_t last,
                       std::span<double> sums) {
  for (std::size_t r = first; r < last; ++r) {
    sums[r - first] = 0;
    for (const double x : fields.row(r))
      sums[r - first] += std::abs(x) + std::log1p(std::exp(-2.0 * std::abs(x)));
  }
}

void softmax_rows(const FloatMatrix& logits, std::size_t first, std::size_t last,
                  FloatMatrix& probabilities) {
  for (std::size_t r = first; r < last; ++r) {
    const auto in = logits.row(r);
    const double most = *std::max_element(in.begin(), in.end());
    double sum = 0;
    for (const double x : in) sum += std::exp(x - most);
    for (std::size_t c = 0; c < in.size(); ++c)
      probabilities.row(r)[c] = static_cast<float>(std::exp(in[c] - most) / sum);
  }
}

void relu_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, FloatMatrix& out) {
  for (std::size_t r = first; r < last; ++r)
    for (std::size_t c = 0; c < fields.n_columns(); ++c) out.row(r)[c] = std::max(fields.row(r)[c], 0.0f);
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

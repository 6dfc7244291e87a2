// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/rbm_energies.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/rbm_energies.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "kernels/dense/elementary.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, 8>;
using Vec = hn::Vec<Tag>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());
constexpr std::size_t parts = 8 / lanes;
// Rows whose additions overlap.
constexpr std::size_t rows_at_once = 4;
// Rows that share the work of filling a table.
constexpr std::size_t rows_per_table = 512;
// Units whose factors 1 + exp(-2|x|) <= 2 are multiplied before the logarithm: no overflow.
constexpr std::size_t longest_product = 1000;

// exp(-2 |x|), |x| cut at 40: 2^y with y = n + f, |f| <= 1/2; adding 1.5 * 2^52 rounds to n and leaves it in
// the low bits, which a shift moves into the exponent. Taylor series of 2^f up to f^12, error below 2e-16.
HWY_INLINE Vec exp_of_minus_two_abs(Vec x) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const auto magic = hn::Set(d, 6755399441055744.0);
  const auto y = hn::Mul(hn::Min(hn::Abs(x), hn::Set(d, 40.0)), hn::Set(d, -2.8853900817779268));
  const auto shifted = hn::Add(y, magic);
  const auto f = hn::Sub(y, hn::Sub(shifted, magic));
  constexpr double coefficients[] = {4.4455382718708101e-10, 7.0549116208011209e-09, 1.0178086009239696e-07,
                                     1.3215486790144305e-06, 1.5252733804059838e-05, 1.5403530393381606e-04,
                                     1.3333558146428441e-03, 9.6181291076284769e-03, 5.5504108664821576e-02,
                                     2.4022650695910069e-01, 6.9314718055994529e-01, 1.0};
  auto p = hn::Set(d, 2.5678435993488196e-11);
  for (const double coefficient : coefficients) p = hn::Add(hn::Mul(p, f), hn::Set(d, coefficient));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<52>(hn::BitCast(di, shifted))));
}

// sum_a ln 2 cosh(x_a + shift w_a): eight partial sums and products (units a mod 8) whatever the vector
// width, then these in order.
HWY_INLINE double log_two_cosh_sum(const double* HWY_RESTRICT x, double shift, const double* HWY_RESTRICT w,
                                   std::size_t n) {
  const Tag d;
  const auto times = hn::Set(d, shift);
  const auto one = hn::Set(d, 1.0);
  double total = 0;
  for (std::size_t begin = 0; begin < n; begin += longest_product) {
    const std::size_t end = std::min(n, begin + longest_product);
    alignas(64) double sums[8];
    alignas(64) double products[8];
    for (std::size_t k = 0; k < 8; k += lanes) {
      auto sum = hn::Zero(d);
      auto product = one;
      const auto add = [&](std::size_t a, auto used) HWY_ATTR {
        const auto field = hn::Add(hn::Load(d, x + a), hn::Mul(times, hn::Load(d, w + a)));
        sum = hn::Add(sum, hn::Abs(field));
        product = hn::Mul(product, hn::Add(one, hn::IfThenElseZero(used, exp_of_minus_two_abs(field))));
      };
      std::size_t a = begin + k;
      for (; a + lanes <= end; a += 8) add(a, hn::FirstN(d, lanes));
      if (a < end) add(a, hn::FirstN(d, end - a));  // padding counts as factor 1
      hn::Store(sum, d, sums + k);
      hn::Store(product, d, products + k);
    }
    double product = 1;
    for (std::size_t k = 0; k < 8; ++k) {
      total += sums[k];
      product *= products[k];
    }
    total += log_fixed(product);
  }
  return total;
}

// table[16 g + p]: the sum of the weights of visible units 4 g, ..., 4 g + 3 to eight hidden ones, with signs
// from the bits of p. Units past the end have none.
HWY_INLINE void fill_table(const RbmRows& rbm, std::size_t column, double* HWY_RESTRICT table) {
  const Tag d;
  alignas(64) static constexpr double zeros[8] = {};
  for (std::size_t i = 0; i < rbm.n_visible(); i += 4) {
    const double* w[4];
    for (std::size_t k = 0; k < 4; ++k) w[k] = i + k < rbm.n_visible() ? rbm.row(i + k) + column : zeros;
    double* const group = table + 16 * 8 * (i / 4);
    for (std::size_t j = 0; j < 8; j += lanes) {
      // The four signed sums of units 0 and 1, and of units 2 and 3.
      const auto signed_sums = [&](const double* first, const double* second, Vec(&sums)[4]) HWY_ATTR {
        const auto a = hn::Load(d, first + j);
        const auto b = hn::Load(d, second + j);
        sums[3] = hn::Add(a, b);
        sums[1] = hn::Sub(a, b);
        sums[2] = hn::Neg(sums[1]);
        sums[0] = hn::Neg(sums[3]);
      };
      Vec low[4];
      Vec high[4];
      signed_sums(w[0], w[1], low);
      signed_sums(w[2], w[3], high);
      for (std::size_t p = 0; p < 16; ++p)
        hn::Store(hn::Add(low[p & 3u], high[p >> 2]), d, group + 8 * p + j);
    }
  }
}

// fields[s][column...] = c + sum over the groups of what the table has for the spins of row + s.
template <std::size_t kRows>
HWY_INLINE void add_groups(const RbmRows& rbm, const PackedSpins& spins, std::size_t row, std::size_t column,
                           const double* HWY_RESTRICT table, double* HWY_RESTRICT fields) {
  const Tag d;
  const std::size_t n_words = spins.words_per_row();
  const std::uint64_t* const words = spins.words().data() + row * n_words;
  const std::size_t n_groups = (rbm.n_visible() + 3) / 4;
  Vec sum[kRows][parts];
  for (std::size_t s = 0; s < kRows; ++s)
    for (std::size_t k = 0; k < parts; ++k) sum[s][k] = hn::Load(d, rbm.hidden_bias() + column + k * lanes);
  for (std::size_t w = 0; w < n_words; ++w) {
    std::uint64_t word[kRows];
    // Four bits, times the 8 doubles of an entry.
    for (std::size_t s = 0; s < kRows; ++s) word[s] = std::rotl(words[s * n_words + w], 3);
    const double* const end = table + 8 * 16 * std::min(n_groups - 16 * w, std::size_t{16});
    for (; table != end; table += 8 * 16)
      for (std::size_t s = 0; s < kRows; ++s) {
        const double* const entry = table + (word[s] & (15u << 3));
        word[s] = std::rotr(word[s], 4);
        for (std::size_t k = 0; k < parts; ++k)
          sum[s][k] = hn::Add(sum[s][k], hn::Load(d, entry + k * lanes));
      }
  }
  for (std::size_t s = 0; s < kRows; ++s)
    for (std::size_t k = 0; k < parts; ++k)
      hn::Store(sum[s][k], d, fields + s * rbm.stride() + column + k * lanes);
}

// work(row, its fields c + W v) for every row.
template <class Work>
HWY_INLINE void for_fields(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                           const Work& work) {
  using Doubles = std::vector<double, detail::CacheAligned<double>>;
  Doubles fields(std::min(rows_per_table, last - first) * rbm.stride());
  Doubles table(16 * 8 * ((rbm.n_visible() + 3) / 4));
  for (std::size_t begin = first; begin < last; begin += rows_per_table) {
    const std::size_t n = std::min(rows_per_table, last - begin);
    for (std::size_t column = 0; column < rbm.stride(); column += 8) {
      fill_table(rbm, column, table.data());
      std::size_t s = 0;
      for (; s + rows_at_once <= n; s += rows_at_once)
        add_groups<rows_at_once>(rbm, spins, begin + s, column, table.data(),
                                 fields.data() + s * rbm.stride());
      for (; s < n; ++s)
        add_groups<1>(rbm, spins, begin + s, column, table.data(), fields.data() + s * rbm.stride());
    }
    for (std::size_t s = 0; s < n; ++s) work(begin + s, fields.data() + s * rbm.stride());
  }
}

// b.v: eight partial sums (units i mod 8) whatever the vector width, then these in order.
HWY_INLINE double visible_sum(const RbmRows& rbm, std::span<const std::uint64_t> row) {
  const Tag d;
  alignas(64) double sums[8];
  for (std::size_t k = 0; k < 8; k += lanes) {
    auto sum = hn::Zero(d);
    for (std::size_t i = k; i < rbm.n_visible(); i += 8) {
      const std::uint64_t bits = row[i / 64] >> (i % 64) & ((1u << lanes) - 1);
      const auto up = hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&bits));
      const auto bias = hn::Load(d, rbm.visible_bias() + i);
      sum = hn::Add(sum, hn::IfThenElse(up, bias, hn::Neg(bias)));
    }
    hn::Store(sum, d, sums + k);
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

void free_energies(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                   std::span<double> out) {
  for_fields(rbm, spins, first, last, [&](std::size_t r, const double* fields) HWY_ATTR {
    const double visible = rbm.has_visible_bias() ? visible_sum(rbm, spins.row(r)) : 0;
    out[r - first] = -visible - log_two_cosh_sum(fields, 0, fields, rbm.n_hidden());
  });
}

void pseudo_log_likelihoods(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                            std::span<double> out) {
  for_fields(rbm, spins, first, last, [&](std::size_t r, const double* fields) HWY_ATTR {
    const double here = log_two_cosh_sum(fields, 0, fields, rbm.n_hidden());
    double sum = 0;
    for (std::size_t i = 0; i < rbm.n_visible(); ++i) {
      const double spin = spins.spin(r, i);
      const double flipped = log_two_cosh_sum(fields, -2 * spin, rbm.row(i), rbm.n_hidden());
      const double x = flipped - here - 2 * rbm.visible_bias()[i] * spin;
      sum -= std::max(x, 0.0) + log_fixed(1 + exp_fixed(-std::abs(x)));
    }
    out[r - first] = sum;
  });
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(free_energies);
HWY_EXPORT(pseudo_log_likelihoods);

RbmRows::RbmRows(std::span<const float> weights, std::span<const float> visible_bias,
                 std::span<const float> hidden_bias)
    : n_visible_(visible_bias.size()),
      n_hidden_(hidden_bias.size()),
      visible_bias_((visible_bias.size() + 7) / 8 * 8),
      hidden_bias_((hidden_bias.size() + 7) / 8 * 8),
      weights_(visible_bias.size() * hidden_bias_.size()) {
  assert(weights.size() == n_hidden() * n_visible());
  has_visible_bias_ = std::ranges::any_of(visible_bias, [](float b) { return b != 0; });
  std::ranges::copy(visible_bias, visible_bias_.begin());
  std::ranges::copy(hidden_bias, hidden_bias_.begin());
  for (std::size_t a = 0; a < n_hidden(); ++a)
    for (std::size_t i = 0; i < n_visible(); ++i) weights_[i * stride() + a] = weights[a * n_visible() + i];
}

namespace {

[[maybe_unused]] bool fits(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                           std::span<double> out) {
  return first <= last && last <= spins.n_rows() && spins.n_columns() == rbm.n_visible() &&
         out.size() == last - first;
}

}  // namespace

void free_energies(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                   std::span<double> out) {
  assert(fits(rbm, spins, first, last, out));
  HWY_DYNAMIC_DISPATCH(free_energies)(rbm, spins, first, last, out);
}

void pseudo_log_likelihoods(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                            std::span<double> out) {
  assert(fits(rbm, spins, first, last, out));
  HWY_DYNAMIC_DISPATCH(pseudo_log_likelihoods)(rbm, spins, first, last, out);
}

namespace reference {

namespace {

double free_energy(const RbmRows& rbm, const PackedSpins& spins, std::size_t r) {
  double sum = 0;
  for (std::size_t i = 0; i < rbm.n_visible(); ++i) sum -= rbm.visible_bias()[i] * spins.spin(r, i);
  for (std::size_t a = 0; a < rbm.n_hidden(); ++a) {
    double x = rbm.hidden_bias()[a];
    for (std::size_t i = 0; i < rbm.n_visible(); ++i) x += rbm.row(i)[a] * spins.spin(r, i);
    sum -= std::abs(x) + std::log1p(std::exp(-2 * std::abs(x)));
  }
  return sum;
}

}  // namespace

void free_energies(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                   std::span<double> out) {
  for (std::size_t r = first; r < last; ++r) out[r - first] = free_energy(rbm, spins, r);
}

void pseudo_log_likelihoods(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                            std::span<double> out) {
  PackedSpins flipped = spins;
  for (std::size_t r = first; r < last; ++r) {
    out[r - first] = 0;
    const double here = free_energy(rbm, spins, r);
    for (std::size_t i = 0; i < rbm.n_visible(); ++i) {
      flipped.set(r, i, -spins.spin(r, i));
      out[r - first] -= std::log1p(std::exp(here - free_energy(rbm, flipped, r)));
      flipped.set(r, i, spins.spin(r, i));
    }
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

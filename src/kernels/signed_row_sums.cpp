// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/signed_row_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/signed_row_sums.cpp"
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

// A tile is 8 groups of 4 rows times up to 64 columns: its tables fill 32 KiB, the level-1 cache.
constexpr std::size_t groups_per_tile = 8;
constexpr std::size_t rows_per_tile = 4 * groups_per_tile;
constexpr std::size_t most_columns = 64;

// table[16 g + p][j]: the signed sum of group g whose spin signs are the bits of p. Rows past the end count
// as zero.
template <std::size_t kColumns>
HWY_INLINE void fill_table(const FloatMatrix& rows, std::size_t first_row, std::size_t n_groups,
                           std::size_t column, float* HWY_RESTRICT table) {
  const Tag d;
  alignas(64) static constexpr float zeros[kColumns] = {};
  for (std::size_t g = 0; g < n_groups; ++g) {
    const float* r[4];
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t i = first_row + 4 * g + k;
      r[k] = i < rows.n_rows() ? rows.data() + i * rows.stride() + column : zeros;
    }
    float* group = table + 16 * g * kColumns;
    for (std::size_t j = 0; j < kColumns; j += lanes) {
      const auto r0 = hn::Load(d, r[0] + j);
      const auto r1 = hn::Load(d, r[1] + j);
      const auto r2 = hn::Load(d, r[2] + j);
      const auto r3 = hn::Load(d, r[3] + j);
      const auto sum_low = hn::Add(r0, r1);
      const auto difference_low = hn::Sub(r0, r1);
      const auto sum_high = hn::Add(r2, r3);
      const auto difference_high = hn::Sub(r2, r3);
      // Bit k of p set: +r_k. Pairs by their two bits: 3: +sum, 1: +difference, 2: -difference, 0: -sum.
      const auto put = [&](std::size_t p, auto value) HWY_ATTR {
        hn::Store(value, d, group + p * kColumns + j);
        hn::Store(hn::Neg(value), d, group + (15 - p) * kColumns + j);
      };
      put(15, hn::Add(sum_high, sum_low));
      put(13, hn::Add(sum_high, difference_low));
      put(14, hn::Sub(sum_high, difference_low));
      put(12, hn::Sub(sum_high, sum_low));
      put(7, hn::Add(difference_high, sum_low));
      put(5, hn::Add(difference_high, difference_low));
      put(6, hn::Sub(difference_high, difference_low));
      put(4, hn::Sub(difference_high, sum_low));
    }
  }
}

template <std::size_t kColumns, bool kFull>
HWY_INLINE void add_tile(const PackedSpins& spins, std::size_t first, std::size_t last, std::size_t tile,
                         std::size_t n_groups, const float* HWY_RESTRICT table,
                         const float* HWY_RESTRICT bias, float* HWY_RESTRICT out, std::size_t stride) {
  const Tag d;
  constexpr std::size_t n_vectors = kColumns / lanes;
  const std::size_t words = spins.words_per_row();
  const std::uint64_t* word = spins.words().data() + tile / 2;
  const unsigned shift = 32 * (tile % 2);
  const std::size_t n = kFull ? groups_per_tile : n_groups;
  for (std::size_t s = first; s < last; ++s) {
    auto chunk = static_cast<std::uint32_t>(word[s * words] >> shift);
    float* const sums = out + s * stride;
    const float* const start = tile == 0 ? bias : sums;
    hn::Vec<Tag> total[n_vectors];
    for (std::size_t v = 0; v < n_vectors; ++v) total[v] = hn::Load(d, start + v * lanes);
    const float* group = table;
    for (std::size_t g = 0; g < n; ++g) {
      const float* const entry = group + (chunk & 15u) * kColumns;
      chunk >>= 4;
      group += 16 * kColumns;
      for (std::size_t v = 0; v < n_vectors; ++v)
        total[v] = hn::Add(total[v], hn::Load(d, entry + v * lanes));
    }
    for (std::size_t v = 0; v < n_vectors; ++v) hn::Store(total[v], d, sums + v * lanes);
  }
}

template <std::size_t kColumns>
HWY_NOINLINE void sum_columns(const PackedSpins& spins, std::size_t first, std::size_t last,
                              const FloatMatrix& rows, std::span<const float> bias, std::size_t column,
                              FloatMatrix& out) {
  alignas(64) float table[16 * groups_per_tile * kColumns];
  alignas(64) float start[kColumns] = {};
  if (!bias.empty()) std::copy_n(bias.data() + column, std::min(kColumns, bias.size() - column), start);
  const std::size_t n_tiles = (rows.n_rows() + rows_per_tile - 1) / rows_per_tile;
  for (std::size_t tile = 0; tile < n_tiles; ++tile) {
    const std::size_t first_row = tile * rows_per_tile;
    const std::size_t n_groups = std::min(groups_per_tile, (rows.n_rows() - first_row + 3) / 4);
    fill_table<kColumns>(rows, first_row, n_groups, column, table);
    float* const result = out.data() + column;
    if (n_groups == groups_per_tile)
      add_tile<kColumns, true>(spins, first, last, tile, n_groups, table, start, result, out.stride());
    else
      add_tile<kColumns, false>(spins, first, last, tile, n_groups, table, start, result, out.stride());
  }
}

void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out) {
  std::size_t column = 0;
  for (; column + most_columns <= out.stride(); column += most_columns)
    sum_columns<64>(spins, first, last, rows, bias, column, out);
  switch (out.stride() - column) {
    case 48:
      return sum_columns<48>(spins, first, last, rows, bias, column, out);
    case 32:
      return sum_columns<32>(spins, first, last, rows, bias, column, out);
    case 16:
      return sum_columns<16>(spins, first, last, rows, bias, column, out);
    default:
      return;
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(signed_row_sums);

void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out) {
  assert(rows.n_rows() == spins.n_columns() && rows.n_rows() > 0 && out.n_columns() == rows.n_columns());
  assert(first <= last && last <= spins.n_rows() && last <= out.n_rows());
  assert(bias.empty() || bias.size() == rows.n_columns());
  HWY_DYNAMIC_DISPATCH(signed_row_sums)(spins, first, last, rows, bias, out);
}

namespace reference {

void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out) {
  for (std::size_t s = first; s < last; ++s)
    for (std::size_t j = 0; j < rows.n_columns(); ++j) {
      double sum = bias.empty() ? 0.0 : bias[j];
      for (std::size_t i = 0; i < rows.n_rows(); ++i) sum += spins.spin(s, i) * double{rows.row(i)[j]};
      out.row(s)[j] = static_cast<float>(sum);
    }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

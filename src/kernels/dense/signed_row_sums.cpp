// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/signed_row_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/signed_row_sums.cpp"
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

// A tile is 8 groups of 4 rows times up to 64 columns: its tables fill 32 KiB, most of the level-1 cache.
constexpr std::size_t groups_per_tile = 8;
constexpr std::size_t rows_per_tile = 4 * groups_per_tile;
constexpr std::size_t most_columns = signed_row_sums_columns;
// Samples that share the work of filling the tables. Between tiles their sums stand close together: in the
// rows of `out`, often a power of two apart, they would compete for a few lines of the cache.
constexpr std::size_t samples_per_block = 512;

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

// to[s] = from[s] + the entries of the first n_groups tables that the bits of words[s] name, for n samples.
// The arrays' rows are `..._stride` apart.
template <std::size_t kColumns>
HWY_INLINE void add_tile(const std::uint64_t* HWY_RESTRICT words, std::size_t words_stride, unsigned shift,
                         std::size_t n, std::size_t n_groups, const float* HWY_RESTRICT table,
                         const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
  const Tag d;
  constexpr std::size_t n_vectors = kColumns / lanes;
  for (std::size_t s = 0; s < n; ++s) {
    auto word = static_cast<std::uint32_t>(words[s * words_stride] >> shift);
    hn::Vec<Tag> total[n_vectors];
    for (std::size_t v = 0; v < n_vectors; ++v) total[v] = hn::Load(d, from + s * from_stride + v * lanes);
    const auto add_group = [&](std::size_t g) HWY_ATTR {
      const float* const entry = table + (16 * g + ((word >> (4 * g)) & 15u)) * kColumns;
      for (std::size_t v = 0; v < n_vectors; ++v)
        total[v] = hn::Add(total[v], hn::Load(d, entry + v * lanes));
    };
    if (n_groups == groups_per_tile) {
#pragma GCC unroll 8
      for (std::size_t g = 0; g < groups_per_tile; ++g) add_group(g);
    } else {
      for (std::size_t g = 0; g < n_groups; ++g) add_group(g);
    }
    for (std::size_t v = 0; v < n_vectors; ++v) hn::Store(total[v], d, to + s * to_stride + v * lanes);
  }
}

// Asks for the rows of a tile while the one before it is worked on: a page or more apart, they are what no
// processor fetches by itself.
template <std::size_t kColumns>
HWY_INLINE void fetch_rows(const FloatMatrix& rows, std::size_t first_row, std::size_t column) {
  const std::size_t last_row = std::min(first_row + rows_per_tile, rows.n_rows());
  for (std::size_t r = first_row; r < last_row; ++r)
    for (std::size_t j = 0; j < kColumns; j += 16)
      __builtin_prefetch(rows.data() + r * rows.stride() + column + j, 0, 2);
}

template <std::size_t kColumns>
HWY_NOINLINE void sum_columns(const PackedSpins& spins, std::size_t first, std::size_t last,
                              const FloatMatrix& rows, std::span<const float> bias, std::size_t column,
                              FloatMatrix& out) {
  alignas(64) float table[16 * groups_per_tile * kColumns];
  alignas(64) float sums[samples_per_block * kColumns];
  alignas(64) float start[kColumns] = {};
  if (!bias.empty()) std::copy_n(bias.data() + column, std::min(kColumns, bias.size() - column), start);
  const std::size_t n_tiles = (rows.n_rows() + rows_per_tile - 1) / rows_per_tile;
  const bool far_apart = rows.stride() * sizeof(float) >= 4096;
  for (std::size_t block = first; block < last; block += samples_per_block) {
    const std::size_t n = std::min(samples_per_block, last - block);
    float* const result = out.data() + block * out.stride() + column;
    for (std::size_t tile = 0; tile < n_tiles; ++tile) {
      const std::size_t first_row = tile * rows_per_tile;
      const std::size_t n_groups = std::min(groups_per_tile, (rows.n_rows() - first_row + 3) / 4);
      fill_table<kColumns>(rows, first_row, n_groups, column, table);
      if (far_apart) fetch_rows<kColumns>(rows, first_row + rows_per_tile, column);
      const bool begins = tile == 0;
      const bool ends = tile + 1 == n_tiles;
      add_tile<kColumns>(spins.words().data() + block * spins.words_per_row() + tile / 2,
                         spins.words_per_row(), 32 * (tile % 2), n, n_groups, table, begins ? start : sums,
                         begins ? 0 : kColumns, ends ? result : sums, ends ? out.stride() : kColumns);
    }
  }
}

void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out, std::size_t column,
                     std::size_t last_column) {
  // Padding belongs to the last column.
  const std::size_t end = last_column == out.n_columns() ? out.stride() : last_column;
  for (; column + most_columns <= end; column += most_columns)
    sum_columns<64>(spins, first, last, rows, bias, column, out);
  switch (end - column) {
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
                     std::span<const float> bias, FloatMatrix& out, std::size_t first_column,
                     std::size_t last_column) {
  assert(rows.n_rows() == spins.n_columns() && rows.n_rows() > 0 && out.n_columns() == rows.n_columns());
  assert(first <= last && last <= spins.n_rows() && last <= out.n_rows());
  assert(bias.empty() || bias.size() == rows.n_columns());
  assert(first_column % signed_row_sums_columns == 0 && first_column <= last_column);
  assert(last_column == out.n_columns() ||
         (last_column < out.n_columns() && last_column % signed_row_sums_columns == 0));
  HWY_DYNAMIC_DISPATCH(signed_row_sums)(spins, first, last, rows, bias, out, first_column, last_column);
}

void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out) {
  signed_row_sums(spins, first, last, rows, bias, out, 0, out.n_columns());
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

// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/lane_spins.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lanes/lane_spins.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>

#include "kernels/lanes/bit_tile.hpp"
#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t most_levels = 32;  // counts below 2^32

// 512 counters, bit-sliced: level k holds bit k of every lane's count. Words come in fours, so that the two
// lowest levels take one full adder per word and the ripple above them runs once in four.
class LaneCounter {
 public:
  HWY_INLINE LaneCounter() {
    const LaneTag d;
    for (auto& level : levels_)
      for (std::size_t c = 0; c < lane_chunks; ++c) level.part[c] = hn::Zero(d);
  }

  HWY_INLINE void add(const LaneWord& w0, const LaneWord& w1, const LaneWord& w2, const LaneWord& w3) {
    ++groups_;
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      const auto twos0 = full_adder(levels_[0].part[c], w0.part[c], w1.part[c]);
      const auto twos1 = full_adder(levels_[0].part[c], w2.part[c], w3.part[c]);
      auto carry = full_adder(levels_[1].part[c], twos0, twos1);
      // After `groups` calls a count is below 4 (groups + 1), so the carry dies at the level groups reaches.
      for (std::size_t k = 2; (groups_ >> (k - 2)) != 0; ++k) {
        const auto level = levels_[k].part[c];
        levels_[k].part[c] = hn::Xor(level, carry);
        carry = hn::And(level, carry);
      }
    }
  }

  HWY_INLINE void read(std::span<std::uint32_t> counts) const {
    const LaneTag d;
    std::fill_n(counts.begin(), block_lanes, 0u);
    for (std::size_t k = 0; k < most_levels && (k < 2 || (groups_ >> (k - 2)) != 0); ++k) {
      alignas(64) std::uint64_t words[8];
      for (std::size_t c = 0; c < lane_chunks; ++c)
        hn::Store(levels_[k].part[c], d, words + c * hn::Lanes(d));
      for (std::size_t lane = 0; lane < block_lanes; ++lane)
        counts[lane] += static_cast<std::uint32_t>((words[lane / 64] >> (lane % 64)) & 1u) << k;
    }
  }

 private:
  template <class V>
  static HWY_INLINE V full_adder(V& sum, V a, V b) {
    const auto half = hn::Xor(sum, a);
    const auto carry = hn::OrAnd(hn::And(sum, a), half, b);
    sum = hn::Xor(half, b);
    return carry;
  }

  LaneWord levels_[most_levels + 1];
  std::uint64_t groups_ = 0;
};

HWY_INLINE LaneWord load(const std::uint64_t* words) {
  const LaneTag d;
  LaneWord result;
  for (std::size_t c = 0; c < lane_chunks; ++c) result.part[c] = hn::Load(d, words + c * hn::Lanes(d));
  return result;
}

HWY_INLINE LaneWord load_xor(const std::uint64_t* a, const std::uint64_t* b) {
  const LaneTag d;
  LaneWord result;
  for (std::size_t c = 0; c < lane_chunks; ++c)
    result.part[c] = hn::Xor(hn::Load(d, a + c * hn::Lanes(d)), hn::Load(d, b + c * hn::Lanes(d)));
  return result;
}

HWY_INLINE LaneWord load_flipped_if(const std::uint64_t* words, std::uint8_t flip) {
  const LaneTag d;
  const auto mask = hn::Set(d, flip != 0 ? ~std::uint64_t{0} : 0);
  LaneWord result;
  for (std::size_t c = 0; c < lane_chunks; ++c)
    result.part[c] = hn::Xor(hn::Load(d, words + c * hn::Lanes(d)), mask);
  return result;
}

// The word of things 0, ..., n - 1, in fours; `word_of(i)` gives the word of thing i.
template <class WordOf>
HWY_INLINE void count_words(std::size_t n, const WordOf& word_of, std::span<std::uint32_t> counts) {
  alignas(64) static constexpr std::uint64_t zeros[8] = {};
  LaneCounter counter;
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) counter.add(word_of(i), word_of(i + 1), word_of(i + 2), word_of(i + 3));
  if (i < n) {
    const LaneWord none = load(zeros);
    counter.add(word_of(i), i + 1 < n ? word_of(i + 1) : none, i + 2 < n ? word_of(i + 2) : none, none);
  }
  counter.read(counts);
}

void count_up(const std::uint64_t* words, std::size_t n_sites, std::span<std::uint32_t> counts) {
  count_words(
      n_sites, [=](std::size_t i) HWY_ATTR { return load(words + 8 * i); }, counts);
}

void count_unequal(const std::uint64_t* words, std::span<const std::pair<std::int32_t, std::int32_t>> bonds,
                   std::span<std::uint32_t> counts) {
  count_words(
      bonds.size(),
      [=](std::size_t i) HWY_ATTR {
        return load_xor(words + 8 * static_cast<std::size_t>(bonds[i].first),
                        words + 8 * static_cast<std::size_t>(bonds[i].second));
      },
      counts);
}

void count_up_staggered(const std::uint64_t* words, std::span<const std::uint8_t> odd,
                        std::span<std::uint32_t> counts) {
  count_words(
      odd.size(), [=](std::size_t i) HWY_ATTR { return load_flipped_if(words + 8 * i, odd[i]); }, counts);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(count_up);
HWY_EXPORT(count_unequal);
HWY_EXPORT(count_up_staggered);

void LaneSpins::flip(const LaneBits& lanes) {
  for (std::size_t site = 0; site < n_sites_; ++site)
    for (std::size_t w = 0; w < 8; ++w) words_[8 * site + w] ^= lanes[w];
}

LaneSpins lanes_from_rows(const PackedSpins& rows, std::size_t first, std::size_t count) {
  assert(count <= block_lanes && first + count <= rows.n_rows());
  LaneSpins lanes(rows.n_columns());
  std::array<std::uint64_t, 64> tile{};
  for (std::size_t w = 0; w < rows.words_per_row(); ++w) {
    const std::size_t n_sites = std::min<std::size_t>(64, rows.n_columns() - 64 * w);
    for (std::size_t group = 0; 64 * group < count; ++group) {
      const std::size_t n = std::min<std::size_t>(64, count - 64 * group);
      for (std::size_t i = 0; i < 64; ++i) tile[i] = i < n ? rows.row(first + 64 * group + i)[w] : 0;
      transpose_tile(tile);
      for (std::size_t i = 0; i < n_sites; ++i) lanes.data()[8 * (64 * w + i) + group] = tile[i];
    }
  }
  return lanes;
}

void lanes_to_rows(const LaneSpins& lanes, PackedSpins& rows, std::size_t first, std::size_t count) {
  assert(count <= block_lanes && first + count <= rows.n_rows() && rows.n_columns() == lanes.n_sites());
  std::array<std::uint64_t, 64> tile{};
  for (std::size_t w = 0; w < rows.words_per_row(); ++w) {
    const std::size_t n_sites = std::min<std::size_t>(64, rows.n_columns() - 64 * w);
    for (std::size_t group = 0; 64 * group < count; ++group) {
      const std::size_t n = std::min<std::size_t>(64, count - 64 * group);
      for (std::size_t i = 0; i < 64; ++i) tile[i] = i < n_sites ? lanes.data()[8 * (64 * w + i) + group] : 0;
      transpose_tile(tile);
      for (std::size_t i = 0; i < n; ++i) rows.row(first + 64 * group + i)[w] = tile[i];
    }
  }
}

void count_up(const LaneSpins& lanes, std::span<std::uint32_t> counts) {
  assert(counts.size() == block_lanes);
  HWY_DYNAMIC_DISPATCH(count_up)(lanes.data(), lanes.n_sites(), counts);
}

void count_unequal(const LaneSpins& lanes, std::span<const std::pair<std::int32_t, std::int32_t>> bonds,
                   std::span<std::uint32_t> counts) {
  assert(counts.size() == block_lanes);
  HWY_DYNAMIC_DISPATCH(count_unequal)(lanes.data(), bonds, counts);
}

void count_up_staggered(const LaneSpins& lanes, std::span<const std::uint8_t> odd,
                        std::span<std::uint32_t> counts) {
  assert(counts.size() == block_lanes && odd.size() == lanes.n_sites());
  HWY_DYNAMIC_DISPATCH(count_up_staggered)(lanes.data(), odd, counts);
}

namespace reference {

void count_up(const LaneSpins& lanes, std::span<std::uint32_t> counts) {
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    counts[lane] = 0;
    for (std::size_t i = 0; i < lanes.n_sites(); ++i) counts[lane] += lanes.up(i, lane) ? 1u : 0u;
  }
}

void count_unequal(const LaneSpins& lanes, std::span<const std::pair<std::int32_t, std::int32_t>> bonds,
                   std::span<std::uint32_t> counts) {
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    counts[lane] = 0;
    for (const auto& [i, j] : bonds)
      counts[lane] +=
          lanes.up(static_cast<std::size_t>(i), lane) != lanes.up(static_cast<std::size_t>(j), lane) ? 1u
                                                                                                     : 0u;
  }
}

void count_up_staggered(const LaneSpins& lanes, std::span<const std::uint8_t> odd,
                        std::span<std::uint32_t> counts) {
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    counts[lane] = 0;
    for (std::size_t i = 0; i < lanes.n_sites(); ++i)
      counts[lane] += lanes.up(i, lane) != (odd[i] != 0) ? 1u : 0u;
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

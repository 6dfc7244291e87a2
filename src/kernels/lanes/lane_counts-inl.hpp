// SPDX-License-Identifier: Apache-2.0
// Numbers of neighbours up and functions of them, lane by lane, compiled once per instruction set; include
// after hwy/highway.h, inside foreach_target.
#if defined(SPINFLOW_LANE_COUNTS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SPINFLOW_LANE_COUNTS_INL
#undef SPINFLOW_LANE_COUNTS_INL
#else
#define SPINFLOW_LANE_COUNTS_INL
#endif

#include <hwy/highway.h>

#include "kernels/checkerboard/bit_logic-inl.hpp"
#include "kernels/lanes/lane_random-inl.hpp"
#include "kernels/lanes/lane_update.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The words of a site's four neighbours.
struct LaneNeighbours {
  const std::uint64_t* word[LaneGraph::most_neighbours];

  HWY_INLINE LaneNeighbours(const LaneGraph& graph, std::size_t site, const std::uint64_t* words) {
    for (std::size_t n = 0; n < LaneGraph::most_neighbours; ++n)
      word[n] = words + 8 * static_cast<std::size_t>(graph.neighbours[LaneGraph::most_neighbours * site + n]);
  }
};

/// How many neighbours are up in each lane of one vector, 0 ... 4, as three bits of which `four` stands
/// alone.
struct UpCount {
  hn::Vec<LaneTag> bit0;
  hn::Vec<LaneTag> bit1;
  hn::Vec<LaneTag> four;

  /// `at`: where the vector stands in the words of a site.
  HWY_INLINE UpCount(const LaneNeighbours& neighbours, std::size_t at) {
    const LaneTag d;
    const auto a = hn::Load(d, neighbours.word[0] + at);
    const auto b = hn::Load(d, neighbours.word[1] + at);
    const auto c = hn::Load(d, neighbours.word[2] + at);
    const auto e = hn::Load(d, neighbours.word[3] + at);
    const auto sum = hn::Xor(hn::Xor(a, b), c);
    const auto carry = majority(a, b, c);
    const auto carry0 = hn::And(sum, e);
    bit0 = hn::Xor(sum, e);
    bit1 = hn::Xor(carry, carry0);
    four = hn::And(carry, carry0);
  }

  /// The function of the count that a truth table holds.
  HWY_INLINE hn::Vec<LaneTag> look_up(const std::array<std::uint64_t, LaneRule::n_counts>& table) const {
    const LaneTag d;
    const auto odd = choose_bits(bit1, hn::Set(d, table[3]), hn::Set(d, table[1]));
    const auto even = choose_bits(bit1, hn::Set(d, table[2]), hn::Set(d, table[0]));
    return choose_bits(bit0, odd, choose_bits(four, hn::Set(d, table[4]), even));
  }
};

}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

// SPDX-License-Identifier: Apache-2.0
// The heat bath at one site of 512 replicas at a time. The number of up neighbours, bit-sliced, puts each
// lane into a class of equal |f| (f: local field); the class and the lane's temperature give the probability
// q that the spin ends up against f. A uniform number in [0, 1) is below q with probability q, and comparing
// the two bit by bit, most significant first, needs two bits on average: 512 lanes have all decided after
// about ten.
#include "kernels/lanes/lane_update.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lanes/lane_update.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cassert>

#include "kernels/checkerboard/bit_logic-inl.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/lanes/lane_counts-inl.hpp"
#include "kernels/lanes/lane_metropolis.hpp"
#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Vec = hn::Vec<LaneTag>;

// Bits that are drawn before anybody asks whether all lanes have decided. Part of the random stream: never
// change it.
constexpr std::size_t certain_bits = 8;

HWY_INLINE bool all_zero(const LaneWord& word) {
  const LaneTag d;
  auto any = word.part[0];
  for (std::size_t c = 1; c < lane_chunks; ++c) any = hn::Or(any, word.part[c]);
  return hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
}

template <std::size_t kClasses>
void update_range(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& state, LaneSpins& spins) {
  const LaneTag d;
  constexpr std::size_t lanes = hn::MaxLanes(LaneTag());
  const auto ones = hn::Set(d, ~std::uint64_t{0});
  LaneRandomRegisters random(state);
  std::uint64_t* const HWY_RESTRICT words = spins.data();
  for (std::size_t site = first; site < last; ++site) {
    const LaneRule::Degree& degree = rule.degree(graph.degree[site]);
    const LaneNeighbours neighbours(graph, site, words);
    LaneWord in_class[kClasses];
    LaneWord without_field;  // the threshold is 1/2: its first bit is one
    LaneWord field_up;
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      const UpCount count(neighbours, c * lanes);
      for (std::size_t k = 0; k < kClasses; ++k) in_class[k].part[c] = count.look_up(degree.in_class[k]);
      without_field.part[c] = count.look_up(degree.without_field);
      field_up.part[c] = count.look_up(degree.field_up);
    }

    // Lanes retire at the first bit where random number and threshold differ; the threshold's bit there says
    // whether the number is below it.
    LaneWord below;
    LaneWord undecided;
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      below.part[c] = hn::Zero(d);
      undecided.part[c] = ones;
    }
    const auto compare_bit = [&](std::size_t bit) HWY_ATTR {
      const LaneWord number = random.draw();
      for (std::size_t c = 0; c < lane_chunks; ++c) {
        auto threshold =
            hn::And(in_class[0].part[c], hn::Load(d, degree.planes[0].of_bit[bit].data() + c * lanes));
        for (std::size_t k = 1; k < kClasses; ++k)
          threshold = hn::OrAnd(threshold, in_class[k].part[c],
                                hn::Load(d, degree.planes[k].of_bit[bit].data() + c * lanes));
        if (bit == 0) threshold = hn::Or(threshold, without_field.part[c]);
        below.part[c] = choose_bits(undecided.part[c], threshold, below.part[c]);
        undecided.part[c] = hn::AndNot(hn::Xor(number.part[c], threshold), undecided.part[c]);
      }
    };
    for (std::size_t bit = 0; bit < certain_bits; ++bit) compare_bit(bit);
    for (std::size_t bit = certain_bits; bit < 64 && !all_zero(undecided); ++bit) compare_bit(bit);
    for (std::size_t c = 0; c < lane_chunks; ++c)
      hn::Store(hn::Xor(field_up.part[c], hn::AndNot(undecided.part[c], below.part[c])), d,
                words + 8 * site + c * lanes);
  }
  random.store(state);
}

void draw_anew(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
               LaneRandom& random, LaneSpins& spins) {
  if (rule.n_classes() == 2) return update_range<2>(graph, rule, first, last, random, spins);
  update_range<LaneRule::most_classes>(graph, rule, first, last, random, spins);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(draw_anew);

void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins) {
  assert(graph.n_sites() == spins.n_sites() && first <= last && last <= spins.n_sites());
  if (rule.update() == LocalUpdate::metropolis) return propose_flips(graph, rule, first, last, random, spins);
  HWY_DYNAMIC_DISPATCH(draw_anew)(graph, rule, first, last, random, spins);
}

namespace reference {

void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins) {
  if (rule.update() == LocalUpdate::metropolis)
    return reference::propose_flips(graph, rule, first, last, random, spins);
  for (std::size_t site = first; site < last; ++site) {
    std::vector<std::uint64_t> thresholds(block_lanes);
    std::vector<bool> field_up(block_lanes);
    for (std::size_t lane = 0; lane < block_lanes; ++lane) {
      const double f = rule.local_field(graph.degree[site], count_up_neighbours(graph, spins, site, lane));
      field_up[lane] = f > 0;
      thresholds[lane] = probability_threshold(f == 0 ? 0.5 : rule.probability_against(f, lane));
    }
    std::vector<int> below(block_lanes, -1);  // -1: not decided yet
    std::size_t undecided = block_lanes;
    for (std::size_t bit = 0; bit < 64 && (bit < 8 || undecided > 0); ++bit) {
      const LaneBits word = draw(random);
      for (std::size_t lane = 0; lane < block_lanes; ++lane) {
        const auto number = (word[lane / 64] >> (lane % 64)) & 1u;
        const auto threshold = (thresholds[lane] >> (63 - bit)) & 1u;
        if (below[lane] >= 0 || number == threshold) continue;
        below[lane] = number < threshold ? 1 : 0;
        --undecided;
      }
    }
    for (std::size_t lane = 0; lane < block_lanes; ++lane)
      spins.set(site, lane, field_up[lane] != (below[lane] == 1));
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

// SPDX-License-Identifier: Apache-2.0
// One site of 512 replicas at a time. The number of up neighbours, bit-sliced, puts each lane into a class of
// equal |f| (f: local field); the class and the lane's temperature give the probability q that the spin ends
// up against f (heat bath) or turns against f (Metropolis). A uniform number in [0, 1) is below q with
// probability q, and comparing the two bit by bit, most significant first, needs two bits on average: 512
// lanes have all decided after about ten.
//
// Why Metropolis proposes a flip with probability 3/4 only: accepting every free move (f = 0, or any f at
// infinite temperature) of a fixed visiting order makes the chain periodic there. With all proposals, a ring
// at T = infinity alternates between two configurations for ever, and in two dimensions free domain walls run
// round the lattice in step. Any constant probability below 1 keeps detailed balance for each single-site
// step and leaves every spin a chance to stay, so that from each configuration every other can be reached in
// one sweep at T > 0; 3/4 makes the memory at infinite temperature halve, with alternating sign, in each
// sweep.
#include "spinflow/kernels/lane_update.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lane_update.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/bit_logic-inl.hpp"
#include "kernels/lane_random-inl.hpp"
#include "spinflow/kernels/elementary.hpp"

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

// The function of the number of up neighbours that a truth table holds; `is[k]`: lanes with k of them.
HWY_INLINE Vec look_up(const std::array<std::uint64_t, LaneRule::n_counts>& table, const Vec* is) {
  const LaneTag d;
  auto result = hn::And(is[0], hn::Set(d, table[0]));
  for (std::size_t k = 1; k < LaneRule::n_counts; ++k)
    result = hn::OrAnd(result, is[k], hn::Set(d, table[k]));
  return result;
}

template <LocalUpdate kUpdate, std::size_t kClasses>
void update_range(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& state, LaneSpins& spins) {
  const LaneTag d;
  constexpr std::size_t lanes = hn::MaxLanes(LaneTag());
  // The class f = 0 has the threshold 1/2 (heat bath) or 3/4 (Metropolis, and any spin against its field):
  // one or two leading ones.
  constexpr std::size_t constant_bits = kUpdate == LocalUpdate::heat_bath ? 1 : 2;
  const auto ones = hn::Set(d, ~std::uint64_t{0});
  LaneRandomRegisters random(state);
  std::uint64_t* const HWY_RESTRICT words = spins.data();
  for (std::size_t site = first; site < last; ++site) {
    const LaneRule::Degree& degree = rule.degree(graph.degree[site]);
    const std::int32_t* const neighbours = graph.neighbours.data() + LaneGraph::most_neighbours * site;
    const std::uint64_t* const n0 = words + 8 * static_cast<std::size_t>(neighbours[0]);
    const std::uint64_t* const n1 = words + 8 * static_cast<std::size_t>(neighbours[1]);
    const std::uint64_t* const n2 = words + 8 * static_cast<std::size_t>(neighbours[2]);
    const std::uint64_t* const n3 = words + 8 * static_cast<std::size_t>(neighbours[3]);
    std::uint64_t* const here = words + 8 * site;

    LaneWord in_class[kClasses];
    LaneWord constant;
    LaneWord base;  // the new spin, if the random number is not below the threshold
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      const auto a = hn::Load(d, n0 + c * lanes);
      const auto b = hn::Load(d, n1 + c * lanes);
      const auto e = hn::Load(d, n2 + c * lanes);
      const auto g = hn::Load(d, n3 + c * lanes);
      const auto half = hn::Xor(a, b);
      const auto sum = hn::Xor(half, e);
      const auto carry = hn::OrAnd(hn::And(a, b), half, e);
      const auto bit0 = hn::Xor(sum, g);
      const auto carry0 = hn::And(sum, g);
      const auto bit1 = hn::Xor(carry, carry0);
      const auto four = hn::And(carry, carry0);
      const Vec is[LaneRule::n_counts] = {hn::AndNot(hn::Or3(bit0, bit1, four), ones), hn::AndNot(bit1, bit0),
                                          hn::AndNot(bit0, bit1), hn::And(bit0, bit1), four};
      const auto field_up = look_up(degree.field_up, is);
      const auto without_field = look_up(degree.without_field, is);
      if constexpr (kUpdate == LocalUpdate::heat_bath) {
        for (std::size_t k = 0; k < kClasses; ++k) in_class[k].part[c] = look_up(degree.in_class[k], is);
        constant.part[c] = without_field;
        base.part[c] = field_up;
      } else {
        const auto spin = hn::Load(d, here + c * lanes);
        const auto against = hn::Xor(spin, field_up);
        for (std::size_t k = 0; k < kClasses; ++k)
          in_class[k].part[c] = hn::AndNot(against, look_up(degree.in_class[k], is));
        constant.part[c] = hn::Or(against, without_field);
        base.part[c] = spin;
      }
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
        auto threshold = hn::And(in_class[0].part[c], hn::Load(d, degree.planes[0][bit].data() + c * lanes));
        for (std::size_t k = 1; k < kClasses; ++k)
          threshold = hn::OrAnd(threshold, in_class[k].part[c],
                                hn::Load(d, degree.planes[k][bit].data() + c * lanes));
        if (bit < constant_bits) threshold = hn::Or(threshold, constant.part[c]);
        below.part[c] = choose_bits(undecided.part[c], threshold, below.part[c]);
        undecided.part[c] = hn::AndNot(hn::Xor(number.part[c], threshold), undecided.part[c]);
      }
    };
    for (std::size_t bit = 0; bit < certain_bits; ++bit) compare_bit(bit);
    for (std::size_t bit = certain_bits; bit < 64 && !all_zero(undecided); ++bit) compare_bit(bit);
    for (std::size_t c = 0; c < lane_chunks; ++c)
      hn::Store(hn::Xor(base.part[c], hn::AndNot(undecided.part[c], below.part[c])), d, here + c * lanes);
  }
  random.store(state);
}

void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins) {
  const bool few = rule.n_classes() == 2;
  if (rule.update() == LocalUpdate::heat_bath) {
    if (few) return update_range<LocalUpdate::heat_bath, 2>(graph, rule, first, last, random, spins);
    return update_range<LocalUpdate::heat_bath, 5>(graph, rule, first, last, random, spins);
  }
  if (few) return update_range<LocalUpdate::metropolis, 2>(graph, rule, first, last, random, spins);
  return update_range<LocalUpdate::metropolis, 5>(graph, rule, first, last, random, spins);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

namespace {

// The probability that a spin along (heat bath: drawn anew; Metropolis: standing along) its local field ends
// up against it, f != 0.
double probability_against(LocalUpdate update, double field, double temperature) {
  const double boltzmann = boltzmann_of_flip(field, temperature);
  return update == LocalUpdate::heat_bath ? boltzmann / (1.0 + boltzmann) : 0.75 * boltzmann;
}

double local_field(double coupling, double field, std::size_t n_neighbours, std::size_t n_up) {
  return coupling * (2.0 * static_cast<double>(n_up) - static_cast<double>(n_neighbours)) + field;
}

}  // namespace

LaneRule::LaneRule(LocalUpdate update, double coupling, double field, const LaneGraph& graph,
                   std::span<const double> temperatures)
    : update_(update),
      coupling_(coupling),
      field_(field),
      temperatures_(temperatures.begin(), temperatures.end()) {
  assert(temperatures.size() == block_lanes);
  std::array<bool, LaneGraph::most_neighbours + 1> occurs{};
  for (const auto degree : graph.degree) occurs[degree] = true;
  std::array<std::vector<double>, LaneGraph::most_neighbours + 1> magnitudes;  // the distinct |f| > 0
  constexpr std::uint64_t yes = ~std::uint64_t{0};
  for (std::size_t z = 0; z <= LaneGraph::most_neighbours; ++z) {
    if (!occurs[z]) continue;
    for (std::size_t k = 0; k <= z; ++k) {
      const double f = local_field(coupling, field, z, k);
      if (f > 0) degrees_[z].field_up[k] = yes;
      if (f == 0) {
        degrees_[z].without_field[k] = yes;
        continue;
      }
      const auto known = std::find(magnitudes[z].begin(), magnitudes[z].end(), std::abs(f));
      const auto index = static_cast<std::size_t>(known - magnitudes[z].begin());
      if (known == magnitudes[z].end()) magnitudes[z].push_back(std::abs(f));
      degrees_[z].in_class[index][k] = yes;
    }
    if (magnitudes[z].size() > 2) n_classes_ = most_classes;
  }
  for (std::size_t z = 0; z <= LaneGraph::most_neighbours; ++z) {
    if (!occurs[z]) continue;
    degrees_[z].planes.resize(n_classes_);
    for (std::size_t c = 0; c < magnitudes[z].size(); ++c)
      for (std::size_t lane = 0; lane < block_lanes; ++lane) {
        const std::uint64_t threshold =
            probability_threshold(probability_against(update, magnitudes[z][c], temperatures[lane]));
        for (std::size_t bit = 0; bit < 64; ++bit)
          degrees_[z].planes[c][bit][lane / 64] |= ((threshold >> (63 - bit)) & 1u) << (lane % 64);
      }
  }
}

HWY_EXPORT(update_sites);

void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins) {
  assert(graph.n_sites() == spins.n_sites() && first <= last && last <= spins.n_sites());
  HWY_DYNAMIC_DISPATCH(update_sites)(graph, rule, first, last, random, spins);
}

namespace reference {

void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins) {
  for (std::size_t site = first; site < last; ++site) {
    std::vector<std::uint64_t> thresholds(block_lanes);
    std::vector<bool> base(block_lanes);
    for (std::size_t lane = 0; lane < block_lanes; ++lane) {
      std::size_t n_up = 0;
      for (std::size_t n = 0; n < graph.degree[site]; ++n)
        n_up +=
            spins.up(static_cast<std::size_t>(graph.neighbours[LaneGraph::most_neighbours * site + n]), lane);
      const double f = local_field(rule.coupling(), rule.field(), graph.degree[site], n_up);
      const bool heat_bath = rule.update() == LocalUpdate::heat_bath;
      const bool up = spins.up(site, lane);
      base[lane] = heat_bath ? f > 0 : up;
      double p = heat_bath ? 0.5 : 0.75;
      if (f != 0 && (heat_bath || up == (f > 0)))
        p = probability_against(rule.update(), f, rule.temperature(lane));
      thresholds[lane] = probability_threshold(p);
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
      spins.set(site, lane, base[lane] != (below[lane] == 1));
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

// SPDX-License-Identifier: Apache-2.0
// Metropolis at one site of 512 replicas at a time. The number of up neighbours, bit-sliced, puts each lane
// into a class of equal |f| (f: local field); a spin that stands along f turns with a probability p of the
// class and the lane's temperature, any other with probability 3/4.
//
// Comparing a uniform number with p bit by bit until 512 lanes have decided takes about ten random words of
// 512 bits. Here it takes nine and about one 64-bit word, without waiting for anybody:
// - a number of 9 bits is compared with k, p = k 2^-9 nearly: from the least significant bit up, "below" is
//   the majority of the bit of k, the (complemented) bit of the number and what the lower bits said. One
//   number serves all classes, for a lane looks at the answer of its own class only; that one of the last
//   two bits is set has probability 3/4;
// - events that hit a lane of a site with a small probability x <= 2^-9 put the answer right (see
//   CoarseDecision). All events of 16 sites are drawn together: their number, Poisson's with mean sum of
//   -ln(1 - x) over sites, classes and lanes, and for each the class and lane, by an alias table with those
//   weights, and the site. So each lane of each site has events independently of all others, none with
//   probability 1 - x. On average at most one event in 512 lanes for each class; at T_c of the square lattice
//   1.2 in all.
//
// Exactness: k 2^-9 is exact, x follows to rounding and is turned into a mean by the series of the logarithm;
// Poisson's distribution function is right to 2^-50 for the 8192 spins of a group; the alias table takes 60
// bits and rounds the share of a place once for each slot that leads there. Counting all words of the tables,
// with fields, all degrees and lanes from T = 0 to infinity, finds p right to 2^-52.
//
// Why a flip is proposed with probability 3/4 only: accepting every free move (f = 0, or any f at infinite
// temperature) of a fixed visiting order makes the chain periodic there. With all proposals, a ring at
// T = infinity alternates between two configurations for ever, and in two dimensions free domain walls run
// round the lattice in step. Any constant probability below 1 keeps detailed balance for each single-site
// step and leaves every spin a chance to stay, so that from each configuration every other can be reached in
// one sweep at T > 0; 3/4 makes the memory at infinite temperature halve, with alternating sign, in each
// sweep.
#include "kernels/lanes/lane_metropolis.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lanes/lane_metropolis.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <iterator>

#include "kernels/checkerboard/bit_logic-inl.hpp"
#include "kernels/checkerboard/coarse_decision.hpp"
#include "kernels/lanes/lane_counts-inl.hpp"
#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Vec = hn::Vec<LaneTag>;

// The events of a group: for every kind, site of the group and lane one bit.
class EventMasks {
 public:
  explicit EventMasks(const LaneRule& rule)
      : rule_(rule), n_words_(8 * LaneRule::group_sites * rule.n_kinds()) {}

  HWY_INLINE void draw(LaneRandomRegisters& random) {
    const LaneTag d;
    for (std::size_t at = 0; at < n_words_; at += hn::Lanes(d)) hn::Store(hn::Zero(d), d, words_ + at);
    alignas(64) std::uint64_t drawn[LaneRule::most_event_words];
    store(random.draw(), drawn);
    const std::uint32_t n_drawn = 1 + rule_.n_events().draw(drawn[0]);
    for (std::uint32_t at = 8; at < n_drawn; at += 8) store(random.draw(), drawn + at);
    const AliasDraw place_of = rule_.place_of_event().draw();
    for (std::uint32_t at = 1; at < n_drawn; ++at) {
      // The lowest bits of the word are the site, the others kind and lane.
      const std::uint64_t site = drawn[at] % LaneRule::group_sites;
      const std::uint64_t place = place_of(drawn[at] - site);
      words_[word_of(place / block_lanes, site) + place % block_lanes / 64] |= std::uint64_t{1}
                                                                               << (place % 64);
    }
  }

  [[nodiscard]] HWY_INLINE const std::uint64_t* of(std::size_t kind, std::size_t site) const {
    return words_ + word_of(kind, site);
  }

 private:
  static HWY_INLINE std::size_t word_of(std::size_t kind, std::size_t site) {
    return 8 * (LaneRule::group_sites * kind + site);
  }
  static HWY_INLINE void store(const LaneWord& word, std::uint64_t* to) {
    const LaneTag d;
    for (std::size_t c = 0; c < lane_chunks; ++c) hn::Store(word.part[c], d, to + c * hn::Lanes(d));
  }

  const LaneRule& rule_;
  std::size_t n_words_;
  alignas(64) std::uint64_t words_[8 * LaneRule::group_sites * LaneRule::most_kinds];
};

template <std::size_t kClasses>
void propose_range(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& state, LaneSpins& spins) {
  const LaneTag d;
  const std::size_t lanes = hn::Lanes(d);
  LaneRandomRegisters random(state);
  EventMasks events(rule);
  std::uint64_t* const HWY_RESTRICT words = spins.data();
  for (std::size_t site = first; site < last; ++site) {
    const std::size_t in_group = (site - first) % LaneRule::group_sites;
    if (in_group == 0) events.draw(random);
    const LaneRule::Degree& degree = rule.degree(graph.degree[site]);
    LaneWord below[kClasses];
    LaneWord free_move;
    for (std::size_t k = 0; k < kClasses; ++k)
      for (std::size_t c = 0; c < lane_chunks; ++c) below[k].part[c] = hn::Zero(d);
    for (std::size_t bit = 0; bit < LaneRule::coarse_bits; ++bit) {
      const LaneWord number = random.draw();
      for (std::size_t c = 0; c < lane_chunks; ++c) {
        for (std::size_t k = 0; k < kClasses; ++k)
          below[k].part[c] = majority(
              number.part[c], hn::Load(d, degree.coarse[k].of_bit[bit].data() + c * lanes), below[k].part[c]);
        if (bit + 2 == LaneRule::coarse_bits) free_move.part[c] = number.part[c];
        if (bit + 1 == LaneRule::coarse_bits) free_move.part[c] = hn::Or(free_move.part[c], number.part[c]);
      }
    }
    const LaneNeighbours neighbours(graph, site, words);
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      const std::size_t at = c * lanes;
      const auto turns = [&](std::size_t k) HWY_ATTR {
        return choose_bits(hn::Load(d, events.of(degree.first_kind + k, in_group) + at),
                           hn::Load(d, degree.coarse[k].at_event.data() + at), below[k].part[c]);
      };
      const UpCount count(neighbours, at);
      auto along_field = turns(kClasses - 1);
      for (std::size_t k = 0; k + 1 < kClasses; ++k)
        along_field = choose_bits(count.look_up(degree.in_class[k]), turns(k), along_field);
      const auto spin = hn::Load(d, words + 8 * site + at);
      const auto free =
          hn::Or(count.look_up(degree.without_field), hn::Xor(spin, count.look_up(degree.field_up)));
      hn::Store(hn::Xor(spin, choose_bits(free, free_move.part[c], along_field)), d, words + 8 * site + at);
    }
  }
  random.store(state);
}

void propose_flips(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& random, LaneSpins& spins) {
  if (rule.n_classes() == 2) return propose_range<2>(graph, rule, first, last, random, spins);
  propose_range<LaneRule::most_classes>(graph, rule, first, last, random, spins);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(propose_flips);

void propose_flips(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& random, LaneSpins& spins) {
  HWY_DYNAMIC_DISPATCH(propose_flips)(graph, rule, first, last, random, spins);
}

namespace reference {

std::size_t count_up_neighbours(const LaneGraph& graph, const LaneSpins& spins, std::size_t site,
                                std::size_t lane) {
  std::size_t n_up = 0;
  for (std::size_t n = 0; n < graph.degree[site]; ++n)
    n_up += spins.up(static_cast<std::size_t>(graph.neighbours[LaneGraph::most_neighbours * site + n]), lane);
  return n_up;
}

void propose_flips(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& random, LaneSpins& spins) {
  std::vector<bool> events;  // (n_kinds, group_sites, 512)
  const auto draw_events = [&] {
    events.assign(rule.n_kinds() * LaneRule::group_sites * block_lanes, false);
    std::vector<std::uint64_t> words;
    const auto word = [&](std::size_t at) {
      if (at == words.size()) std::ranges::copy(draw(random), std::back_inserter(words));
      return words[at];
    };
    const std::uint32_t n_events = rule.n_events().draw(word(0));
    for (std::uint32_t i = 1; i <= n_events; ++i) {
      const std::uint64_t site = word(i) % LaneRule::group_sites;
      const std::uint64_t place = rule.place_of_event().draw()(word(i) - site);
      events[(place / block_lanes * LaneRule::group_sites + site) * block_lanes + place % block_lanes] = true;
    }
  };
  for (std::size_t site = first; site < last; ++site) {
    const std::size_t in_group = (site - first) % LaneRule::group_sites;
    if (in_group == 0) draw_events();
    std::vector<LaneBits> numbers;  // least significant bit first
    for (std::size_t bit = 0; bit < LaneRule::coarse_bits; ++bit) numbers.push_back(draw(random));
    const std::size_t z = graph.degree[site];
    for (std::size_t lane = 0; lane < block_lanes; ++lane) {
      std::uint32_t number = 0;
      for (std::size_t bit = 0; bit < LaneRule::coarse_bits; ++bit)
        number |= static_cast<std::uint32_t>(numbers[bit][lane / 64] >> (lane % 64) & 1u) << bit;
      const std::uint32_t complement = (1u << LaneRule::coarse_bits) - 1 - number;
      const std::size_t n_up = count_up_neighbours(graph, spins, site, lane);
      const double f = rule.local_field(z, n_up);
      const bool up = spins.up(site, lane);
      bool turn = complement < 3u << (LaneRule::coarse_bits - 2);
      if (f != 0 && up == (f > 0)) {
        const auto decision = coarse_decision(rule.probability_against(f, lane), LaneRule::coarse_bits);
        std::size_t kind = rule.degree(z).first_kind;
        while (rule.degree(z).in_class[kind - rule.degree(z).first_kind][n_up] == 0) ++kind;
        turn = complement < decision.k;
        if (events[(kind * LaneRule::group_sites + in_group) * block_lanes + lane]) turn = decision.at_event;
      }
      if (turn) spins.set(site, lane, !up);
    }
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

// SPDX-License-Identifier: Apache-2.0
// 512 spins of one colour at a time: eight words, each 64 spins of a row. The spins of one colour do not see
// each other, so they turn at the same time. Two acceptances other than 3/4 occur, p_3 and p_4 (against three
// and four equal neighbours), the same for all spins, and of a spin's two decisions only one is looked at:
// random numbers may be shared between them, not between spins.
//
// Deciding "a uniform number is below p" bit by bit takes about ten random words of 512 bits until the last
// of 512 spins has decided. Here it takes six to eight, without waiting for anybody:
// - a number of b bits is compared with k, p = k 2^-b nearly: from the least significant bit up, "below" is
//   the majority of the bit of k, the (complemented) bit of the number and what the lower bits said;
// - what p lacks or has too much is put right by events that hit a spin with a small probability x: there the
//   answer is yes, p = k 2^-b + x (1 - k 2^-b), or no, p = k 2^-b (1 - x). Poisson's number of events, mean
//   -ln(1 - x) for each spin, thrown on a group of up to 8192 spins at random (places beyond the lattice
//   count for nothing), hits each independently of all others with probability x. The events of the rarer
//   kind serve both decisions, the other gets the missing ones as well.
// b is the number of bits that costs least at this temperature; at T_c of the square lattice it is 6,
// with 3.4 events in 512 spins: 6 words of 512 bits for the numbers and a fifth of a word for events, 6.2
// bits a spin.
//
// Exactness: the p's are those of lane_metropolis.cpp; k 2^-b is exact, x follows to rounding and is turned
// into a mean by the series of the logarithm; Poisson's distribution function is right to 2^-50 for a whole
// group, which is less than 2^-54 for a spin. So p is right to the rounding of double precision.
#include "kernels/checkerboard/checkerboard_update.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/checkerboard/checkerboard_update.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <iterator>

#include "kernels/checkerboard/bit_logic-inl.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Vec = hn::Vec<LaneTag>;

// A decision as vectors hold it.
template <std::size_t kBits>
struct DecisionBits {
  Vec k[kBits];  // all ones or zero, least significant first
  Vec at_event;

  explicit HWY_INLINE DecisionBits(const CoarseDecision& decision) {
    const LaneTag d;
    const auto all = [&](bool set) HWY_ATTR { return hn::Set(d, set ? ~std::uint64_t{0} : 0); };
    for (std::size_t bit = 0; bit < kBits; ++bit) k[bit] = all((decision.k >> bit & 1u) != 0);
    at_event = all(decision.at_event);
  }
};

// The events of a group, one bit for each spin.
struct EventMasks {
  alignas(64) std::uint64_t common[8 * CheckerboardRule::most_group_blocks];
  alignas(64) std::uint64_t extra[8 * CheckerboardRule::most_group_blocks];
};

HWY_INLINE void store(const LaneWord& word, std::uint64_t* to) {
  const LaneTag d;
  for (std::size_t c = 0; c < lane_chunks; ++c) hn::Store(word.part[c], d, to + c * hn::Lanes(d));
}

HWY_INLINE void draw_events(const CheckerboardRule& rule, LaneRandomRegisters& random, EventMasks& events) {
  const LaneTag d;
  for (std::size_t at = 0; at < 8 * rule.group_blocks(); at += hn::Lanes(d)) {
    hn::Store(hn::Zero(d), d, events.common + at);
    hn::Store(hn::Zero(d), d, events.extra + at);
  }
  alignas(64) std::uint64_t words[8 * (CheckerboardRule::most_event_words / 8 + 1)];
  store(random.draw(), words);
  const std::uint32_t n_common = rule.common_events().draw(words[0]);
  const std::uint32_t n_extra = rule.extra_events().draw(words[1]);
  // Four places to a word; what is left of the last word of either kind is not used.
  const std::uint32_t extra_words = 2 + (n_common + 3) / 4;
  const std::uint32_t n_words = extra_words + (n_extra + 3) / 4;
  for (std::uint32_t at = 8; at < n_words; at += 8) store(random.draw(), words + at);
  const std::uint64_t last_place = 512 * rule.group_blocks() - 1;
  for (std::uint32_t at = 2; at < n_words; ++at) {
    const bool common = at < extra_words;
    std::uint64_t* const mask = common ? events.common : events.extra;
    const std::uint32_t left = common ? n_common - 4 * (at - 2) : n_extra - 4 * (at - extra_words);
    for (std::uint32_t k = 0; k < 4; ++k) {
      const std::uint64_t place = (words[at] >> (16 * k)) & last_place;
      mask[place / 64] |= std::uint64_t{k < left} << (place % 64);
    }
  }
}

// The words of one column of a colour and parity, and those of the neighbours of its spins.
struct ColumnWords {
  std::uint64_t* here;
  const std::uint64_t* facing;
  const std::uint64_t* facing_other;
  const std::uint64_t* beside;
  const std::uint64_t* next;  // where `beside` goes on over the edge of the word
  bool to_left;  // the other neighbour in the row is to the left in half of the rows, to the right in the
                 // others
  std::size_t bits;
  std::size_t next_bits;

  HWY_INLINE ColumnWords(CheckerboardSpins& spins, std::size_t colour, std::size_t parity, std::size_t w) {
    const std::size_t n_columns = spins.n_columns();
    here = spins.column(colour, parity, w);
    facing = spins.column(1 - colour, 1 - parity, w);
    facing_other = parity == 0 ? facing - 1 : facing + 1;
    beside = spins.column(1 - colour, parity, w);
    to_left = colour == parity;
    const std::size_t next_w = to_left ? (w == 0 ? n_columns - 1 : w - 1) : (w + 1 < n_columns ? w + 1 : 0);
    next = spins.column(1 - colour, parity, next_w);
    bits = w + 1 < n_columns ? 64 : spins.last_bits();
    next_bits = next_w + 1 < n_columns ? 64 : spins.last_bits();
  }
};

// The decisions of 512 spins without their events, and whether a spin between two and two turns.
template <std::size_t kBits>
struct Decisions {
  Vec below_three[lane_chunks];
  Vec below_four[lane_chunks];
  Vec free_move[lane_chunks];

  HWY_INLINE Decisions(LaneRandomRegisters& random, const DecisionBits<kBits>& three,
                       const DecisionBits<kBits>& four_equal) {
    const LaneTag d;
    for (std::size_t c = 0; c < lane_chunks; ++c) below_three[c] = below_four[c] = hn::Zero(d);
    for (std::size_t bit = 0; bit < kBits; ++bit) {
      const LaneWord number = random.draw();
      for (std::size_t c = 0; c < lane_chunks; ++c) {
        below_three[c] = majority(three.k[bit], number.part[c], below_three[c]);
        below_four[c] = majority(four_equal.k[bit], number.part[c], below_four[c]);
        if (bit + 2 == kBits) free_move[c] = number.part[c];
        if (bit + 1 == kBits) free_move[c] = hn::Or(free_move[c], number.part[c]);
      }
    }
  }
};

template <std::size_t kBits>
void sweep_with(const CheckerboardRule& rule, LaneRandom& state, CheckerboardSpins& spins) {
  const LaneTag d;
  const std::size_t lanes = hn::Lanes(d);
  LaneRandomRegisters random(state);
  const DecisionBits<kBits> three(rule.decision(0));
  const DecisionBits<kBits> four_equal(rule.decision(1));
  const auto extra_of_three = hn::Set(d, rule.extra_decision() == 0 ? ~std::uint64_t{0} : 0);
  const auto extra_of_four = hn::Set(d, rule.extra_decision() == 1 ? ~std::uint64_t{0} : 0);
  const std::size_t n_columns = spins.n_columns();
  const std::size_t n_blocks = (spins.n_rows() + 7) / 8;
  EventMasks events;
  for (std::size_t colour = 0; colour < 2; ++colour)
    for (std::size_t parity = 0; parity < 2; ++parity)
      for (std::size_t w = 0; w < n_columns; ++w) {
        const ColumnWords column(spins, colour, parity, w);
        std::uint64_t* const HWY_RESTRICT here = column.here;
        const bool to_left = column.to_left;
        const auto valid = hn::Set(d, ~std::uint64_t{0} >> (64 - column.bits));
        // Puts the bit that comes in over the edge of the word into its place.
        const auto far = hn::Set(d, std::uint64_t{(to_left ? column.next_bits : column.bits) - 1});
        for (std::size_t block = 0; block < n_blocks; ++block) {
          const std::size_t in_group = block & (rule.group_blocks() - 1);
          if (in_group == 0) draw_events(rule, random, events);
          const Decisions<kBits> decisions(random, three, four_equal);
          for (std::size_t c = 0; c < lane_chunks; ++c) {
            const auto common = hn::Load(d, events.common + 8 * in_group + c * lanes);
            const auto extra = hn::Load(d, events.extra + 8 * in_group + c * lanes);
            const auto turn_three = choose_bits(hn::OrAnd(common, extra, extra_of_three), three.at_event,
                                                decisions.below_three[c]);
            const auto turn_four = choose_bits(hn::OrAnd(common, extra, extra_of_four), four_equal.at_event,
                                               decisions.below_four[c]);
            const std::size_t at = 8 * block + c * lanes;
            const auto spin = hn::Load(d, here + at);
            const auto first = hn::Load(d, column.facing + at);
            const auto second = hn::LoadU(d, column.facing_other + at);
            const auto third = hn::Load(d, column.beside + at);
            const auto over_edge = hn::Load(d, column.next + at);
            const auto fourth = to_left ? hn::Or(hn::ShiftLeft<1>(third), hn::Shr(over_edge, far))
                                        : hn::Or(hn::ShiftRight<1>(third), hn::Shl(over_edge, far));
            // How many of the four are up, bit by bit.
            const auto sum = hn::Xor(hn::Xor(first, second), third);
            const auto carry = majority(first, second, third);
            const auto bit0 = hn::Xor(sum, fourth);
            const auto carry0 = hn::And(sum, fourth);
            const auto bit1 = hn::Xor(carry, carry0);
            const auto four = hn::And(carry, carry0);
            // Whether most neighbours are up, where they are not two.
            const auto most = choose_bits(bit0, bit1, four);
            const auto not_against_field = hn::Or(hn::AndNot(bit0, bit1), hn::Xor(most, spin));
            const auto turn = choose_bits(not_against_field, decisions.free_move[c],
                                          choose_bits(bit0, turn_three, turn_four));
            hn::Store(hn::And(hn::Xor(spin, turn), valid), d, here + at);
          }
        }
        spins.close_column(colour, parity, w);
      }
  random.store(state);
}

void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins) {
  if (rule.bits() == 6) return sweep_with<6>(rule, random, spins);
  if (rule.bits() == 7) return sweep_with<7>(rule, random, spins);
  sweep_with<8>(rule, random, spins);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

namespace {

// What an event costs, in random words of 512 bits. Part of the random stream: never change it.
constexpr double cost_of_event = 0.3;

std::array<CoarseDecision, 2> decisions_of(const std::array<double, 2>& p, std::size_t bits) {
  return {coarse_decision(p[0], bits), coarse_decision(p[1], bits)};
}

}  // namespace

CheckerboardRule::CheckerboardRule(double coupling, double temperature, const CheckerboardSpins& spins)
    : group_blocks_(std::min(most_group_blocks, std::bit_ceil((spins.n_rows() + 7) / 8))) {
  assert(coupling >= 0);
  const std::array<double, 2> p = {0.75 * boltzmann_of_flip(2 * coupling, temperature),
                                   0.75 * boltzmann_of_flip(4 * coupling, temperature)};
  double least = INFINITY;
  for (std::size_t bits = fewest_bits; bits <= most_bits; ++bits) {
    const auto decisions = decisions_of(p, bits);
    const double cost =
        static_cast<double>(bits) + cost_of_event * 512 * std::max(decisions[0].event, decisions[1].event);
    if (cost >= least) continue;
    least = cost;
    bits_ = bits;
    decisions_ = decisions;
  }
  extra_decision_ = decisions_[1].event > decisions_[0].event ? 1 : 0;
  const double spins_of_group = 512.0 * static_cast<double>(group_blocks_);
  const double common = mean_of_event(decisions_[1 - extra_decision_].event);
  common_events_ = PoissonTable(spins_of_group * common);
  extra_events_ = PoissonTable(spins_of_group * (mean_of_event(decisions_[extra_decision_].event) - common));
}

HWY_EXPORT(sweep);

void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins) {
  HWY_DYNAMIC_DISPATCH(sweep)(rule, random, spins);
}

namespace reference {

void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins) {
  const std::size_t half = spins.lx() / 2;
  std::vector<bool> common(512 * rule.group_blocks());
  std::vector<bool> extra(512 * rule.group_blocks());
  const auto draw_events = [&] {
    std::fill(common.begin(), common.end(), false);
    std::fill(extra.begin(), extra.end(), false);
    std::vector<std::uint64_t> words;
    const auto word = [&](std::size_t at) {
      if (at == words.size()) std::ranges::copy(draw(random), std::back_inserter(words));
      return words[at];
    };
    const std::uint32_t n_common = rule.common_events().draw(word(0));
    const std::uint32_t n_extra = rule.extra_events().draw(word(1));
    std::size_t at = 2;
    for (std::uint32_t i = 0; i < n_common; ++i)
      common[(word(at + i / 4) >> (16 * (i % 4))) % common.size()] = true;
    at += (n_common + 3) / 4;
    for (std::uint32_t i = 0; i < n_extra; ++i)
      extra[(word(at + i / 4) >> (16 * (i % 4))) % extra.size()] = true;
  };
  for (std::size_t colour = 0; colour < 2; ++colour)
    for (std::size_t parity = 0; parity < 2; ++parity)
      for (std::size_t w = 0; w < spins.n_columns(); ++w)
        for (std::size_t block = 0; 8 * block < spins.n_rows(); ++block) {
          if (block % rule.group_blocks() == 0) draw_events();
          std::vector<std::array<std::uint64_t, 8>> numbers;  // least significant first
          for (std::size_t bit = 0; bit < rule.bits(); ++bit) numbers.push_back(draw(random));
          for (std::size_t lane = 0; lane < 8 && 8 * block + lane < spins.n_rows(); ++lane)
            for (std::size_t j = 64 * w; j < std::min(64 * w + 64, half); ++j) {
              const std::size_t y = 2 * (8 * block + lane) + parity;
              const std::size_t x = 2 * j + (y + colour) % 2;
              const int up =
                  spins.up((x + 1) % spins.lx(), y) + spins.up((x + spins.lx() - 1) % spins.lx(), y) +
                  spins.up(x, (y + 1) % spins.ly()) + spins.up(x, (y + spins.ly() - 1) % spins.ly());
              const bool spin = spins.up(x, y);
              const int equal = spin ? up : 4 - up;
              std::uint32_t number = 0;
              for (std::size_t bit = 0; bit < rule.bits(); ++bit)
                number |= static_cast<std::uint32_t>(numbers[bit][lane] >> (j % 64) & 1u) << bit;
              // So that k of the 2^bits numbers say yes.
              const std::uint32_t complement = (1u << rule.bits()) - 1 - number;
              bool turn = complement < 3u << (rule.bits() - 2);
              if (equal > 2) {
                const std::size_t c = equal == 3 ? 0 : 1;
                const std::size_t place = (block % rule.group_blocks() * 8 + lane) * 64 + j % 64;
                const auto& decision = rule.decision(c);
                turn = complement < decision.k;
                if (common[place] || (extra[place] && c == rule.extra_decision())) turn = decision.at_event;
              }
              if (turn) spins.set(x, y, !spin);
            }
        }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif

// SPDX-License-Identifier: Apache-2.0
#include "kernels/random_words.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random_words.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/lanes/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void fill(LaneRandom& random, std::uint64_t* words, std::size_t n_draws) {
  const LaneTag d;
  LaneRandomRegisters registers(random);
  for (std::size_t draw = 0; draw < n_draws; ++draw) {
    const LaneWord word = registers.draw();
    for (std::size_t c = 0; c < lane_chunks; ++c)
      hn::StoreU(word.part[c], d, words + 8 * draw + c * hn::Lanes(d));
  }
  registers.store(random);
}

void skip(LaneRandom& random, std::uint64_t n_draws) {
  LaneRandomRegisters registers(random);
  for (; n_draws > 0; --n_draws) (void)registers.draw();
  registers.store(random);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

namespace {
HWY_EXPORT(fill);
HWY_EXPORT(skip);
}  // namespace

void skip_draws(LaneRandom& random, std::uint64_t n_draws) { HWY_DYNAMIC_DISPATCH(skip)(random, n_draws); }

// Moves what is left to the front and draws behind it, so that no word is lost.
void RandomWords::refill() {
  const std::size_t left = words_.size() - used_;
  const std::size_t n_draws = used_ / 8;
  used_ -= 8 * n_draws;
  std::copy_n(words_.end() - static_cast<std::ptrdiff_t>(left), left,
              words_.begin() + static_cast<std::ptrdiff_t>(used_));
  HWY_DYNAMIC_DISPATCH(fill)(random_, words_.data() + used_ + left, n_draws);
}

}  // namespace spinflow::kernels
#endif

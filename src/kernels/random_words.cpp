// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/random_words.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random_words.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/lane_random-inl.hpp"

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

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

namespace {
HWY_EXPORT(fill);
}  // namespace

void RandomWords::refill() {
  HWY_DYNAMIC_DISPATCH(fill)(random_, words_.data(), words_.size() / 8);
  used_ = 0;
}

}  // namespace spinflow::kernels
#endif

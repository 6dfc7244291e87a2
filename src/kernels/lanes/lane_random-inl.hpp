// SPDX-License-Identifier: Apache-2.0
// Vector code of LaneRandom, compiled once per instruction set; include after hwy/highway.h, inside
// foreach_target.
#if defined(SPINFLOW_LANE_RANDOM_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SPINFLOW_LANE_RANDOM_INL
#undef SPINFLOW_LANE_RANDOM_INL
#else
#define SPINFLOW_LANE_RANDOM_INL
#endif

#include <hwy/highway.h>

#include "spinflow/kernels/lane_random.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// 512 bits as few vectors as the instruction set allows: the same eight 64-bit lanes in the same order
/// everywhere.
using LaneTag = hn::CappedTag<std::uint64_t, 8>;
inline constexpr std::size_t lane_chunks = 8 / hn::MaxLanes(LaneTag());

struct LaneWord {
  // Written out, because GCC compiles a generated one without the instruction set of this namespace.
  HWY_INLINE LaneWord() {}
  hn::Vec<LaneTag> part[lane_chunks];
};

/// LaneRandom with its state in registers; `store` writes it back.
class LaneRandomRegisters {
 public:
  explicit HWY_INLINE LaneRandomRegisters(const LaneRandom& random) {
    const LaneTag d;
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t c = 0; c < lane_chunks; ++c)
        s_[k].part[c] = hn::LoadU(d, random.state[k].data() + c * hn::Lanes(d));
  }

  HWY_INLINE void store(LaneRandom& random) const {
    const LaneTag d;
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t c = 0; c < lane_chunks; ++c)
        hn::StoreU(s_[k].part[c], d, random.state[k].data() + c * hn::Lanes(d));
  }

  HWY_INLINE LaneWord draw() {
    LaneWord result;
    for (std::size_t c = 0; c < lane_chunks; ++c) {
      auto& s0 = s_[0].part[c];
      auto& s1 = s_[1].part[c];
      auto& s2 = s_[2].part[c];
      auto& s3 = s_[3].part[c];
      result.part[c] = hn::Add(hn::RotateRight<64 - 23>(hn::Add(s0, s3)), s0);
      const auto t = hn::ShiftLeft<17>(s1);
      s2 = hn::Xor(s2, s0);
      s3 = hn::Xor(s3, s1);
      s1 = hn::Xor(s1, s2);
      s0 = hn::Xor(s0, s3);
      s2 = hn::Xor(s2, t);
      s3 = hn::RotateRight<64 - 45>(s3);
    }
    return result;
  }

 private:
  LaneWord s_[4];
};

}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

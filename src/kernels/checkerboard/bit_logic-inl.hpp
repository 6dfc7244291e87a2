// SPDX-License-Identifier: Apache-2.0
// Functions of single bits, 64 to a vector element, compiled once per instruction set; include after
// hwy/highway.h, inside foreach_target.
#if defined(SPINFLOW_BIT_LOGIC_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SPINFLOW_BIT_LOGIC_INL
#undef SPINFLOW_BIT_LOGIC_INL
#else
#define SPINFLOW_BIT_LOGIC_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Bit by bit: yes where mask is 1. (Highway's IfVecThenElse looks at whole bytes below AVX-512.)
template <class Vec>
HWY_INLINE Vec choose_bits(Vec mask, Vec yes, Vec no) {
#if HWY_TARGET <= HWY_AVX3
  return hn::IfVecThenElse(mask, yes, no);
#else
  return hn::OrAnd(hn::AndNot(mask, no), mask, yes);
#endif
}

/// Bit by bit: what at least two of the three are.
template <class Vec>
HWY_INLINE Vec majority(Vec a, Vec b, Vec c) {
#if HWY_TARGET <= HWY_AVX3
  return Vec{_mm512_ternarylogic_epi64(a.raw, b.raw, c.raw, 0xE8)};
#else
  return choose_bits(hn::Xor(a, b), c, a);
#endif
}

}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

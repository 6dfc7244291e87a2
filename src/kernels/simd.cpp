// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/simd.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "spinflow/base/error.hpp"

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {
// Asked through the same dispatch as every kernel, so the answer is the code that runs.
std::int64_t compiled_for() { return HWY_TARGET; }
}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

namespace {

HWY_EXPORT(compiled_for);

// The levels a user chooses between; each stands for itself and all weaker ones.
constexpr std::pair<std::string_view, std::int64_t> named_levels[] = {
    {"avx512", HWY_AVX3}, {"avx2", HWY_AVX2}, {"neon", HWY_NEON}, {"portable", HWY_EMU128}};

std::int64_t compiled_and_supported() {
  hwy::SetSupportedTargetsForTest(0);
  return hwy::SupportedTargets() & (HWY_TARGETS | HWY_STATIC_TARGET);
}

}  // namespace

std::vector<std::string> simd_levels() {
  static const std::int64_t targets = compiled_and_supported();
  std::vector<std::string> names;
  for (const auto& [name, bit] : named_levels)
    if ((targets & bit) != 0) names.emplace_back(name);
  return names;
}

std::string simd_level() {
  (void)simd_levels();
  const std::int64_t target = HWY_DYNAMIC_DISPATCH(compiled_for)();
  for (const auto& [name, bit] : named_levels)
    if (target == bit) return std::string(name);
  return "portable";
}

void force_simd_level(std::string_view name) {
  const auto levels = simd_levels();
  if (std::find(levels.begin(), levels.end(), name) == levels.end())
    throw input_error("SPINFLOW_SIMD", "the level '" + std::string(name) + "' is not available here",
                      suggestion(name, levels));
  for (const auto& [level, bit] : named_levels)
    // Lower bits are better targets (hwy/detect_targets.h): keep this one and everything weaker.
    if (level == name) hwy::SetSupportedTargetsForTest(~(bit - 1));
}

}  // namespace spinflow::kernels
#endif

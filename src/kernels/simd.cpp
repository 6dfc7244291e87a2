// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/simd.hpp"

#include <hwy/targets.h>

#include <bit>
#include <cstdint>
#include <utility>

#include "spinflow/base/error.hpp"

namespace spinflow::kernels {

namespace {

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
  const std::int64_t targets = hwy::SupportedTargets() & (HWY_TARGETS | HWY_STATIC_TARGET);
  for (const auto& [name, bit] : named_levels)
    if ((targets & bit) != 0) return std::string(name);
  return "portable";
}

void force_simd_level(std::string_view name) {
  const auto levels = simd_levels();
  for (const auto& [level, bit] : named_levels) {
    if (level != name) continue;
    for (const auto& available : levels) {
      if (available != name) continue;
      // Lower bits are better targets (hwy/detect_targets.h): keep this one and everything weaker.
      hwy::SetSupportedTargetsForTest(~(bit - 1));
      return;
    }
  }
  throw input_error("SPINFLOW_SIMD", "the level '" + std::string(name) + "' is not available here",
                    suggestion(name, levels));
}

}  // namespace spinflow::kernels

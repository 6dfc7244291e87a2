// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spinflow::kernels {

/// Names of the instruction sets this build can run on this machine, best first: "avx512", "avx2", "neon",
/// "portable"
[[nodiscard]] std::vector<std::string> simd_levels();

/// The level the kernels run at.
[[nodiscard]] std::string simd_level();

/// Forces a level by name. Error(input) for one that this machine or build lacks. Not thread-safe: call
/// before work.
void force_simd_level(std::string_view name);

}  // namespace spinflow::kernels

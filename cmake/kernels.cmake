# SPDX-License-Identifier: Apache-2.0
# How kernels are compiled on every architecture.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
endif()
# One summation order and no silent fused multiply-add: the same bits on every machine.
add_compile_options(-Wall -Wextra -Wshadow -Wno-missing-field-initializers -ffp-contract=off)
# Three code paths on x86-64: AVX-512, AVX2 and portable; the levels between are not worth their compile time. On 64-bit ARM
# there is one, NEON: vectors of SVE have no size at compile time, and kernels keep theirs in arrays.
# Highway avoids its portable path with GCC before 12.3 because of a bug in high-half integer products
# (gcc.gnu.org/PR106322), which no kernel uses; the fallback would be a path without vectors at all.
set(SPINFLOW_HIGHWAY_DEFINITIONS
  "HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_SSE4|HWY_AVX3_DL|HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)"
  HWY_BROKEN_EMU128=0)

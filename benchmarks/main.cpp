// SPDX-License-Identifier: Apache-2.0
// Obeys SPINFLOW_SIMD as the program does, and writes into the context of the results what only this
// executable knows.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "spinflow/base/error.hpp"
#include "spinflow/kernels/simd.hpp"

namespace {

#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

}  // namespace

int main(int argc, char** argv) {
  using namespace spinflow;
  try {
    if (const char* level = std::getenv("SPINFLOW_SIMD"); level != nullptr && *level != '\0')
      kernels::force_simd_level(level);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  benchmark::AddCustomContext("simd", kernels::simd_level());
  benchmark::AddCustomContext("compiler", compiler);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}

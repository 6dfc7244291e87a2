// SPDX-License-Identifier: Apache-2.0
// C = A B in single precision by OpenBLAS on one thread, at the shapes of the trainings and at a large one.
#include <benchmark/benchmark.h>
#include <cblas.h>

#include <vector>

#include "workloads.hpp"

namespace spinflow::benchmarks {
namespace {

void sgemm(benchmark::State& state) {
  openblas_set_num_threads(1);
  const auto m = static_cast<int>(state.range(0));
  const auto n = static_cast<int>(state.range(1));
  const auto k = static_cast<int>(state.range(2));
  base::RandomStream stream(1, "benchmark");
  std::vector<float> a(static_cast<std::size_t>(m) * k);
  std::vector<float> b(static_cast<std::size_t>(k) * n);
  std::vector<float> c(static_cast<std::size_t>(m) * n);
  for (auto& x : a) x = static_cast<float>(stream.uniform());
  for (auto& x : b) x = static_cast<float>(stream.uniform());
  for (auto _ : state) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data(), k, b.data(), n, 0, c.data(),
                n);
    benchmark::ClobberMemory();
  }
  set_rate(state, "flops", 2.0 * m * n * k);
}

BENCHMARK(sgemm)
    ->Name("roofline/sgemm")
    ->ArgNames({"m", "n", "k"})
    ->Args({100, 64, 100})
    ->Args({128, 256, 1024})
    ->Args({512, 1024, 4096})
    ->Args({1024, 1024, 1024})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinflow::benchmarks

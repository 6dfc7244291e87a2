// SPDX-License-Identifier: Apache-2.0
// What several benchmarks share: data sets, and what a kernel takes from its generator.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

#include "kernels/random_words.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/packed_spins.hpp"

// Loops that are to show what the machine can do are compiled for each width of vectors that it may have,
// whatever SPINFLOW_SIMD asks of the kernels.
#if defined(__x86_64__)
#define SPINFLOW_EVERY_VECTOR_WIDTH [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define SPINFLOW_EVERY_VECTOR_WIDTH
#endif

namespace spinflow::benchmarks {

/// (n_rows, n_columns) fair coins.
inline kernels::PackedSpins random_spins(std::size_t n_rows, std::size_t n_columns) {
  kernels::PackedSpins spins(n_rows, n_columns);
  base::RandomStream stream(1, "benchmark.spins");
  const std::size_t words_per_row = (n_columns + 63) / 64;
  const std::uint64_t used_bits_of_last = ~std::uint64_t{0} >> (64 * words_per_row - n_columns);
  std::size_t place = 0;
  for (auto& word : spins.words())
    word = stream.next() & (++place % words_per_row == 0 ? used_bits_of_last : ~std::uint64_t{0});
  return spins;
}

/// Work done per second, in whatever `per_iteration` counts.
inline void set_rate(benchmark::State& state, const char* name, double per_iteration) {
  state.counters[name] = benchmark::Counter(static_cast<double>(state.iterations()) * per_iteration,
                                            benchmark::Counter::kIsRate);
}

/// How many random bits `work` takes from `random`: a copy of the generator is led behind it.
template <class Work>
double bits_drawn(kernels::LaneRandom& random, const Work& work) {
  kernels::LaneRandom behind = random;
  work();
  double draws = 0;
  for (; behind.state != random.state; ++draws) kernels::skip_draws(behind, 1);
  return 512 * draws;
}

}  // namespace spinflow::benchmarks

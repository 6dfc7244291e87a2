// SPDX-License-Identifier: Apache-2.0
// What one core of the machine can do at most: the lines that `make bench-report` draws above the kernels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "workloads.hpp"

namespace spinflow::benchmarks {
namespace {

using Floats [[gnu::vector_size(64)]] = float;

struct Line {
  Floats floats;
};

// `block`: n lines of 64 bytes, each read once and added to one of eight sums, so that no addition waits.
SPINFLOW_EVERY_VECTOR_WIDTH void read_and_add(const Line* block, std::size_t n, Line* sink) {
  Floats sum[8] = {};
  for (std::size_t i = 0; i < n; i += 8)
    for (std::size_t c = 0; c < 8; ++c) sum[c] += block[i + c].floats;
  sink->floats = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

// A block far larger than the caches, kept from benchmark to benchmark because it takes long to touch: two
// parts of 512 MiB each. Where a machine shares more level-3 cache than that among its cores, part of it is
// read from there.
struct LargeBlock {
  static constexpr std::size_t n_lines = (std::size_t{1} << 30) / sizeof(Line);
  std::unique_ptr<Line[]> lines = std::make_unique<Line[]>(n_lines);

  static LargeBlock& get() {
    static LargeBlock block;
    return block;
  }
};

constexpr std::size_t small_block = 256;  // lines: 16 KiB, at most half of a level-1 cache

// The vectorised xoshiro256++ as the samplers take it: 512 words at a time out of a buffer in level 1.
void random_words(benchmark::State& state) {
  kernels::RandomWords words(base::RandomStream(1, "benchmark"));
  for (auto _ : state)
    for (int i = 0; i < 100; ++i) benchmark::DoNotOptimize(*words.take(kernels::RandomWords::most_taken));
  set_rate(state, "bits", 100.0 * 64 * kernels::RandomWords::most_taken);
}

void level_1_read(benchmark::State& state) {
  const auto block = std::make_unique<Line[]>(small_block);
  Line sink;
  for (auto _ : state) {
    for (int i = 0; i < 20; ++i) read_and_add(block.get(), small_block, &sink);
    benchmark::DoNotOptimize(sink);
  }
  set_rate(state, "bytes", 20 * small_block * sizeof(Line));
}

void memory_read(benchmark::State& state) {
  const auto& block = LargeBlock::get();
  Line sink;
  for (auto _ : state) {
    read_and_add(block.lines.get(), LargeBlock::n_lines, &sink);
    benchmark::DoNotOptimize(sink);
  }
  set_rate(state, "bytes", LargeBlock::n_lines * sizeof(Line));
}

// Bytes read and bytes written both count.
void memory_copy(benchmark::State& state) {
  auto& block = LargeBlock::get();
  constexpr std::size_t half = LargeBlock::n_lines / 2;
  for (auto _ : state) {
    std::memcpy(block.lines.get(), block.lines.get() + half, half * sizeof(Line));
    benchmark::ClobberMemory();
  }
  set_rate(state, "bytes", 2 * half * sizeof(Line));
}

BENCHMARK(random_words)->Name("roofline/random_words")->Unit(benchmark::kMicrosecond);
BENCHMARK(level_1_read)->Name("roofline/level_1_read")->Unit(benchmark::kMicrosecond);
BENCHMARK(memory_read)->Name("roofline/memory_read")->Unit(benchmark::kMillisecond);
BENCHMARK(memory_copy)->Name("roofline/memory_copy")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spinflow::benchmarks

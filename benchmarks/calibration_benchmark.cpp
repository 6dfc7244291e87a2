// SPDX-License-Identifier: Apache-2.0
// How fast the machine is at this moment: loops of this file's own, which no change of the library touches.
//
// `make bench-check` divides by vector_words. A busy neighbour on the same core takes issue slots, vector
// units and caches away, not the clock, and that is what makes the kernels' speed change from hour to hour on
// a shared host: in one such spell the lane kernels took 16 %, reads of level 1 22 % and the checkerboard 31
// % longer, this loop 7 to 17 %, and a chain of dependent integer operations, which leaves most slots empty
// anyway, nothing. The chain is measured beside it because it tells the two causes apart: it follows the
// clock.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "workloads.hpp"

namespace spinflow::benchmarks {
namespace {

using Words [[gnu::vector_size(64)]] = std::uint64_t;

SPINFLOW_EVERY_VECTOR_WIDTH void draw(Words* state, Words* sink, int n) {
  Words s[4][2];
  for (int k = 0; k < 4; ++k)
    for (int c = 0; c < 2; ++c) s[k][c] = state[2 * k + c];
  Words sum[2] = {};
  for (int i = 0; i < n; ++i)
    for (int c = 0; c < 2; ++c) {
      const Words a = s[0][c] + s[3][c];
      sum[c] ^= ((a << 23) | (a >> 41)) + s[0][c];
      const Words t = s[1][c] << 17;
      s[2][c] ^= s[0][c];
      s[3][c] ^= s[1][c];
      s[1][c] ^= s[2][c];
      s[0][c] ^= s[3][c];
      s[2][c] ^= t;
      s[3][c] = (s[3][c] << 45) | (s[3][c] >> 19);
    }
  for (int k = 0; k < 4; ++k)
    for (int c = 0; c < 2; ++c) state[2 * k + c] = s[k][c];
  *sink = sum[0] ^ sum[1];
}

// Two generators of 512 bits each, side by side: additions, rotations and exclusive ors that keep the vector
// units busy.
void vector_words(benchmark::State& state) {
  Words words[8];
  Words sink{};
  base::RandomStream stream(1, "benchmark");
  for (auto& word : words)
    for (int i = 0; i < 8; ++i) word[i] = stream.next();
  for (auto _ : state) {
    draw(words, &sink, 10000);
    benchmark::DoNotOptimize(sink);
  }
}

// A chain of dependent integer operations, which shows the clock alone.
void integer_chain(benchmark::State& state) {
  std::uint64_t x = 1;
  for (auto _ : state) {
    for (int i = 0; i < 20000; ++i) {
      x ^= x >> 27;
      x *= 0x9E3779B97F4A7C15;
    }
    benchmark::DoNotOptimize(x);
  }
}

BENCHMARK(vector_words)->Name("calibration/vector_words")->Unit(benchmark::kMicrosecond);
BENCHMARK(integer_chain)->Name("calibration/integer_chain")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinflow::benchmarks

// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "kernels/checkerboard/checkerboard_update.hpp"
#include "workloads.hpp"

namespace spinflow::kernels {
namespace {

constexpr double temperature = 2.27;

// Spin updates per second of one core in one side x side lattice near T_c.
template <void kSweep(const CheckerboardRule&, LaneRandom&, CheckerboardSpins&)>
void sweeps(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  CheckerboardSpins spins(side, side);
  const CheckerboardRule rule(1, temperature, spins);
  LaneRandom random(base::RandomStream(1, "benchmark"));
  for (int i = 0; i < 100; ++i) sweep(rule, random, spins);
  for (auto _ : state) kSweep(rule, random, spins);
  const auto n_sites = static_cast<double>(side * side);
  benchmarks::set_rate(state, "flips", n_sites);
  state.counters["bits_per_flip"] =
      benchmarks::bits_drawn(random, [&] { sweep(rule, random, spins); }) / n_sites;
}

void checkerboard(benchmark::State& state) { sweeps<sweep>(state); }
void checkerboard_reference(benchmark::State& state) { sweeps<reference::sweep>(state); }

// As everybody writes it: a byte per spin, sites in order, one random word a site, a table of five
// acceptances.
void one_spin_at_a_time(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  std::vector<std::int8_t> spins(side * side, 1);
  base::RandomStream seeds(1, "benchmark");
  std::uint64_t s[4] = {seeds.next(), seeds.next(), seeds.next(), seeds.next()};
  const auto rotl = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  const auto uniform = [&] {
    const std::uint64_t result = rotl(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return static_cast<double>(result >> 11) * 0x1.0p-53;
  };
  double acceptance[9];
  for (int f = -4; f <= 4; ++f) acceptance[f + 4] = std::exp(-2 * f / temperature);
  const auto one_sweep = [&] {
    for (std::size_t y = 0; y < side; ++y)
      for (std::size_t x = 0; x < side; ++x) {
        const std::size_t right = x + 1 == side ? 0 : x + 1;
        const std::size_t left = x == 0 ? side - 1 : x - 1;
        const std::size_t above = y + 1 == side ? 0 : y + 1;
        const std::size_t below = y == 0 ? side - 1 : y - 1;
        auto& spin = spins[y * side + x];
        const int field = spin * (spins[y * side + right] + spins[y * side + left] + spins[above * side + x] +
                                  spins[below * side + x]);
        if (uniform() < acceptance[field + 4]) spin = static_cast<std::int8_t>(-spin);
      }
  };
  for (int i = 0; i < 100; ++i) one_sweep();
  for (auto _ : state) one_sweep();
  benchmarks::set_rate(state, "flips", static_cast<double>(side * side));
}

void sides(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("side")->Unit(benchmark::kMicrosecond);
}

// Up to 8 MiB of spins.
BENCHMARK(checkerboard)->Apply(sides)->Arg(64)->Arg(256)->Arg(1024)->Arg(4096)->Arg(8192);
BENCHMARK(checkerboard_reference)->Apply(sides)->Arg(256);
BENCHMARK(one_spin_at_a_time)->Apply(sides)->Arg(256)->Arg(1024);

}  // namespace
}  // namespace spinflow::kernels

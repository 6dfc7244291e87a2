// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/lanes/lane_update.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "workloads.hpp"

namespace spinflow::kernels {
namespace {

LaneGraph square(int side) {
  const auto lattice = lattice::Lattice::square(side, side);
  LaneGraph graph;
  for (int site = 0; site < lattice.n_sites(); ++site) {
    const auto neighbours = lattice.neighbours(site);
    graph.degree.push_back(static_cast<std::uint8_t>(neighbours.size()));
    graph.neighbours.insert(graph.neighbours.end(), neighbours.begin(), neighbours.end());
  }
  return graph;
}

// 512 replicas of one lattice, every lane at T = 2.27.
struct Block {
  LaneSpins spins;
  LaneRandom random;
};

// Spin updates per second near T_c. Ranges: side of the lattice, replicas asked for (the last block of 512 is
// made in full), threads, which share blocks.
void sweeps(benchmark::State& state, LocalUpdate update, double field) {
  const LaneGraph graph = square(static_cast<int>(state.range(0)));
  const auto n_lanes = static_cast<std::size_t>(state.range(1));
  base::set_threads(static_cast<int>(state.range(2)));
  const LaneRule rule(update, 1, field, graph, std::vector<double>(block_lanes, 2.27));
  std::vector<Block> blocks;
  for (std::size_t b = 0; b * block_lanes < n_lanes; ++b)
    blocks.push_back({LaneSpins(graph.n_sites()), LaneRandom(base::RandomStream(1, "benchmark", b))});
  const auto sweep = [&](std::size_t b) {
    update_sites(graph, rule, 0, graph.n_sites(), blocks[b].random, blocks[b].spins);
  };
  for (int i = 0; i < 20; ++i) base::parallel_for(blocks.size(), sweep);
  for (auto _ : state) base::parallel_for(blocks.size(), sweep);
  const auto n_sites = static_cast<double>(graph.n_sites());
  benchmarks::set_rate(state, "flips", n_sites * static_cast<double>(n_lanes));
  state.counters["bits_per_flip"] =
      benchmarks::bits_drawn(blocks.front().random, [&] { sweep(0); }) / (n_sites * block_lanes);
}

void heat_bath(benchmark::State& state) { sweeps(state, LocalUpdate::heat_bath, 0); }
void metropolis(benchmark::State& state) { sweeps(state, LocalUpdate::metropolis, 0); }
void heat_bath_in_field(benchmark::State& state) { sweeps(state, LocalUpdate::heat_bath, 0.1); }

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"side", "lanes", "threads"})->Unit(benchmark::kMicrosecond);
}

// Up to 64 MiB of spins.
void lattices(benchmark::internal::Benchmark* benchmark) {
  for (const int side : {10, 16, 32, 64, 256, 1024}) benchmark->Args({side, 512, 1});
}

void replicas(benchmark::internal::Benchmark* benchmark) {
  for (const int lanes : {1, 8, 64, 256, 513, 768, 1024, 4096}) benchmark->Args({32, lanes, 1});
}

// Enough work for both threads; real time, because that is what more threads are to shorten.
void shared(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({64, 4096, 1})->Args({64, 4096, 2})->UseRealTime();
}

BENCHMARK(heat_bath)->Apply(sizes)->Apply(lattices)->Apply(replicas);
BENCHMARK(metropolis)->Apply(sizes)->Apply(lattices)->Apply(replicas);
BENCHMARK(metropolis)->Apply(sizes)->Apply(shared);
BENCHMARK(heat_bath_in_field)->Apply(sizes)->Args({32, 512, 1});

// The price of measuring energy and magnetization of every replica, in sweeps' worth of spins.
void counting(benchmark::State& state) {
  const auto lattice =
      lattice::Lattice::square(static_cast<int>(state.range(0)), static_cast<int>(state.range(0)));
  const LaneSpins spins(static_cast<std::size_t>(lattice.n_sites()));
  std::vector<std::uint32_t> counts(block_lanes);
  for (auto _ : state) {
    count_unequal(spins, lattice.bonds(), counts);
    count_up(spins, counts);
    benchmark::DoNotOptimize(counts.data());
  }
  benchmarks::set_rate(state, "spins", static_cast<double>(lattice.n_sites()) * block_lanes);
}
BENCHMARK(counting)->ArgName("side")->Arg(10)->Arg(64)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinflow::kernels

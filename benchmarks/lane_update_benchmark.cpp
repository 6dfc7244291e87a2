// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "spinflow/kernels/lane_update.hpp"
#include "spinflow/kernels/simd.hpp"
#include "spinflow/lattice/lattice.hpp"

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

// Spin updates per second of one core near T_c, in 512 replicas of a side x side lattice.
void sweeps(benchmark::State& state, LocalUpdate update, double field) {
  const LaneGraph graph = square(static_cast<int>(state.range(0)));
  const LaneRule rule(update, 1, field, graph, std::vector<double>(block_lanes, 2.27));
  LaneRandom random(base::RandomStream(1, "benchmark"));
  LaneSpins spins(graph.n_sites());
  for (int i = 0; i < 20; ++i) update_sites(graph, rule, 0, graph.n_sites(), random, spins);
  for (auto _ : state) update_sites(graph, rule, 0, graph.n_sites(), random, spins);
  state.counters["flips"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(graph.n_sites()) * block_lanes,
      benchmark::Counter::kIsRate);
  state.SetLabel(simd_level());
}

void heat_bath(benchmark::State& state) { sweeps(state, LocalUpdate::heat_bath, 0); }
void metropolis(benchmark::State& state) { sweeps(state, LocalUpdate::metropolis, 0); }
void heat_bath_in_field(benchmark::State& state) { sweeps(state, LocalUpdate::heat_bath, 0.1); }

BENCHMARK(heat_bath)->Arg(10)->Arg(32)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(metropolis)->Arg(10)->Arg(32)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(heat_bath_in_field)->Arg(32)->Unit(benchmark::kMicrosecond);

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
  state.counters["spins"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * lattice.n_sites() * static_cast<double>(block_lanes),
      benchmark::Counter::kIsRate);
}
BENCHMARK(counting)->Arg(10)->Arg(64)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinflow::kernels

// SPDX-License-Identifier: Apache-2.0
// RBM training (updates/s on one and two threads), tempering and annealing (steps of a row/s), and the flow's
// step.
#include <benchmark/benchmark.h>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace {

using namespace spinflow;

kernels::PackedSpins random_spins(std::size_t rows, std::size_t columns) {
  kernels::PackedSpins spins(rows, columns);
  base::RandomStream stream(1, "benchmark.spins");
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) spins.set(r, c, stream.uniform() < 0.6 ? 1 : -1);
  return spins;
}

using Method = trainers::RbmMethod;

// Range 0: threads.
void train(benchmark::State& state, Method method, int side, std::int64_t hidden, std::int64_t batch,
           std::int64_t k) {
  base::set_threads(static_cast<int>(state.range(0)));
  const auto lattice = lattice::Lattice::square(side, side);
  const auto data = random_spins(25000, static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  trainers::RbmTrainer trainer(
      data, networks::random_rbm(lattice, static_cast<std::size_t>(hidden), 0.01, 1),
      {.method = method, .hidden = hidden, .k = k, .batch_size = batch, .epochs = 1e6}, 1);
  const std::int64_t piece = side < 20 ? 50 : 1;
  for (auto _ : state) trainer.update(piece);
  state.SetItemsProcessed(state.iterations() * piece);
}

void reconstruct(benchmark::State& state, std::size_t rows) {
  base::set_threads(static_cast<int>(state.range(0)));
  const auto lattice = lattice::Lattice::square(10, 10);
  const transformations::RbmReconstruct map(networks::random_rbm(lattice, 64, 0.1, 1));
  auto spins = random_spins(rows, 100);
  std::uint64_t seed = 0;
  for (auto _ : state) spins = map.reconstructed(spins, seed++);
  state.SetItemsProcessed(state.iterations());
}

void tempering(benchmark::State& state) {
  base::set_threads(1);
  networks::RbmTempering chains(networks::random_rbm(lattice::Lattice::square(10, 10), 64, 0.1, 1),
                                networks::even_betas(10), 100, 1);
  for (auto _ : state) chains.sweep(1);
  state.SetItemsProcessed(state.iterations() * 1000);
}

void annealing(benchmark::State& state) {
  base::set_threads(1);
  const auto rbm = networks::random_rbm(lattice::Lattice::square(10, 10), 64, 0.1, 1);
  for (auto _ : state)
    benchmark::DoNotOptimize(networks::ais_log_partition(rbm, {.chains = 64, .steps = 100}, 1));
  state.SetItemsProcessed(state.iterations() * 6400);
}

// Real time, because that is what more threads are to shorten.
BENCHMARK_CAPTURE(train, updates_100x64_batch_100_cd1, Method::cd, 10, 64, 100, 1)
    ->Arg(1)
    ->UseRealTime()
    ->ArgName("threads");
BENCHMARK_CAPTURE(train, updates_1024x256_batch_128_cd10, Method::cd, 32, 256, 128, 10)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->ArgName("threads");
BENCHMARK_CAPTURE(train, updates_4096x1024_batch_512_pcd1, Method::pcd, 64, 1024, 512, 1)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->ArgName("threads");
BENCHMARK(tempering)->Name("tempering/gibbs_steps_100x64_10_replicas_100_chains");
BENCHMARK(annealing)->Name("ais/chain_steps_100x64_64_chains");
BENCHMARK_CAPTURE(reconstruct, steps_100x64_1000_rows, 1000)->Arg(1)->UseRealTime()->ArgName("threads");
BENCHMARK_CAPTURE(reconstruct, steps_100x64_100000_rows, 100000)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->ArgName("threads");

}  // namespace

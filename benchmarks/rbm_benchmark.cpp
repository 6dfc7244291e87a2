// SPDX-License-Identifier: Apache-2.0
// RBM training (updates/s), free energies and pseudo-likelihoods (rows/s), tempering and annealing (steps of
// a row/s), and the flow's step (steps/s).
#include <benchmark/benchmark.h>

#include "spinflow/base/parallel.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "workloads.hpp"

namespace {

using namespace spinflow;

// Updates of a whole training: shuffled rows, chain, gradient, weights. Ranges: N_v, N_h, batch, k, threads.
void train(benchmark::State& state, const char* method) {
  const std::int64_t visible = state.range(0);
  const std::int64_t hidden = state.range(1);
  const std::int64_t batch = state.range(2);
  const std::int64_t k = state.range(3);
  base::set_threads(static_cast<int>(state.range(4)));
  const auto data = benchmarks::random_spins(25000, static_cast<std::size_t>(visible));
  const auto lattice = lattice::Lattice::chain(static_cast<int>(visible));
  trainers::RbmTrainer trainer(
      data, networks::random_rbm(lattice, static_cast<std::size_t>(hidden), 0.01, 1),
      {.method = method, .hidden = hidden, .k = k, .batch_size = batch, .epochs = 1e6}, 1);
  const std::int64_t piece = visible * hidden * batch < 10'000'000 ? 50 : 1;
  for (auto _ : state) trainer.update(piece);
  state.SetItemsProcessed(state.iterations() * piece);
}

void train_cd(benchmark::State& state) { train(state, "cd"); }
void train_pcd(benchmark::State& state) { train(state, "pcd"); }

// Steps v -> h -> v' of an ensemble. Ranges: N_v, N_h, rows, threads.
void flow(benchmark::State& state) {
  const auto visible = static_cast<std::size_t>(state.range(0));
  base::set_threads(static_cast<int>(state.range(3)));
  const auto lattice = lattice::Lattice::chain(static_cast<int>(visible));
  const transformations::RbmReconstruct map(
      networks::random_rbm(lattice, static_cast<std::size_t>(state.range(1)), 0.1, 1));
  auto spins = benchmarks::random_spins(static_cast<std::size_t>(state.range(2)), visible);
  std::uint64_t seed = 0;
  for (auto _ : state) spins = map.reconstructed(spins, seed++);
  state.SetItemsProcessed(state.iterations());
}

// A number of each row. Ranges: N_v, N_h, rows, threads.
template <auto kOfRows>
void of_rows(benchmark::State& state) {
  const auto visible = static_cast<std::size_t>(state.range(0));
  base::set_threads(static_cast<int>(state.range(3)));
  const auto rbm = networks::random_rbm(lattice::Lattice::chain(static_cast<int>(visible)),
                                        static_cast<std::size_t>(state.range(1)), 0.1, 1);
  const auto spins = benchmarks::random_spins(static_cast<std::size_t>(state.range(2)), visible);
  for (auto _ : state) benchmark::DoNotOptimize(kOfRows(rbm, spins));
  state.SetItemsProcessed(state.iterations() * state.range(2));
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

void training_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"visible", "hidden", "batch", "k", "threads"})->Unit(benchmark::kMicrosecond);
}

// Cost against N_v, N_h and batch about 1024x256, batch 128, and the trainings of the paper.
void one_by_one(benchmark::internal::Benchmark* benchmark) {
  for (const int visible : {64, 100, 256, 1024, 4096}) benchmark->Args({visible, 256, 128, 1, 1});
  for (const int hidden : {16, 64, 1024, 4096}) benchmark->Args({1024, hidden, 128, 1, 1});
  for (const int batch : {8, 32, 512, 2048}) benchmark->Args({1024, 256, batch, 1, 1});
  benchmark->Args({100, 64, 100, 1, 1});
}

void flow_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"visible", "hidden", "rows", "threads"})->Unit(benchmark::kMicrosecond);
}

BENCHMARK(train_cd)->Apply(training_sizes)->Apply(one_by_one)->Args({1024, 256, 128, 10, 1});
BENCHMARK(train_pcd)->Apply(training_sizes)->Args({4096, 1024, 512, 1, 1});
BENCHMARK(flow)->Apply(flow_sizes)->Args({100, 64, 1000, 1})->Args({100, 64, 100000, 1});

// Two threads and one: real time, because that is what more threads are to shorten.
BENCHMARK(train_cd)
    ->Apply(training_sizes)
    ->Args({1024, 256, 128, 10, 1})
    ->Args({1024, 256, 128, 10, 2})
    ->UseRealTime();
BENCHMARK(train_pcd)
    ->Apply(training_sizes)
    ->Args({4096, 1024, 512, 1, 1})
    ->Args({4096, 1024, 512, 1, 2})
    ->UseRealTime();
BENCHMARK(flow)->Apply(flow_sizes)->Args({100, 64, 100000, 1})->Args({100, 64, 100000, 2})->UseRealTime();

BENCHMARK(of_rows<networks::free_energy>)
    ->Name("free_energy")
    ->Apply(flow_sizes)
    ->Args({100, 64, 25000, 1})
    ->Args({1024, 256, 10000, 1});
BENCHMARK(of_rows<networks::pseudo_log_likelihood>)
    ->Name("pseudo_log_likelihood")
    ->Apply(flow_sizes)
    ->Args({100, 64, 25000, 1});

BENCHMARK(tempering)->Name("tempering/gibbs_steps_100x64_10_replicas_100_chains");
BENCHMARK(annealing)->Name("ais/chain_steps_100x64_64_chains");

}  // namespace

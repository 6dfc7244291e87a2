// SPDX-License-Identifier: Apache-2.0
// Training a dense net (updates on one thread), beside the same update made of the kernels' reference twins.
#include <benchmark/benchmark.h>

#include <ctime>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/matrix_product.hpp"
#include "kernels/dense/parameter_updates.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "workloads.hpp"

namespace {

using namespace spinflow;
using kernels::FloatMatrix;

constexpr std::size_t n_sites = 64;
constexpr std::size_t n_hidden = 128;
constexpr std::size_t n_outputs = 16;
constexpr std::size_t batch_size = 256;

ensemble::Ensemble random_rows(std::size_t n) {
  return ensemble::from_spins(benchmarks::random_spins(n, n_sites), lattice::Lattice::chain(n_sites),
                              nullptr);
}

trainers::Targets every_fourth(const ensemble::Ensemble& data) {
  trainers::Targets targets{.name = "decimation:4", .n_outputs = n_outputs};
  targets.spins = kernels::PackedSpins(data.size(), n_outputs);
  for (std::size_t r = 0; r < data.size(); ++r)
    for (std::size_t c = 0; c < n_outputs; ++c) targets.spins.set(r, c, data.spins.spin(r, 4 * c));
  return targets;
}

/// One hidden layer of tanh units, squared error, Adam: as one would write it down.
class ObviousTrainer {
 public:
  ObviousTrainer() {
    base::RandomStream stream(1, "benchmark.weights");
    for (auto* w : {&w1_, &w2_})
      for (std::size_t r = 0; r < w->n_rows(); ++r)
        for (auto& x : w->row(r)) x = static_cast<float>(0.1 * stream.normal());
    ones_.flip(0);
  }

  void update(const kernels::PackedSpins& v, const kernels::PackedSpins& targets) {
    namespace twin = kernels::reference;
    FloatMatrix h(batch_size, n_hidden);
    FloatMatrix delta2(batch_size, n_outputs);
    twin::signed_row_sums(v, 0, batch_size, w1_, b1_.row(0), h);
    twin::tanh_rows(h, 0, batch_size, 1, h);
    twin::matrix_product(h, w2_, b2_.row(0), delta2);
    for (std::size_t s = 0; s < batch_size; ++s)
      for (std::size_t j = 0; j < n_outputs; ++j)
        delta2.row(s)[j] = 2 * (delta2.row(s)[j] - static_cast<float>(targets.spin(s, j))) / n_outputs;
    FloatMatrix delta1(batch_size, n_hidden);
    twin::matrix_product(delta2, kernels::transposed(w2_), {}, delta1);
    for (std::size_t s = 0; s < batch_size; ++s)
      for (std::size_t i = 0; i < n_hidden; ++i) delta1.row(s)[i] *= 1 - h.row(s)[i] * h.row(s)[i];
    twin::matrix_product(kernels::transposed(h), delta2, {}, g2_);
    twin::signed_row_sums(twin::transposed(v), 0, n_sites, delta1, {}, g1_);
    twin::signed_row_sums(ones_, 0, 1, delta1, {}, gb1_);
    twin::signed_row_sums(ones_, 0, 1, delta2, {}, gb2_);
    const auto step = [](FloatMatrix& w, FloatMatrix& m, FloatMatrix& q, const FloatMatrix& g) {
      benchmark::DoNotOptimize(twin::adam_update(w, m, q, g, 1.0f / batch_size, 3e-3f, 1e-8f));
    };
    step(w1_, m1_, q1_, g1_);
    step(w2_, m2_, q2_, g2_);
    step(b1_, mb1_, qb1_, gb1_);
    step(b2_, mb2_, qb2_, gb2_);
  }

 private:
  FloatMatrix w1_{n_sites, n_hidden}, m1_ = w1_, q1_ = w1_, g1_ = w1_;
  FloatMatrix w2_{n_hidden, n_outputs}, m2_ = w2_, q2_ = w2_, g2_ = w2_;
  FloatMatrix b1_{1, n_hidden}, mb1_ = b1_, qb1_ = b1_, gb1_ = b1_;
  FloatMatrix b2_{1, n_outputs}, mb2_ = b2_, qb2_ = b2_, gb2_ = b2_;
  kernels::PackedSpins ones_{1, batch_size};
};

double seconds_of_an_obvious_update(const ensemble::Ensemble& data, const trainers::Targets& targets) {
  std::vector<std::size_t> rows(batch_size);
  for (std::size_t i = 0; i < batch_size; ++i) rows[i] = i;
  const auto v = data.spins.gather(rows);
  const auto t = targets.spins.gather(rows);
  ObviousTrainer trainer;
  constexpr int n = 20;
  const std::clock_t start = std::clock();
  for (int i = 0; i < n; ++i) trainer.update(v, t);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / n;
}

void train(benchmark::State& state) {
  base::set_threads(1);
  const auto data = random_rows(80000);
  const auto targets = every_fourth(data);
  const trainers::SupervisedOptions options{.hidden = {n_hidden}, .batch_size = batch_size, .updates = 3000};
  double seconds = 0;
  for (auto _ : state) {
    const std::clock_t start = std::clock();  // of the processor: others may be at work
    benchmark::DoNotOptimize(trainers::train_supervised(data, targets, options, 1, base::silent()));
    const double taken = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    state.SetIterationTime(taken);
    seconds += taken;
  }
  const double updates = 3000.0 * static_cast<double>(state.iterations());
  state.counters["updates/s"] = updates / seconds;
  state.counters["times_the_twins"] = seconds_of_an_obvious_update(data, targets) * updates / seconds;
}

BENCHMARK(train)->Name("dense/3000_updates_64-128-16_batch_256")->UseManualTime()->Unit(benchmark::kSecond);

}  // namespace

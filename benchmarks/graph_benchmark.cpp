// SPDX-License-Identifier: Apache-2.0
// Time per independent sample, 2 tau_int(|m|) updates, of the cluster algorithms at criticality.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/event_wolff_chain.hpp"
#include "samplers/cluster/swendsen_wang_chain.hpp"
#include "samplers/cluster/wolff_chain.hpp"
#include "spinflow/stats/autocorrelation.hpp"

namespace spinflow::samplers {
namespace {

// Where Q of several sizes cross, to half a percent: near enough for a benchmark, no measurement of K_c.
constexpr double critical_1d_sigma_half = 0.2295;
constexpr double critical_2d_sigma_one = 0.1246;
constexpr double critical_square = 0.44068679350977;

std::shared_ptr<const models::Model> power_law(std::int64_t dimension, double sigma, std::int64_t n_sites) {
  const auto side = static_cast<int>(dimension == 1 ? n_sites : std::lround(std::sqrt(n_sites)));
  const auto lattice = dimension == 1 ? lattice::Lattice::chain(side) : lattice::Lattice::square(side, side);
  return models::registry()
      .find("ising-power-law")
      .make(lattice, {{"dimension", dimension}, {"sigma", sigma}});
}

double abs_magnetization(std::span<const std::int8_t> spins) {
  std::int32_t sum = 0;
  for (const auto spin : spins) sum += spin;
  return std::abs(static_cast<double>(sum)) / static_cast<double>(spins.size());
}

// A chain in equilibrium and what its pilot run found.
struct Prepared {
  std::function<void()> update;
  std::size_t n_sites = 0;
  stats::TauInt tau;
};

template <class Chain, class Update>
Prepared prepared(std::shared_ptr<Chain> chain, const Update& update, std::size_t pilot) {
  chain->start();
  for (std::size_t i = 0; i < pilot / 10; ++i) update(*chain);
  std::vector<double> series;
  for (std::size_t i = 0; i < pilot; ++i) {
    update(*chain);
    series.push_back(abs_magnetization(chain->spins()));
  }
  return {[chain, update] { update(*chain); }, chain->spins().size(), stats::tau_int(series)};
}

// One iteration is one independent sample. `make` prepares the chain called `name`, once for all
// repetitions, because that takes longer than they do.
template <class Make>
void independent_samples(benchmark::State& state, const std::string& name, const Make& make) {
  static std::map<std::string, Prepared> known;
  auto place = known.find(name);
  if (place == known.end()) place = known.emplace(name, make()).first;
  const Prepared& chain = place->second;
  const double updates_per_sample = 2 * chain.tau.value;
  // Enough of them that the clock costs nothing and clusters of all sizes occur.
  const auto batch = static_cast<std::size_t>(std::ceil(20 * updates_per_sample));
  for (auto _ : state) {
    const std::clock_t start = std::clock();  // of the processor: others may be at work
    for (std::size_t i = 0; i < batch; ++i) chain.update();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    state.SetIterationTime(seconds * updates_per_sample / static_cast<double>(batch));
  }
  state.counters["tau_int"] = chain.tau.value;
  state.counters["tau_int_error"] = chain.tau.error;
  state.counters["N"] = static_cast<double>(chain.n_sites);
}

template <class Update>
void swendsen_wang_samples(benchmark::State& state, const std::string& name, int dimension, double sigma,
                           double inverse_temperature, const Update& update) {
  const auto make = [&] {
    const auto system = graph_system(power_law(dimension, sigma, state.range(0)));
    return prepared(std::make_shared<EventChain>(system, inverse_temperature, EventChain::Graph::full,
                                                 base::RandomStream(1, "benchmark")),
                    update, 4000);
  };
  independent_samples(state, fmt::format("{} {} {}", name, dimension, state.range(0)), make);
}

void swendsen_wang(benchmark::State& state, int dimension, double sigma, double inverse_temperature) {
  swendsen_wang_samples(state, "swendsen-wang", dimension, sigma, inverse_temperature,
                        [](EventChain& chain) { chain.sweep(); });
}

// With all the estimators of every sweep, as a measurement of K_c wants them.
void swendsen_wang_measured(benchmark::State& state, int dimension, double sigma,
                            double inverse_temperature) {
  swendsen_wang_samples(state, "measured", dimension, sigma, inverse_temperature, [](EventChain& chain) {
    chain.sweep();
    benchmark::DoNotOptimize(chain.measured());
  });
}

void wolff(benchmark::State& state, int dimension, double sigma, double inverse_temperature) {
  const auto make = [&] {
    const auto system = graph_system(power_law(dimension, sigma, state.range(0)));
    return prepared(
        std::make_shared<EventWolffChain>(system, inverse_temperature, base::RandomStream(1, "benchmark")),
        [](EventWolffChain& chain) { chain.update(); }, 100000);
  };
  independent_samples(state, fmt::format("wolff {} {}", dimension, state.range(0)), make);
}

void wolff_square(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const auto model =
      models::registry().find("ising-square").make(lattice::Lattice::square(side, side), base::Values{});
  static const NearestNeighbourSystem system(*model);
  const auto make = [] {
    return prepared(
        std::make_shared<WolffChain>(system, 1 / critical_square, base::RandomStream(1, "benchmark")),
        [](WolffChain& chain) { chain.update(); }, 10000);
  };
  independent_samples(state, "wolff square", make);
}

// A twentieth of the time that it takes counts, for a batch is twenty samples.
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(4)->Range(256, 65536)->UseManualTime()->MinTime(0.01);
  benchmark->Unit(benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(wolff, 1d_sigma_0.5, 1, 0.5, critical_1d_sigma_half)->Apply(sizes);
BENCHMARK_CAPTURE(wolff, 2d_sigma_1, 2, 1.0, critical_2d_sigma_one)->Apply(sizes);
BENCHMARK_CAPTURE(swendsen_wang, 1d_sigma_0.5, 1, 0.5, critical_1d_sigma_half)->Apply(sizes);
BENCHMARK_CAPTURE(swendsen_wang, 2d_sigma_1, 2, 1.0, critical_2d_sigma_one)->Apply(sizes);
BENCHMARK_CAPTURE(swendsen_wang_measured, 2d_sigma_1, 2, 1.0, critical_2d_sigma_one)->Apply(sizes);
BENCHMARK(wolff_square)->Arg(256)->UseManualTime()->MinTime(0.01)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinflow::samplers

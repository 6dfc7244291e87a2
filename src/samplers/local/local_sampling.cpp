// SPDX-License-Identifier: Apache-2.0
#include "samplers/local/local_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "samplers/local/lane_block.hpp"
#include "samplers/pilot_starts.hpp"
#include "samplers/request.hpp"
#include "samplers/saved_work.hpp"
#include "samplers/tau_record.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::samplers {

namespace {

using kernels::block_lanes;

struct LocalAlgorithm {
  std::string name;
  kernels::LocalUpdate update;

  [[nodiscard]] base::RandomStream stream(std::uint64_t seed, std::string_view purpose,
                                          std::size_t index) const {
    return {seed, name + " " + std::string(purpose), index};
  }
};

constexpr std::size_t most_temperatures_per_pilot = 16;

// On a frustrated lattice in a field no ordered start is a ground state, and single flips do not find one.
void check_reach(const SampleRequest& request) {
  if (!frustrated(*request.model) || request.model->field() == 0) return;
  const double lowest = std::abs(*request.model->nearest_neighbour_coupling()) / 2;
  for (const double temperature : request.temperatures)
    if (temperature < lowest)
      throw input_error(
          "sample", fmt::format("a frustrated lattice in a field cannot be sampled at T = {}", temperature),
          fmt::format("use the sampler tempering, T >= {}, even sides or open boundaries", lowest));
}

// Replicas are updated 512 at a time, also where fewer are asked for.
void check_blocks(const LocalAlgorithm& algorithm, const SampleRequest& request, base::Observer& observer) {
  const double n_sites = request.model->lattice().n_sites();
  base::check_memory(base::threads() * n_sites * block_lanes / 8, "sampler " + algorithm.name,
                     "use --sampler checkerboard, which updates one lattice at a time, or a smaller lattice");
  const std::size_t rows = request.temperatures.size() * request.samples_per_temperature;
  if (rows <= most_rows_of_single_lattices && n_sites >= fewest_sites_of_single_lattices)
    observer.note(
        fmt::format("{} updates {} lattices at a time, of which {} are kept; --sampler checkerboard "
                    "updates these alone",
                    algorithm.name, block_lanes, rows));
}

// Limits of a pilot run, in updates of one spin of one replica (this many take some seconds of one core with
// vector code). The run is given up after this many if chains from different starts still differ, and after
// sixteen times as many if tau_int is too long.
constexpr double longest_disagreement_of_lanes = 0x1p35;
constexpr double longest_pilot_of_lanes = 0x1p41;

// One block measures tau_int at all the given temperatures at once, each in its share of the lanes.
std::vector<PilotResult> run_pilot(const NearestNeighbourSystem& system, const LocalAlgorithm& algorithm,
                                   const SampleRequest& request, std::size_t first, std::size_t last,
                                   std::size_t index, base::Observer& observer) {
  const auto temperatures = std::span(request.temperatures).subspan(first, last - first);
  const std::uint64_t seed = request.seed;
  const std::size_t share = block_lanes / temperatures.size();
  std::vector<double> of_lane(block_lanes, temperatures.back());
  std::vector<Start> start_of_lane(block_lanes, Start::ordered);
  std::vector<std::size_t> n_kinds;
  for (std::size_t t = 0; t < temperatures.size(); ++t) {
    std::fill_n(of_lane.begin() + static_cast<std::ptrdiff_t>(t * share), share, temperatures[t]);
    const auto kinds =
        pilot_starts(*request.model, temperatures[t], request.samples_per_temperature, Moves::local);
    for (std::size_t k = 0; k < share; ++k) start_of_lane[t * share + k] = kinds[k % kinds.size()];
    n_kinds.push_back(kinds.size());
  }
  LaneBlock block(system, algorithm.update, of_lane, algorithm.stream(seed, "pilot", index));
  block.start(algorithm.stream(seed, "pilot start", index), start_of_lane);

  const std::size_t n_observables = system.n_observables();
  TauRecord record(n_observables * block_lanes);
  std::vector<std::int32_t> values(n_observables * block_lanes);
  std::vector<PilotResult> results(temperatures.size());
  Reporter reporter(observer, system.updates_per_report());
  std::int64_t done = 0;
  for (std::int64_t length = first_pilot_length;; length *= 2) {
    while (done < length) {
      const std::int64_t step = record.interval();
      block.update(step, reporter);
      done += step;
      block.measure(values);
      record.add(values);
    }
    bool all = true;
    for (std::size_t t = 0; t < temperatures.size(); ++t) {
      if (results[t].resolved) continue;
      std::vector<std::vector<std::vector<double>>> chains(n_observables);
      for (std::size_t o = 0; o < n_observables; ++o)
        for (std::size_t lane = t * share; lane < (t + 1) * share; ++lane)
          chains[o].push_back(record.series(o * block_lanes + lane));
      results[t] = judge_pilot(results[t], chains, n_kinds[t], record.interval(), done);
      all = all && results[t].resolved;
      const double spent = static_cast<double>(done) * static_cast<double>(block_lanes * system.n_sites);
      if (!results[t].resolved &&
          spent > (results[t].agreed ? longest_pilot_of_lanes : longest_disagreement_of_lanes))
        refuse_slow(algorithm.name, *request.model, temperatures[t], done, results[t].agreed);
    }
    if (all) break;
  }
  return results;
}

std::vector<PilotResult> run_pilots(const NearestNeighbourSystem& system, const LocalAlgorithm& algorithm,
                                    const SampleRequest& request, base::Observer& observer) {
  const std::size_t n = request.temperatures.size();
  const std::size_t n_pilots = (n + most_temperatures_per_pilot - 1) / most_temperatures_per_pilot;
  observer.begin("measuring autocorrelation times", 0, "sweeps");
  std::vector<std::vector<PilotResult>> found(n_pilots);
  base::parallel_for(n_pilots, [&](std::size_t p) {
    const std::size_t first = p * n / n_pilots;
    const std::size_t last = (p + 1) * n / n_pilots;
    found[p] = run_pilot(system, algorithm, request, first, last, p, observer);
  });
  std::vector<PilotResult> pilots;
  for (const auto& some : found) pilots.insert(pilots.end(), some.begin(), some.end());
  return pilots;
}

ensemble::Ensemble sample_locally(const LocalAlgorithm& algorithm, const SampleRequest& request,
                                  base::Observer& observer) {
  check_reach(request);
  check_blocks(algorithm, request, observer);
  const NearestNeighbourSystem system(*request.model);
  const auto pilots =
      saved_or_run(request, algorithm.name, [&] { return run_pilots(system, algorithm, request, observer); });
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  const std::size_t n_blocks = (result.size() + block_lanes - 1) / block_lanes;
  // Rows fill the blocks in order; a block runs as long as its slowest temperature asks.
  std::vector<std::int64_t> sweeps(n_blocks);
  for (std::size_t b = 0; b < n_blocks; ++b)
    for (std::size_t t = b * block_lanes / n; t <= (std::min((b + 1) * block_lanes, result.size()) - 1) / n;
         ++t)
      sweeps[b] = std::max(sweeps[b], burn_in(pilots[t]));
  observer.begin(
      fmt::format("sampling {} {} by {}", request.model->name(), result.lattice.text(), algorithm.name),
      static_cast<std::uint64_t>(std::accumulate(sweeps.begin(), sweeps.end(), std::int64_t{0})), "sweeps");
  base::parallel_for(n_blocks, [&](std::size_t b) {
    const std::size_t first = b * block_lanes;
    const std::size_t count = std::min(block_lanes, result.size() - first);
    std::fill_n(result.sweep.begin() + static_cast<std::ptrdiff_t>(first), count, sweeps[b]);
    const auto rows = row_range(first, count);
    if (restore_rows(request, algorithm.name, b, rows, result)) {
      observer.advance(static_cast<std::uint64_t>(sweeps[b]));
      return;
    }
    std::vector<double> temperatures(block_lanes, result.temperature[first]);
    std::copy_n(result.temperature.begin() + static_cast<std::ptrdiff_t>(first), count, temperatures.begin());
    LaneBlock block(system, algorithm.update, temperatures, algorithm.stream(request.seed, "sample", b));
    block.start(algorithm.stream(request.seed, "start", b));
    Reporter reporter(observer, system.updates_per_report());
    block.update(sweeps[b], reporter);
    reporter.flush();
    kernels::lanes_to_rows(block.spins(), result.spins, first, count);
    save_rows(request, algorithm.name, b, rows, result);
  });
  std::iota(result.chain.begin(), result.chain.end(), 0);
  for (std::size_t t = 0; t < pilots.size(); ++t) {
    const auto rows = std::span(result.sweep).subspan(t * n, n);
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = algorithm.name,
                               .tau_int = pilots[t].tau.value,
                               .tau_int_error = pilots[t].tau.error,
                               .burn_in = *std::min_element(rows.begin(), rows.end()),
                               .thinning = 0,
                               .chains = static_cast<std::int64_t>(n)});
  }
  ensemble::measure_rows(result);
  return result;
}

void update_rows(const LocalAlgorithm& algorithm, const models::Model& model, double temperature,
                 kernels::PackedSpins& replicas, std::uint64_t n_updates, std::uint64_t seed) {
  const NearestNeighbourSystem system(model);
  const std::vector<double> temperatures(block_lanes, temperature);
  base::parallel_for_rows(
      replicas.n_rows(), block_lanes, [&](std::size_t b, std::size_t first, std::size_t last) {
        const std::size_t count = last - first;
        LaneBlock block(system, algorithm.update, temperatures, algorithm.stream(seed, "update", b));
        block.spins() = kernels::lanes_from_rows(replicas, first, count);
        Reporter reporter(base::silent(), system.updates_per_report());
        block.update(static_cast<std::int64_t>(n_updates), reporter);
        kernels::lanes_to_rows(block.spins(), replicas, first, count);
      });
}

}  // namespace

SamplerEntry local_sampler(std::string name, std::string help, std::vector<base::Citation> citations,
                           kernels::LocalUpdate update) {
  const LocalAlgorithm algorithm{name, update};
  SamplerEntry entry;
  entry.name = std::move(name);
  entry.help = std::move(help);
  entry.citations = std::move(citations);
  entry.update = "sweep";
  entry.refusal = nearest_neighbour_refusal;
  entry.sample = [algorithm](const SampleRequest& request, base::Observer& observer) {
    return sample_locally(algorithm, request, observer);
  };
  entry.update_replicas = [algorithm](const models::Model& model, double temperature,
                                      kernels::PackedSpins& replicas, std::uint64_t n_updates,
                                      std::uint64_t seed) {
    update_rows(algorithm, model, temperature, replicas, n_updates, seed);
  };
  return entry;
}

}  // namespace spinflow::samplers

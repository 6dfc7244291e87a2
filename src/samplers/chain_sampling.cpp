// SPDX-License-Identifier: Apache-2.0
#include "samplers/chain_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "samplers/reporter.hpp"
#include "samplers/request.hpp"
#include "samplers/saved_work.hpp"
#include "samplers/tau_record.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::samplers {

namespace {

// Chains of a pilot run at one temperature. A large lattice averages over its sites, and copies of it take
// time and memory: if no walls are looked for, few chains suffice for its tau_int.
constexpr std::size_t most_pilot_chains = 16;
constexpr std::size_t fewest_pilot_chains = 4;
constexpr int sites_of_few_pilot_chains = 1 << 20;
// Enough to tell the scatter between them; with fewer than two samples each, every sample gets its own chain.
constexpr std::size_t sampling_chains = 32;

base::RandomStream stream(const ChainAlgorithm& algorithm, std::uint64_t seed, std::string_view purpose,
                          std::size_t index) {
  return {seed, fmt::format("{} {}", algorithm.name, purpose), index};
}

// Limits of a pilot run, in reports to the observer of some milliseconds each. With single flips the run is
// given up after this many if chains from different starts still differ, and after sixteen times as many if
// tau_int is too long. Cluster algorithms have no such limit, because they reach equilibrium quickly.
constexpr double longest_disagreement = 0x1p11;
constexpr double longest_pilot = 0x1p15;
// On a strip that is mostly ordered, walls across its short side either leave soon (4 reports at most on
// 32x4, 64x4, 64x8 and 128x8 sites between T = 1 and 2) or not at all.
constexpr double longest_disagreement_of_strips = 0x1p6;

double disagreement_limit(const models::Model& model, double temperature) {
  return ordered_strip(model, temperature) ? longest_disagreement_of_strips : longest_disagreement;
}

void start_pilot(SpinChain& chain, Start kind, std::span<const std::uint8_t> turned,
                 base::RandomStream coins) {
  chain.start();
  if (kind == Start::ordered) return;
  std::vector<std::int8_t> state(chain.spins().begin(), chain.spins().end());
  become(kind, turned, coins, state);
  chain.set(state);
}

struct PilotChain {
  std::unique_ptr<SpinChain> chain;
  TauRecord record;
};

// The chains of one temperature; the kinds of start alternate.
void add_pilots(const ChainAlgorithm& algorithm, const ChainSystem& system, const SampleRequest& request,
                std::size_t t, std::size_t pilot_chains, std::span<const Start> kinds,
                std::vector<PilotChain>& pilots) {
  for (std::size_t c = 0; c < pilot_chains; ++c) {
    const std::size_t index = t * pilot_chains + c;
    const Start kind = kinds[c % kinds.size()];
    auto chain = system.chain(request.temperatures[t], stream(algorithm, request.seed, "pilot", index));
    start_pilot(*chain, kind, turned_sites(request.model->lattice(), kind),
                stream(algorithm, request.seed, "pilot coins", index));
    const std::size_t n_observables = chain->measured().size();
    pilots.push_back({std::move(chain), TauRecord(n_observables)});
  }
}

std::vector<PilotResult> run_pilots(const ChainAlgorithm& algorithm, const ChainSystem& system,
                                    const SampleRequest& request, base::Observer& observer) {
  const std::size_t n = request.temperatures.size();
  std::vector<PilotChain> pilots;
  std::vector<std::vector<Start>> kinds;
  for (const double temperature : request.temperatures)
    kinds.push_back(
        pilot_starts(*request.model, temperature, request.samples_per_temperature, algorithm.moves));
  const bool few = request.model->lattice().n_sites() >= sites_of_few_pilot_chains &&
                   std::ranges::all_of(kinds, [](const auto& of_one) { return of_one.size() == 1; });
  const std::size_t pilot_chains = few ? fewest_pilot_chains : most_pilot_chains;
  for (std::size_t t = 0; t < n; ++t)
    add_pilots(algorithm, system, request, t, pilot_chains, kinds[t], pilots);
  observer.begin("measuring autocorrelation times", 0, algorithm.update + "s");
  std::vector<PilotResult> results(n);
  std::vector<std::size_t> running(n);
  for (std::size_t t = 0; t < n; ++t) running[t] = t;
  std::int64_t done = 0;
  for (std::int64_t length = first_pilot_length; !running.empty(); length *= 2) {
    base::parallel_for(running.size() * pilot_chains, [&](std::size_t piece) {
      PilotChain& pilot = pilots[running[piece / pilot_chains] * pilot_chains + piece % pilot_chains];
      Reporter reporter(observer, system.updates_per_report());
      for (std::int64_t at = done; at < length;) {
        const std::int64_t interval = pilot.record.interval();
        for (std::int64_t i = 0; i < interval; ++i) {
          pilot.chain->update();
          reporter.add(1);
        }
        at += interval;
        pilot.record.add(pilot.chain->measured());
      }
    });
    done = length;
    std::vector<std::size_t> unresolved;
    for (const auto t : running) {
      const auto* first = &pilots[t * pilot_chains];
      std::vector<std::vector<std::vector<double>>> chains(first->record.width());
      for (std::size_t c = 0; c < pilot_chains; ++c)
        for (std::size_t o = 0; o < chains.size(); ++o) chains[o].push_back(first[c].record.series(o));
      results[t] = judge_pilot(results[t], chains, kinds[t].size(), first->record.interval(), done);
      if (results[t].resolved) continue;
      unresolved.push_back(t);
      const double reports = static_cast<double>(done) / static_cast<double>(system.updates_per_report());
      if (algorithm.moves == Moves::local &&
          reports > (results[t].agreed ? longest_pilot
                                       : disagreement_limit(*request.model, request.temperatures[t])))
        refuse_slow(algorithm.name, *request.model, request.temperatures[t], done, results[t].agreed);
    }
    running = unresolved;
  }
  return results;
}

// The rows of one chain, each at its own sweep.
void draw_chain(const ChainAlgorithm& algorithm, const ChainSystem& system, const SampleRequest& request,
                std::size_t piece, std::span<const std::size_t> rows, base::Observer& observer,
                ensemble::Ensemble& result) {
  const auto chain =
      system.chain(result.temperature[rows.front()], stream(algorithm, request.seed, "chain", piece));
  chain->start();
  // Turning a configuration over is a symmetry: the sign of M has no memory then.
  auto signs = stream(algorithm, request.seed, "signs", piece);
  const bool symmetric = request.model->field() == 0;
  Reporter reporter(observer, system.updates_per_report());
  std::int64_t done = 0;
  for (const std::size_t row : rows) {
    for (; done < result.sweep[row]; ++done) {
      chain->update();
      reporter.add(1);
    }
    result.spins.pack(row, chain->spins());
    if (symmetric && signs.below(2) == 1) result.spins.flip(row);
  }
  reporter.flush();
}

}  // namespace

SamplerEntry chain_sampler(const ChainAlgorithm& algorithm, std::string help,
                           std::vector<base::Citation> citations,
                           std::function<std::string(const models::Model&)> refusal) {
  SamplerEntry entry;
  entry.name = algorithm.name;
  entry.help = std::move(help);
  entry.citations = std::move(citations);
  entry.update = algorithm.update;
  entry.refusal = std::move(refusal);
  entry.sample = [algorithm](const SampleRequest& request, base::Observer& observer) {
    return sample_by_chains(algorithm, request, observer);
  };
  entry.update_replicas = [algorithm](const models::Model& model, double temperature,
                                      kernels::PackedSpins& replicas, std::uint64_t n_updates,
                                      std::uint64_t seed) {
    update_rows_by_chains(algorithm, model, temperature, replicas, n_updates, seed);
  };
  return entry;
}

ensemble::Ensemble sample_by_chains(const ChainAlgorithm& algorithm, const SampleRequest& request,
                                    base::Observer& observer) {
  const auto system = algorithm.system(*request.model);
  const auto pilots = saved_or_run(request, algorithm.name,
                                   [&] { return run_pilots(algorithm, *system, request, observer); });
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  const std::size_t n_chains = n < 2 * sampling_chains ? n : sampling_chains;
  const bool several = n > n_chains;
  std::vector<std::int64_t> kept_every;
  std::uint64_t total = 0;
  for (const auto& pilot : pilots) {
    kept_every.push_back(thinning(pilot, algorithm.moves == Moves::local));
    total += n_chains * static_cast<std::uint64_t>(burn_in(pilot)) +
             (n - n_chains) * static_cast<std::uint64_t>(kept_every.back());
  }
  observer.begin(
      fmt::format("sampling {} {} by {}", request.model->name(), result.lattice.text(), algorithm.name),
      total, algorithm.update + "s");
  base::parallel_for(pilots.size() * n_chains, [&](std::size_t piece) {
    const std::size_t t = piece / n_chains;
    const std::size_t c = piece % n_chains;
    const auto rows = row_range(t * n + c * n / n_chains, (c + 1) * n / n_chains - c * n / n_chains);
    std::int64_t at = burn_in(pilots[t]);
    for (const std::size_t row : rows) {
      result.chain[row] = static_cast<std::int32_t>(piece);
      result.sweep[row] = at;
      at += kept_every[t];
    }
    if (restore_rows(request, algorithm.name, piece, rows, result)) {
      observer.advance(static_cast<std::uint64_t>(result.sweep[rows.back()]));
      return;
    }
    draw_chain(algorithm, *system, request, piece, rows, observer, result);
    save_rows(request, algorithm.name, piece, rows, result);
  });
  result.independent_pieces =
      several ? ensemble::IndependentPieces::chain : ensemble::IndependentPieces::sample;
  for (std::size_t t = 0; t < pilots.size(); ++t)
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = algorithm.name,
                               .tau_int = pilots[t].tau.value,
                               .tau_int_error = pilots[t].tau.error,
                               .burn_in = burn_in(pilots[t]),
                               .thinning = several ? kept_every[t] : 0,
                               .chains = static_cast<std::int64_t>(n_chains)});
  ensemble::measure_rows(result);
  return result;
}

void update_rows_by_chains(const ChainAlgorithm& algorithm, const models::Model& model, double temperature,
                           kernels::PackedSpins& replicas, std::uint64_t n_updates, std::uint64_t seed) {
  const auto system = algorithm.system(model);
  base::parallel_for(replicas.n_rows(), [&](std::size_t row) {
    const auto chain = system->chain(temperature, stream(algorithm, seed, "update", row));
    std::vector<std::int8_t> spins(replicas.n_columns());
    replicas.unpack(row, spins);
    chain->set(spins);
    for (std::uint64_t update = 0; update < n_updates; ++update) chain->update();
    replicas.pack(row, chain->spins());
  });
}

}  // namespace spinflow::samplers

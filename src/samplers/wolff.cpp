// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "samplers/reporter.hpp"
#include "samplers/request.hpp"
#include "samplers/tau_record.hpp"
#include "samplers/wolff_chain.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

namespace {

constexpr std::size_t pilot_chains = 16;
// Enough to tell the scatter between them; with fewer than two samples each, every sample gets its own chain.
constexpr std::size_t sampling_chains = 32;

std::string refusal(const models::Model& model) {
  if (const auto general = nearest_neighbour_refusal(model); !general.empty()) return general;
  if (model.field() != 0) return "a cluster knows nothing of the magnetic field";
  if (frustrated(model)) return "clusters of a frustrated lattice freeze at low temperature";
  return {};
}

std::vector<stats::TauInt> run_pilots(const NearestNeighbourSystem& system, const SampleRequest& request,
                                      base::Observer& observer) {
  const std::size_t n = request.temperatures.size();
  struct Pilot {
    WolffChain chain;
    TauRecord record;
  };
  std::vector<Pilot> pilots;
  for (std::size_t t = 0; t < n; ++t)
    for (std::size_t c = 0; c < pilot_chains; ++c) {
      WolffChain chain(system, request.temperatures[t],
                       base::RandomStream(request.seed, "wolff pilot", t * pilot_chains + c));
      chain.start();
      pilots.push_back({std::move(chain), TauRecord(system.n_observables())});
    }
  observer.begin("measuring autocorrelation times", 0, "clusters");
  std::vector<PilotResult> results(n);
  std::vector<std::size_t> running(n);
  for (std::size_t t = 0; t < n; ++t) running[t] = t;
  std::int64_t done = 0;
  for (std::int64_t length = first_pilot_length; !running.empty(); length *= 2) {
    base::parallel_for(running.size() * pilot_chains, [&](std::size_t piece) {
      Pilot& pilot = pilots[running[piece / pilot_chains] * pilot_chains + piece % pilot_chains];
      Reporter reporter(observer, system.updates_per_report());
      for (std::int64_t at = done; at < length;) {
        const std::int64_t interval = pilot.record.interval();
        for (std::int64_t i = 0; i < interval; ++i) {
          pilot.chain.update();
          reporter.add(1);
        }
        at += interval;
        pilot.record.add(pilot.chain.measured());
      }
    });
    done = length;
    std::vector<std::size_t> unresolved;
    for (const auto t : running) {
      std::vector<std::vector<std::vector<double>>> chains(system.n_observables());
      for (std::size_t c = 0; c < pilot_chains; ++c)
        for (std::size_t o = 0; o < chains.size(); ++o)
          chains[o].push_back(pilots[t * pilot_chains + c].record.series(o));
      results[t] = judge_pilot(chains, pilots[t * pilot_chains].record.interval(), done);
      if (!results[t].resolved) unresolved.push_back(t);
    }
    running = unresolved;
  }
  std::vector<stats::TauInt> taus;
  for (const auto& result : results) taus.push_back(result.tau);
  return taus;
}

ensemble::Ensemble sample_by_clusters(const SampleRequest& request, base::Observer& observer) {
  const NearestNeighbourSystem system(*request.model);
  const auto taus = run_pilots(system, request, observer);
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  const std::size_t n_chains = n < 2 * sampling_chains ? n : sampling_chains;
  const bool several = n > n_chains;
  std::vector<std::int64_t> thinning;
  std::uint64_t total = 0;
  for (const auto& tau : taus) {
    thinning.push_back(static_cast<std::int64_t>(std::ceil(2 * tau.value)));
    total += n_chains * static_cast<std::uint64_t>(burn_in(tau.value)) +
             (n - n_chains) * static_cast<std::uint64_t>(thinning.back());
  }
  observer.begin(fmt::format("sampling {} {} by wolff", request.model->name(), result.lattice.text()), total,
                 "clusters");
  base::parallel_for(taus.size() * n_chains, [&](std::size_t piece) {
    const std::size_t t = piece / n_chains;
    const std::size_t c = piece % n_chains;
    WolffChain chain(system, request.temperatures[t], base::RandomStream(request.seed, "wolff chain", piece));
    chain.start();
    // Every kept configuration is turned over with probability 1/2, a symmetry: the sign of M has no memory
    // then.
    base::RandomStream signs(request.seed, "wolff signs", piece);
    Reporter reporter(observer, system.updates_per_report());
    std::int64_t done = 0;
    for (std::size_t row = t * n + c * n / n_chains; row < t * n + (c + 1) * n / n_chains; ++row) {
      for (const std::int64_t next = done == 0 ? burn_in(taus[t].value) : done + thinning[t]; done < next;
           ++done) {
        chain.update();
        reporter.add(1);
      }
      result.spins.pack(row, chain.spins());
      if (signs.below(2) == 1) result.spins.flip(row);
      result.chain[row] = static_cast<std::int32_t>(piece);
      result.sweep[row] = done;
    }
    reporter.flush();
  });
  result.independent_pieces =
      several ? ensemble::IndependentPieces::chain : ensemble::IndependentPieces::sample;
  for (std::size_t t = 0; t < taus.size(); ++t)
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = "wolff",
                               .tau_int = taus[t].value,
                               .tau_int_error = taus[t].error,
                               .burn_in = burn_in(taus[t].value),
                               .thinning = several ? thinning[t] : 0,
                               .chains = static_cast<std::int64_t>(n_chains)});
  ensemble::measure_rows(result);
  return result;
}

void update_rows(const models::Model& model, double temperature, kernels::PackedSpins& replicas,
                 std::uint64_t n_updates, std::uint64_t seed) {
  const NearestNeighbourSystem system(model);
  base::parallel_for(replicas.n_rows(), [&](std::size_t row) {
    WolffChain chain(system, temperature, base::RandomStream(seed, "wolff update", row));
    std::vector<std::int8_t> spins(replicas.n_columns());
    replicas.unpack(row, spins);
    chain.set(spins);
    for (std::uint64_t update = 0; update < n_updates; ++update) chain.update();
    replicas.pack(row, chain.spins());
  });
}

}  // namespace

void register_wolff() {
  SamplerEntry entry;
  entry.name = "wolff";
  entry.help = "flips one cluster after another (no field): for large lattices near T_c";
  entry.citations = {"wolff1989", "madras1988"};
  entry.update = "cluster";
  entry.refusal = refusal;
  entry.sample = sample_by_clusters;
  entry.update_replicas = update_rows;
  registry().add(std::move(entry));
}

}  // namespace spinflow::samplers

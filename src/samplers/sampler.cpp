// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/fill_once.hpp"
#include "samplers/pilot_starts.hpp"
#include "samplers/request.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/models/identity.hpp"

namespace spinflow::samplers {

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<SamplerEntry>& registry() {
  static base::Registry<SamplerEntry> entries("sampler");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

namespace {

SampleRequest keyed(SampleRequest request) {
  for (auto& temperature : request.temperatures) temperature += 0.0;
  request.seed =
      base::derived_seed(request.seed, fmt::format("sample {} from {}", request.samples_per_temperature,
                                                   models::identity(*request.model, request.temperatures)));
  return request;
}

}  // namespace

void add_sampler(SamplerEntry entry) {
  entry.sample = [sample = std::move(entry.sample)](const SampleRequest& request, base::Observer& observer) {
    auto ensemble = sample(keyed(request), observer);
    ensemble.seed = request.seed;
    return ensemble;
  };
  if (entry.update_replicas)
    entry.update_replicas = [update = std::move(entry.update_replicas)](
                                const models::Model& model, double temperature,
                                kernels::PackedSpins& replicas, std::uint64_t n_updates, std::uint64_t seed) {
      temperature += 0.0;
      update(model, temperature, replicas, n_updates,
             base::derived_seed(seed, "update " + models::identity(model, {&temperature, 1})));
    };
  registry().add(std::move(entry));
}

namespace {

// Up to here 20 autocorrelation times of the heat bath at T_c take a few hundredths of a second for 512
// replicas, and every one of them is an independent sample; on larger lattices clusters win near T_c.
constexpr int most_sites_of_slow_heat_bath = 576;
constexpr double longest_correlation_of_heat_bath = 4;
// |h|/T at T_c where correlations are about as long as that: a field limits them to (T/|h|)^(8/15) sites.
constexpr double field_of_heat_bath = 0.07;

constexpr int most_sites_of_stored_fields = 1024;

// The sampler that gives `n_rows` independent samples of this model, at all temperatures together, in the
// shortest time.
std::string best_sampler(const models::Model& model, double temperature, std::size_t n_rows) {
  const auto accepts = [&](std::string_view name) {
    return registry().contains(name) && registry().find(name).refusal(model).empty();
  };
  if (accepts("exact-chain")) return "exact-chain";
  // Competing couplings leave valleys that only a ladder of temperatures connects.
  const auto couplings = model.couplings_by_displacement();
  const bool competing = (frustrated(model) && model.field() != 0) ||
                         std::ranges::any_of(couplings, [](double coupling) { return coupling < 0; });
  if (competing && accepts("tempering")) return "tempering";
  if (!couplings.empty() && accepts("wolff")) {
    // Above the mean-field T_c, which no true one exceeds, single clusters are small, and looking for them
    // one by one takes longer than a sweep.
    const double mean_field = std::accumulate(couplings.begin(), couplings.end(), 0.0);
    return mean_field < temperature ? "swendsen-wang" : "wolff";
  }
  // In a field. A flip changes the local fields of all sites, and sweeps of many flips take long on a large
  // lattice: by 1024 sites clusters have caught up, unless the spins are mostly aligned and few flip.
  if (!couplings.empty() && accepts("swendsen-wang")) {
    const double aligning =
        std::accumulate(couplings.begin(), couplings.end(), 0.0) + std::abs(model.field());
    return model.lattice().n_sites() > most_sites_of_stored_fields && temperature > 0.5 * aligning
               ? "swendsen-wang"
               : "metropolis";
  }
  // Single flips move walls across a strip one step at a time; cluster updates create and remove them at
  // once. For models without a cluster algorithm, tempering removes them at high temperatures.
  if (ordered_strip(model, temperature))
    for (const auto* name : {"swendsen-wang", "wolff", "tempering"})
      if (accepts(name)) return name;
  if (accepts("heat-bath")) {
    const double coupling = std::abs(*model.nearest_neighbour_coupling());
    const bool slow =
        model.lattice().n_sites() > most_sites_of_slow_heat_bath &&
        std::abs(model.field()) < field_of_heat_bath * temperature &&
        exact::square_correlation_length(coupling / temperature) > longest_correlation_of_heat_bath;
    if (slow && accepts("wolff")) return "wolff";
    if (slow && accepts("swendsen-wang")) return "swendsen-wang";
    if (model.lattice().n_sites() >= fewest_sites_of_single_lattices &&
        n_rows <= most_rows_of_single_lattices)
      for (const auto* name : {"checkerboard", "swendsen-wang"})
        if (accepts(name)) return name;
    return "heat-bath";
  }
  for (const auto& entry : registry().entries())
    if (entry.refusal(model).empty()) return entry.name;
  throw input_error("sampler", fmt::format("no sampler knows the model '{}'", model.name()),
                    "see 'spinflow models' for those that can be sampled");
}

// Copies the rows of one temperature of `part` to their place in `whole`; chains get numbers from
// `first_chain` on.
void place(const ensemble::Ensemble& part, std::size_t part_index, ensemble::Ensemble& whole,
           std::size_t index, std::size_t n, std::int32_t& next_chain) {
  std::int32_t last_seen = -1;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t from = part_index * n + i;
    const std::size_t to = index * n + i;
    std::ranges::copy(part.spins.row(from), whole.spins.row(to).begin());
    whole.energy[to] = part.energy[from];
    whole.magnetization[to] = part.magnetization[from];
    whole.sweep[to] = part.sweep[from];
    if (i == 0 || part.chain[from] != last_seen) {
      last_seen = part.chain[from];
      ++next_chain;
    }
    whole.chain[to] = next_chain - 1;
  }
  whole.sampling[index] = part.sampling[part_index];
}

ensemble::Ensemble sample_with_best(const SampleRequest& request, base::Observer& observer) {
  std::map<std::string, std::vector<std::size_t>> indices;  // temperatures of each sampler
  const std::size_t n_rows = request.temperatures.size() * request.samples_per_temperature;
  for (std::size_t t = 0; t < request.temperatures.size(); ++t)
    indices[best_sampler(*request.model, request.temperatures[t], n_rows)].push_back(t);
  if (indices.size() == 1) return registry().find(indices.begin()->first).sample(request, observer);

  ensemble::Ensemble whole = blank_ensemble(request);
  whole.sampling.resize(request.temperatures.size());
  std::vector<std::pair<ensemble::Ensemble, std::vector<std::size_t>>> parts;
  for (const auto& [name, chosen] : indices) {
    SampleRequest some = request;
    some.temperatures.clear();
    for (const auto t : chosen) some.temperatures.push_back(request.temperatures[t]);
    parts.emplace_back(registry().find(name).sample(some, observer), chosen);
  }
  std::vector<std::pair<std::size_t, std::size_t>> origin(request.temperatures.size());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (parts[p].first.independent_pieces == ensemble::IndependentPieces::chain)
      whole.independent_pieces = ensemble::IndependentPieces::chain;
    for (std::size_t i = 0; i < parts[p].second.size(); ++i) origin[parts[p].second[i]] = {p, i};
  }
  std::int32_t next_chain = 0;
  for (std::size_t t = 0; t < origin.size(); ++t)
    place(parts[origin[t].first].first, origin[t].second, whole, t, request.samples_per_temperature,
          next_chain);
  return whole;
}

}  // namespace

ensemble::Ensemble sample(const SampleRequest& asked, std::string_view sampler, base::Observer& observer) {
  const base::StopScope scope(observer);
  check(asked);
  SampleRequest request = asked;
  for (auto& temperature : request.temperatures) temperature += 0.0;  // -0 is 0
  if (sampler == "auto") return sample_with_best(request, observer);
  const SamplerEntry& entry = registry().find(sampler);
  const std::string refusal = entry.refusal(*request.model);
  if (!refusal.empty())
    throw input_error("sampler " + entry.name, refusal,
                      "leave the choice of the sampler to the program (auto)");
  return entry.sample(request, observer);
}

}  // namespace spinflow::samplers

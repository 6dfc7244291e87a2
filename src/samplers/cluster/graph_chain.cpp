// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/graph_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <numeric>

#include "samplers/cluster/graph_system.hpp"
#include "samplers/cluster/swendsen_wang_chain.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::samplers {

namespace {

std::vector<std::array<std::int32_t, 2>> wave_along(int side) {
  std::vector<std::array<std::int32_t, 2>> wave;
  for (int x = 0; x < side; ++x) {
    const double angle = 2 * std::numbers::pi * x / side;
    wave.push_back({static_cast<std::int32_t>(std::lround(std::cos(angle) * 0x1.0p30)),
                    static_cast<std::int32_t>(std::lround(std::sin(angle) * 0x1.0p30))});
  }
  return wave;
}

// Total J of the bonds that meet at a site.
double coupling_sum(const models::Model& model) {
  double sum = 0;
  for (const double coupling : model.couplings_by_displacement()) sum += coupling;
  return sum;
}

}  // namespace

GraphSystem::GraphSystem(const models::Model& model)
    : lattice_(model.lattice()),
      coupling_(model.nearest_neighbour_coupling().value_or(0)),
      field_(model.field()),
      least_coupling_(coupling_) {
  if (!model.nearest_neighbour_coupling()) {
    const auto couplings = model.couplings_by_displacement();
    events_.emplace(lattice_.lx(), lattice_.ly(), couplings);
    least_coupling_ = std::ranges::max(couplings);
    for (const double coupling : couplings)
      if (coupling > 0) least_coupling_ = std::min(least_coupling_, coupling);
  }
  waves_.push_back(wave_along(lattice_.lx()));
  if (lattice_.dimension() == 2) waves_.push_back(wave_along(lattice_.ly()));
}

double GraphSystem::events_per_site(double inverse_temperature) const {
  // A pair with 2 K J_ij = 44 is left unconnected with the probability 2^-63: a larger K makes no difference.
  constexpr double certain = 22;
  // At the largest sigma that is more than numbers of events can say, and more than any run can draw.
  constexpr double most = 0x1.0p50;
  return std::min(std::min(inverse_temperature, certain / least_coupling_) * events_->total(), most);
}

std::vector<double> GraphSystem::slow_quantities(std::span<const std::int8_t> spins) const {
  std::int64_t unequal = 0;
  for (const auto& [i, j] : lattice_.bonds())
    unequal += spins[static_cast<std::size_t>(i)] != spins[static_cast<std::size_t>(j)] ? 1 : 0;
  const auto sum = std::accumulate(spins.begin(), spins.end(), std::int64_t{0});
  return {static_cast<double>(unequal), static_cast<double>(field_ == 0 ? std::abs(sum) : sum)};
}

std::string graph_refusal(const models::Model& model) {
  if (model.field() != 0) return "a cluster knows nothing of the magnetic field";
  if (model.lattice().boundary() != lattice::Boundary::periodic)
    return "it needs a periodic lattice, and this one has open edges";
  return cluster_refusal(model);
}

std::string cluster_refusal(const models::Model& model) {
  constexpr std::size_t most_sites = std::size_t{1} << 24;
  const auto couplings = model.couplings_by_displacement();
  if (const auto coupling = model.nearest_neighbour_coupling()) {
    if (*coupling > 0) return {};
    return fmt::format("it needs a ferromagnet, and the coupling is {}", *coupling);
  }
  if (couplings.empty())
    return fmt::format("it needs couplings that depend on the displacement alone, and '{}' has none",
                       model.name());
  if (std::ranges::min(couplings) < 0) return "it needs a ferromagnet, and some couplings are negative";
  if (std::ranges::max(couplings) == 0) return "it needs a ferromagnet, and all couplings are 0";
  if (couplings.size() > most_sites)
    return fmt::format("its tables hold at most {} sites, and the lattice has {}", most_sites,
                       couplings.size());
  return {};
}

std::shared_ptr<const GraphSystem> graph_system(std::shared_ptr<const models::Model> model) {
  if (const auto refusal = graph_refusal(*model); !refusal.empty())
    throw input_error("Swendsen-Wang", refusal, "use the sampler metropolis, or another model");
  return std::make_shared<const GraphSystem>(*model);
}

double log_fugacity(const models::Model& model, double inverse_temperature) {
  const auto coupling = model.nearest_neighbour_coupling();
  if (!coupling) return std::log(inverse_temperature);
  const double exponent = 2 * inverse_temperature * *coupling;
  return exponent + std::log(-std::expm1(-exponent));
}

double energy_from_count(const models::Model& model, double inverse_temperature, double mean_count) {
  const double n_sites = model.lattice().n_sites();
  const auto coupling = model.nearest_neighbour_coupling();
  if (!coupling) return coupling_sum(model) / 2 - mean_count / inverse_temperature / n_sites;
  const auto n_bonds = static_cast<double>(model.lattice().bonds().size());
  const double slope = 2 * *coupling / -std::expm1(-2 * inverse_temperature * *coupling);
  return (n_bonds * *coupling - slope * mean_count) / n_sites;
}

std::unique_ptr<GraphChain> graph_chain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                                        base::RandomStream words) {
  if (system->events())
    return std::make_unique<EventChain>(std::move(system), inverse_temperature, EventChain::Graph::full,
                                        words);
  return std::make_unique<BondChain>(std::move(system), inverse_temperature, words);
}

}  // namespace spinflow::samplers

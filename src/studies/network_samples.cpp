// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/network_samples.hpp"

#include <algorithm>
#include <string>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/networks/rbm_tempering.hpp"

namespace spinflow::studies {

namespace {

void check_sampling(std::int64_t n, const NetworkSampling& options) {
  if (n < 1 || options.rounds < 0 || options.replicas < 1)
    throw input_error("sample", "n, rounds or replicas is out of range",
                      "give n >= 1, rounds >= 0, replicas >= 1");
}

NetworkSamples of_network(kernels::PackedSpins spins, const lattice::Lattice& lattice,
                          const std::string& model_toml, std::uint64_t seed) {
  const auto model = model_toml.empty() ? nullptr : models::from_toml(model_toml, "model");
  NetworkSamples result{
      .rows = ensemble::from_spins(std::move(spins), lattice,
                                   model != nullptr && model->lattice() == lattice ? model : nullptr)};
  result.rows.seed = seed;
  return result;
}

}  // namespace

NetworkSamples network_samples(const networks::Rbm& rbm, std::int64_t n, const NetworkSampling& options,
                               std::uint64_t seed, base::Observer& observer) {
  check_sampling(n, options);
  const base::StopScope scope(observer);
  base::check_memory(static_cast<double>(n) * static_cast<double>(options.replicas) *
                         (12 * static_cast<double>(rbm.n_visible()) + 8 * static_cast<double>(rbm.n_hidden)),
                     "sample", "ask for fewer configurations or replicas");
  networks::RbmTempering chains(rbm, networks::even_betas(static_cast<std::size_t>(options.replicas)),
                                static_cast<std::size_t>(n), seed);
  observer.begin("sampling the network", static_cast<std::uint64_t>(options.rounds), "rounds");
  chains.sweep(options.rounds, 1, observer);
  auto result = of_network(chains.visible(), rbm.visible, rbm.model_toml, seed);
  const auto rates = chains.swap_rates();
  if (!rates.empty()) result.least_swap_rate = std::ranges::min(rates);
  result.round_trips = chains.round_trips();
  return result;
}

NetworkSamples network_samples(const networks::Stack& stack, std::int64_t n, std::int64_t rounds,
                               std::uint64_t seed) {
  check_sampling(n, {.rounds = rounds, .replicas = 1});
  return of_network(networks::generate(stack, static_cast<std::size_t>(n), rounds, seed), stack.lattice(0),
                    stack.model_toml, seed);
}

}  // namespace spinflow::studies

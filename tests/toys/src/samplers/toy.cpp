// SPDX-License-Identifier: Apache-2.0
// A sampler of one file: heat bath, a chain per configuration.
#include <cmath>
#include <numeric>

#include "samplers/request.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

namespace {

constexpr std::uint64_t burn_in = 50;

void update(const models::Model& model, double temperature, kernels::PackedSpins& replicas,
            std::uint64_t n_sweeps, std::uint64_t seed) {
  const auto n_sites = static_cast<std::size_t>(model.lattice().n_sites());
  std::vector<std::int8_t> spins(n_sites);
  for (std::size_t row = 0; row < replicas.n_rows(); ++row) {
    base::RandomStream words(seed, "toy-flips", row);
    for (std::size_t i = 0; i < n_sites; ++i) spins[i] = static_cast<std::int8_t>(replicas.spin(row, i));
    for (std::uint64_t sweep = 0; sweep < n_sweeps; ++sweep)
      for (std::size_t i = 0; i < n_sites; ++i) {
        const double h = model.local_field(spins, static_cast<int>(i));
        spins[i] = words.uniform() < 1 / (1 + std::exp(-2 * h / temperature)) ? 1 : -1;
      }
    for (std::size_t i = 0; i < n_sites; ++i) replicas.set(row, i, spins[i]);
  }
}

ensemble::Ensemble sampled(const SampleRequest& request, base::Observer& observer) {
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  observer.begin("toy-flips", request.temperatures.size(), "temperatures");
  for (std::size_t t = 0; t < request.temperatures.size(); ++t) {
    kernels::PackedSpins rows(n, result.spins.n_columns());
    update(*request.model, request.temperatures[t], rows, burn_in, request.seed + t);
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t i = 0; i < rows.n_columns(); ++i) result.spins.set(t * n + row, i, rows.spin(row, i));
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = "toy-flips",
                               .burn_in = burn_in,
                               .chains = static_cast<std::int64_t>(n)});
    observer.advance(1);
  }
  std::iota(result.chain.begin(), result.chain.end(), 0);
  ensemble::measure_rows(result);
  return result;
}

}  // namespace

void register_toy() {
  add_sampler({.name = "toy-flips",
               .help = "a sampler that a test adds",
               .citations = {"glauber1963"},
               .update = "sweep",
               .refusal = [](const models::Model&) { return std::string(); },
               .sample = sampled,
               .update_replicas = update});
}

}  // namespace spinflow::samplers

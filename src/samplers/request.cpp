// SPDX-License-Identifier: Apache-2.0
#include "samplers/request.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::samplers {

namespace {

// Spins, labels and sizes of clusters of the one lattice that a thread works on.
constexpr double working_bytes_per_site = 16;

// What the ensemble, a second copy of it while it is put together, and the working memory of all threads
// take; for models of many couplings also tables of them and the pilot runs, 16 chains at every temperature.
double bytes_needed(const SampleRequest& request) {
  const double n_sites = request.model->lattice().n_sites();
  const double rows =
      static_cast<double>(request.temperatures.size()) * static_cast<double>(request.samples_per_temperature);
  const double row =
      8 * std::ceil(n_sites / 64) + 3 * sizeof(double) + sizeof(std::int32_t) + sizeof(std::int64_t);
  double working = base::threads() * n_sites * working_bytes_per_site;
  if (!request.model->couplings_by_displacement().empty()) {
    const double chains = 16.0 * static_cast<double>(request.temperatures.size()) + base::threads();
    working = 5 * sizeof(double) * n_sites + chains * bytes_of_fields(static_cast<std::size_t>(n_sites));
  }
  return 2 * rows * row + working;
}

// The specific heat divides by T^2.
constexpr double least_temperature = 1e-150;
constexpr double most_temperature = 1e150;

}  // namespace

double bytes_of_fields(std::size_t n_sites) {
  return static_cast<double>((sizeof(std::int64_t) + sizeof(std::int8_t)) * n_sites);
}

void check(const SampleRequest& request) {
  if (request.temperatures.empty())
    throw input_error("sample", "there is no temperature", "give one or more, as in 2.25 or 0:6:0.25");
  for (const double temperature : request.temperatures)
    if (!std::isfinite(temperature) || temperature < 0)
      throw input_error("sample", fmt::format("a temperature of {} is not possible", temperature),
                        "temperatures are finite and at least 0");
    else if (temperature != 0 && !(temperature > least_temperature && temperature < most_temperature))
      throw input_error("sample",
                        fmt::format("at a temperature of {} squares leave the range of numbers", temperature),
                        fmt::format("choose a unit of energy in which it lies between {} and {}, or T = 0",
                                    least_temperature, most_temperature));
  if (request.samples_per_temperature == 0)
    throw input_error("sample", "the number of configurations per temperature is 0", "give at least 1");
  base::check_memory(bytes_needed(request), "sample", "ask for fewer configurations or a smaller lattice");
  const double rows =
      static_cast<double>(request.temperatures.size()) * static_cast<double>(request.samples_per_temperature);
  if (rows > std::numeric_limits<std::int32_t>::max())
    throw input_error("sample",
                      fmt::format("{:.0f} configurations are more than chains can be numbered", rows),
                      "ask for fewer");
}

ensemble::Ensemble blank_ensemble(const SampleRequest& request) {
  const std::size_t n = request.samples_per_temperature;
  const std::size_t rows = n * request.temperatures.size();
  const auto n_sites = static_cast<std::size_t>(request.model->lattice().n_sites());
  ensemble::Ensemble blank{.lattice = request.model->lattice(), .spins = kernels::PackedSpins(rows, n_sites)};
  blank.temperature.reserve(rows);
  for (const double temperature : request.temperatures)
    blank.temperature.insert(blank.temperature.end(), n, temperature);
  blank.energy.resize(rows);
  blank.magnetization.resize(rows);
  blank.chain.resize(rows);
  blank.sweep.resize(rows);
  blank.model = request.model;
  blank.seed = request.seed;
  return blank;
}

std::vector<std::uint8_t> odd_sites(const lattice::Lattice& lattice) {
  std::vector<std::uint8_t> odd;
  for (int y = 0; y < lattice.ly(); ++y)
    for (int x = 0; x < lattice.lx(); ++x) odd.push_back(static_cast<std::uint8_t>((x + y) % 2));
  return odd;
}

std::vector<std::vector<std::int8_t>> ordered_starts(const models::Model& model) {
  const auto odd = odd_sites(model.lattice());
  std::vector<std::vector<std::int8_t>> best;
  double lowest = std::numeric_limits<double>::infinity();
  double largest = 0;  // |energy|: rounding is relative to it
  for (const bool staggered : {false, true})
    for (const int sign : {1, -1}) {
      std::vector<std::int8_t> state(odd.size());
      for (std::size_t i = 0; i < odd.size(); ++i)
        state[i] = static_cast<std::int8_t>(staggered && odd[i] != 0 ? -sign : sign);
      const double energy = model.energy(state);
      largest = std::max(largest, std::abs(energy));
      const double tolerance = 1e-9 * largest;
      if (energy < lowest - tolerance) best.clear();
      if (energy > lowest + tolerance) continue;
      lowest = std::min(lowest, energy);
      best.push_back(std::move(state));
    }
  return best;
}

bool frustrated(const models::Model& model) {
  return model.nearest_neighbour_coupling().value_or(0) < 0 && !model.lattice().bipartite();
}

std::string nearest_neighbour_refusal(const models::Model& model) {
  if (model.nearest_neighbour_coupling()) return {};
  return fmt::format("it samples nearest-neighbour models only, and '{}' is none", model.name());
}

}  // namespace spinflow::samplers

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "ensemble/pair_sums.hpp"
#include "ensemble/row_pieces.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::ensemble {

void measure_rows(Ensemble& ensemble) {
  const std::size_t n = ensemble.size();
  const auto& lattice = ensemble.lattice;
  const double sites = lattice.n_sites();
  const models::Model* model = ensemble.model.get();
  ensemble.magnetization.resize(n);
  ensemble.energy.assign(n, std::numeric_limits<double>::quiet_NaN());
  // The nearest-neighbour sum comes straight from the bits; other Hamiltonians are asked row by row.
  const auto coupling = model != nullptr ? model->nearest_neighbour_coupling() : std::nullopt;
  std::optional<PairSums> bonds;
  if (coupling) bonds.emplace(lattice, 1);
  for_row_pieces(ensemble.spins, [&](std::size_t first, std::size_t count) {
    const auto words = ensemble.spins.words_per_row();
    std::vector<std::int64_t> sums(coupling ? count : 0);
    if (coupling) bonds->measure(ensemble.spins.words().subspan(first * words, count * words), sums);
    std::vector<std::int8_t> spins(model != nullptr && !coupling ? ensemble.spins.n_columns() : 0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = first + i;
      const auto sum = static_cast<double>(ensemble.spins.sum(row));
      ensemble.magnetization[row] = sum / sites;
      if (coupling) {
        ensemble.energy[row] = (-*coupling * static_cast<double>(sums[i]) - model->field() * sum) / sites;
      } else if (model != nullptr) {
        ensemble.spins.unpack(row, spins);
        ensemble.energy[row] = model->energy_per_site(spins);
      }
    }
  });
}

Ensemble from_spins(kernels::PackedSpins spins, const lattice::Lattice& lattice,
                    std::shared_ptr<const models::Model> model) {
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  if (spins.n_columns() != sites)
    throw input_error("ensemble",
                      fmt::format("rows of {} spins do not fit the lattice {} of {} sites", spins.n_columns(),
                                  lattice.text(), sites),
                      "give configurations of that lattice");
  if (model != nullptr && !(model->lattice() == lattice))
    throw input_error("ensemble",
                      fmt::format("the model lives on the lattice {}, the spins on {}",
                                  model->lattice().text(), lattice.text()),
                      "give the model on the lattice of the spins");
  const std::size_t n = spins.n_rows();
  Ensemble result{.lattice = lattice,
                  .spins = std::move(spins),
                  .temperature = std::vector<double>(n, std::numeric_limits<double>::quiet_NaN()),
                  .energy = {},
                  .magnetization = {},
                  .chain = std::vector<std::int32_t>(n),
                  .sweep = std::vector<std::int64_t>(n, 0),
                  .model = std::move(model),
                  .sampling = {},
                  .command = {}};
  std::iota(result.chain.begin(), result.chain.end(), 0);
  measure_rows(result);
  return result;
}

Ensemble select(const Ensemble& ensemble, std::span<const std::size_t> rows) {
  const auto taken = [&](const auto& values) {
    std::remove_cvref_t<decltype(values)> result;
    result.reserve(rows.size());
    for (const std::size_t row : rows) result.push_back(values[row]);
    return result;
  };
  return {.lattice = ensemble.lattice,
          .spins = ensemble.spins.gather(rows),
          .temperature = taken(ensemble.temperature),
          .energy = taken(ensemble.energy),
          .magnetization = taken(ensemble.magnetization),
          .chain = taken(ensemble.chain),
          .sweep = taken(ensemble.sweep),
          .independent_pieces = ensemble.independent_pieces,
          .model = ensemble.model,
          .sampling = ensemble.sampling,
          .seed = ensemble.seed,
          .command = ensemble.command};
}

std::vector<TemperatureGroup> by_temperature(const Ensemble& ensemble) {
  std::vector<std::size_t> order(ensemble.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& t = ensemble.temperature;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::isnan(t[b]) ? !std::isnan(t[a]) : t[a] < t[b];
  });
  std::vector<TemperatureGroup> groups;
  for (const std::size_t row : order) {
    const bool same = !groups.empty() && (groups.back().temperature == t[row] ||
                                          (std::isnan(groups.back().temperature) && std::isnan(t[row])));
    if (!same) groups.push_back({t[row] + 0.0, {}});  // -0 is 0
    groups.back().rows.push_back(row);
  }
  return groups;
}

Ensemble concatenated(std::span<const Ensemble> parts) {
  if (parts.empty()) throw input_error("ensemble", "there is nothing to join", "give at least one ensemble");
  Ensemble all = parts.front();
  for (const Ensemble& part : parts.subspan(1)) {
    const bool same_model =
        (part.model == nullptr) == (all.model == nullptr) &&
        (all.model == nullptr || models::to_toml(*part.model) == models::to_toml(*all.model));
    if (!(part.lattice == all.lattice) || !same_model)
      throw input_error("ensemble", "ensembles of different lattices or models do not join",
                        "join like with like");
    const std::int64_t shift = all.chain.empty() ? 0 : std::int64_t{*std::ranges::max_element(all.chain)} + 1;
    if (!part.chain.empty() &&
        shift + *std::ranges::max_element(part.chain) > std::numeric_limits<std::int32_t>::max())
      throw input_error("ensemble", "the chains have numbers too large to be told apart",
                        "number the chains of each file from 0");
    kernels::PackedSpins spins(all.size() + part.size(), all.spins.n_columns());
    std::ranges::copy(all.spins.words(), spins.words().begin());
    std::ranges::copy(part.spins.words(),
                      spins.words().begin() + static_cast<std::ptrdiff_t>(all.spins.words().size()));
    all.spins = std::move(spins);
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(all.temperature, part.temperature);
    append(all.energy, part.energy);
    append(all.magnetization, part.magnetization);
    append(all.sweep, part.sweep);
    append(all.sampling, part.sampling);
    for (const std::int32_t chain : part.chain) all.chain.push_back(static_cast<std::int32_t>(chain + shift));
    if (part.independent_pieces == IndependentPieces::chain)
      all.independent_pieces = IndependentPieces::chain;
  }
  std::vector<std::size_t> rows;
  for (const auto& group : by_temperature(all)) rows.insert(rows.end(), group.rows.begin(), group.rows.end());
  std::ranges::stable_sort(all.sampling, {}, &SamplingRecord::temperature);
  return select(all, rows);
}

}  // namespace spinflow::ensemble

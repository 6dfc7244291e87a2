// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/dense_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"

namespace spinflow::studies {

namespace {

const std::vector<std::string> words = {"decimation:b",       "majority:b",    "label:temperature",
                                        "sign-magnetization", "magnetization", "autoencode"};

/// "decimation:4" -> "decimation", "4".
std::pair<std::string_view, std::string_view> cut(std::string_view target) {
  const auto colon = target.find(':');
  if (colon == std::string_view::npos) return {target, {}};
  return {target.substr(0, colon), target.substr(colon + 1)};
}

std::int64_t factor_of(std::string_view kind, std::string_view text, std::string_view where) {
  std::int64_t factor = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), factor);
  if (status != std::errc{} || end != text.data() + text.size() || factor < 2 || factor > 1024)
    throw input_error(where, fmt::format("'{}' is no factor", text),
                      fmt::format("write a whole number from 2 to 1024, as in {}:4", kind));
  return factor;
}

trainers::Targets spins_of(const transformations::Transformation& map, const ensemble::Ensemble& data,
                           std::uint64_t seed, std::string_view where) {
  try {
    const std::uint64_t coins =
        base::derived_seed(seed, "targets of " + ensemble::identity(data.lattice, data.spins));
    // Without the Hamiltonian: the energies of the image are no target.
    ensemble::Ensemble image = map.apply(ensemble::from_spins(data.spins, data.lattice, nullptr), coins);
    trainers::Targets targets;
    targets.n_outputs = image.spins.n_columns();
    targets.spins = std::move(image.spins);
    targets.lattice = image.lattice;
    return targets;
  } catch (const Error& error) {
    throw Error(error.fault(), fmt::format("{}: {}", where, error.what()));
  }
}

trainers::Targets temperature_labels(const ensemble::Ensemble& data, std::string_view where) {
  const auto groups = ensemble::by_temperature(data);
  if (!groups.empty() && std::isnan(groups.back().temperature))
    throw input_error(where, "some configurations have no temperature",
                      "use an ensemble made by `spinflow sample`");
  if (groups.size() < 2)
    throw input_error(where, fmt::format("the ensemble has {} temperature(s)", groups.size()),
                      "labels need at least two: sample several, as in -T 1,2,4");
  trainers::Targets targets{.n_outputs = groups.size()};
  targets.classes.resize(data.size());
  for (std::size_t c = 0; c < groups.size(); ++c) {
    targets.temperatures.push_back(groups[c].temperature);
    for (const auto row : groups[c].rows) targets.classes[row] = static_cast<std::uint32_t>(c);
  }
  return targets;
}

trainers::Targets magnetization_signs(const ensemble::Ensemble& data, std::string_view where) {
  trainers::Targets targets{.n_outputs = 2};
  for (std::size_t r = 0; r < data.size(); ++r) targets.classes.push_back(data.spins.sum(r) >= 0 ? 1u : 0u);
  if (std::ranges::count(targets.classes, targets.classes.empty() ? 0u : targets.classes.front()) ==
      static_cast<std::ptrdiff_t>(data.size()))
    throw input_error(where, "the magnetization of all configurations has one sign",
                      "sample both signs to tell them apart");
  return targets;
}

trainers::Targets magnetizations(const ensemble::Ensemble& data) {
  trainers::Targets targets{.n_outputs = 1};
  const auto n = static_cast<double>(data.lattice.n_sites());
  for (std::size_t r = 0; r < data.size(); ++r)
    targets.numbers.push_back(static_cast<float>(static_cast<double>(data.spins.sum(r)) / n));
  return targets;
}

trainers::Targets targets_of(const ensemble::Ensemble& data, std::string_view target, std::string_view ties,
                             std::uint64_t seed, std::string_view where) {
  const auto [kind, rest] = cut(target);
  const bool even_majority = kind == "majority" && factor_of(kind, rest, where) % 2 == 0;
  if (ties != "none" && ties != "corner" && ties != "random")
    throw input_error(where, fmt::format("there is no tie rule '{}'", ties),
                      suggestion(ties, {"none", "corner", "random"}));
  if (even_majority && ties == "none")
    throw input_error(where, "blocks of an even side can have no majority",
                      "choose an odd side, or say what a tie becomes with --ties corner or --ties random");
  if (!even_majority && ties != "none")
    throw input_error(where, fmt::format("'{}' knows no ties", target), "leave --ties out");
  if (kind == "decimation")
    return spins_of(transformations::Decimation({.factor = factor_of(kind, rest, where)}), data, seed, where);
  if (kind == "majority") {
    transformations::BlockMajorityOptions options{.factor = factor_of(kind, rest, where)};
    if (even_majority) options.ties = ties;
    return spins_of(transformations::BlockMajority(options), data, seed, where);
  }
  if (target == "label:temperature") return temperature_labels(data, where);
  if (target == "sign-magnetization") return magnetization_signs(data, where);
  if (target == "magnetization") return magnetizations(data);
  if (target == "autoencode") {
    trainers::Targets targets{.n_outputs = data.spins.n_columns()};
    targets.spins = data.spins;
    targets.lattice = data.lattice;
    return targets;
  }
  throw input_error(where, fmt::format("there is no target '{}'", target), suggestion(target, words));
}

}  // namespace

trainers::Targets dense_targets(const ensemble::Ensemble& data, std::string_view target,
                                std::string_view ties, std::uint64_t seed, std::string_view where) {
  auto targets = targets_of(data, target, ties, seed, where);
  targets.name = target;
  return targets;
}

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "spinflow/analysis/universality.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::studies {

namespace {

constexpr std::int64_t fewest_sites = 16;
constexpr std::int64_t largest_side = 1 << 20;
constexpr double bytes_per_site = 200;    // tables of couplings, aliases, bonds and clusters
constexpr double bytes_per_record = 100;  // the series, its pieces and its histograms
constexpr double most_spins = 1e16;  // updates of a plan; even doubled in every round they can be counted

std::shared_ptr<const models::Model> make_model(const std::string& name, const base::Values& options,
                                                std::int64_t size) {
  const auto& entry = models::registry().find(name);
  const int side = static_cast<int>(size);
  return entry.make(models::dimension_of(entry, options) == 2 ? lattice::Lattice::square(side, side)
                                                              : lattice::Lattice::chain(side),
                    options);
}

// Members of the plan by the names they have in recipe.toml.
base::Options<CriticalPlan> plan_options() {
  constexpr double most = 1e12;
  base::Options<CriticalPlan> options;
  options.add("sizes", &CriticalPlan::sizes, "L", {.least = 2, .most = largest_side})
      .add("couplings", &CriticalPlan::couplings, "K, of each size", {.least = 0})
      .add("burn_in", &CriticalPlan::burn_in, "sweeps, of each size", {.least = 0, .most = most})
      .add("thinning", &CriticalPlan::thinning, "sweeps, of each size", {.least = 1, .most = most})
      .add("records", &CriticalPlan::records, "per chain, of each size", {.least = 4, .most = 1e9})
      .add("batches", &CriticalPlan::batches, "chains per size and coupling", {.least = 8, .most = 10000})
      .add("precision", &CriticalPlan::precision, "relative standard error of T_c", {.least = 0})
      .add("seed", &CriticalPlan::seed, "of all chains");
  return options;
}

double memory_of_lattices(const std::string& model, const base::Values& options, std::int64_t size) {
  const auto side = static_cast<double>(size);
  const double sites =
      models::dimension_of(models::registry().find(model), options) == 2 ? side * side : side;
  return bytes_per_site * sites * (1 + base::threads());
}

/// That `plan`, whose members are right one by one, can be done by numbers of 64 bits.
void check_work(const CriticalPlan& plan, const std::string& where) {
  const int dimension = models::dimension_of(models::registry().find(plan.model), plan.model_options);
  double spins = 0;
  for (std::size_t s = 0; s < plan.sizes.size(); ++s) {
    const double sweeps = static_cast<double>(plan.burn_in[s]) +
                          static_cast<double>(plan.records[s]) * static_cast<double>(plan.thinning[s]);
    spins += sweeps * std::pow(static_cast<double>(plan.sizes[s]), dimension);
  }
  spins *= static_cast<double>(plan.batches * CriticalPlan::points);
  if (spins > most_spins)
    throw input_error(where, fmt::format("its sweeps update {:.2g} spins", spins),
                      fmt::format("plan at most {:.0e}", most_spins));
}

void check_sizes(const std::vector<std::int64_t>& sizes, int dimension) {
  const std::string where = "critical --sizes";
  if (sizes.size() < 3)
    throw input_error(where,
                      fmt::format("{} size{} cannot show how a crossing drifts", sizes.size(),
                                  sizes.size() == 1 ? "" : "s"),
                      "give three or more, as in 8,16,32");
  for (std::size_t i = 1; i < sizes.size(); ++i)
    if (sizes[i] <= sizes[i - 1])
      throw input_error(where, fmt::format("{} follows {}", sizes[i], sizes[i - 1]),
                        "give sizes in ascending order, each once");
  const std::int64_t least = dimension == 2 ? 4 : fewest_sites;
  if (sizes.front() < least)
    throw input_error(where, fmt::format("size {} is too small for a fit", sizes.front()),
                      fmt::format("begin with {} or more", least));
  if (sizes.back() > largest_side)
    throw input_error(where, fmt::format("size {} is beyond what lattices can have", sizes.back()),
                      fmt::format("at most {}", largest_side));
  if (sizes.back() < 2 * sizes.front())
    throw input_error(where,
                      fmt::format("from {} to {} is too short a way for a fit", sizes.front(), sizes.back()),
                      "let the largest be at least twice the smallest");
}

}  // namespace

std::shared_ptr<const models::Model> CriticalPlan::model_at(std::int64_t size) const {
  return make_model(model, model_options, size);
}

void check(const CriticalQuestion& question) {
  const auto& entry = models::registry().find(question.model);
  const int dimension = models::dimension_of(entry, question.model_options);
  // A small lattice first: a sigma < 0 is told before a size.
  const auto model = make_model(question.model, question.model_options, fewest_sites);
  const auto theory = analysis::universality_of(*model);
  if (theory.regime == analysis::Regime::none)
    throw input_error("critical " + question.model, theory.explanation,
                      "see docs/long-range.md for the models that have a critical point");
  if (const auto why = samplers::graph_refusal(*model); !why.empty())
    throw input_error("critical " + question.model, why, "leave out what is not J > 0 without field");
  check_sizes(question.sizes, dimension);
  if (question.precision != 0 && !(question.precision >= 1e-6 && question.precision <= 0.1))
    throw input_error("critical --precision",
                      fmt::format("{} is no relative error to aim at", question.precision),
                      "give a number from 1e-6 to 0.1");
  if (question.precision == 0 && !(question.budget >= 1 && question.budget <= 30 * 86400.0))
    throw input_error("critical --budget", fmt::format("{} seconds are no budget", question.budget),
                      "give from 1s to 30d");
}

double memory_needed(const CriticalQuestion& question) {
  return memory_of_lattices(question.model, question.model_options, question.sizes.back());
}

double memory_needed(const CriticalPlan& plan) {
  double records = 0;
  for (const auto of_size : plan.records) records += static_cast<double>(of_size);
  return memory_of_lattices(plan.model, plan.model_options, plan.sizes.back()) +
         bytes_per_record * records * static_cast<double>(plan.batches * CriticalPlan::points);
}

io::Settings to_settings(const CriticalPlan& plan) {
  io::Settings settings;
  auto& model = settings["model"];
  model = plan.model_options;
  model["name"] = plan.model;
  settings["critical"] = plan_options().values(plan);
  return settings;
}

CriticalPlan plan_from(const io::Settings& settings, const std::string& where) {
  const auto section = [&](std::string_view name) -> const base::Values& {
    const auto found = settings.find(name);
    if (found == settings.end())
      throw input_error(where, fmt::format("it has no section [{}]", name),
                        "give the recipe.toml of a `spinflow critical`");
    return found->second;
  };
  const base::Values& critical = section("critical");
  const auto options = plan_options();
  for (const auto& spec : options.specs())
    if (!critical.contains(spec.name))
      throw input_error(where, fmt::format("[critical] has no '{}'", spec.name),
                        "give the recipe.toml of a `spinflow critical`");
  CriticalPlan plan = options.parse(critical, where + ": [critical]");
  plan.model_options = section("model");
  const auto name = plan.model_options.find("name");
  if (name == plan.model_options.end() || !std::holds_alternative<std::string>(name->second))
    throw input_error(where, "[model] has no name", "give the recipe.toml of a `spinflow critical`");
  plan.model = std::get<std::string>(name->second);
  plan.model_options.erase(name);
  const std::size_t n = plan.sizes.size();
  if (plan.couplings.size() != n * CriticalPlan::points || plan.burn_in.size() != n ||
      plan.thinning.size() != n || plan.records.size() != n)
    throw input_error(
        where, fmt::format("its lists do not fit {} sizes", n),
        fmt::format("{} couplings and one burn_in, thinning, records per size", CriticalPlan::points));
  for (const double k : plan.couplings)
    if (!(k > 0) || !std::isfinite(k))
      throw input_error(where, fmt::format("a coupling of {} is not possible", k), "K = 1/T is positive");
  for (std::size_t k = 1; k < plan.couplings.size(); ++k)
    if (k % CriticalPlan::points != 0 && !(plan.couplings[k] > plan.couplings[k - 1]))
      throw input_error(where,
                        fmt::format("the coupling {} follows {}", plan.couplings[k], plan.couplings[k - 1]),
                        "the couplings of a size ascend");
  // With a precision or a budget that passes: the rest is what the question's check looks at.
  check({.model = plan.model,
         .model_options = plan.model_options,
         .sizes = plan.sizes,
         .budget = 1,
         .precision = plan.precision,
         .seed = plan.seed});
  check_work(plan, where);
  return plan;
}

double seconds_from(const std::string& text, std::string_view where) {
  const auto bad = [&] {
    return input_error(where, fmt::format("'{}' is no time", text), "write it as 90s, 5m, 2h or 1d");
  };
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) throw bad();
  const std::string unit(end, text.data() + text.size());
  if (unit.empty() || unit == "s") return value;
  if (unit == "m") return value * 60;
  if (unit == "h") return value * 3600;
  if (unit == "d") return value * 86400;
  throw bad();
}

bool is_plan_of(const CriticalPlan& plan, const CriticalQuestion& question) {
  CriticalPlan asked = plan;
  asked.model = question.model;
  asked.model_options = question.model_options;
  return plan.sizes == question.sizes && plan.seed == question.seed && plan.precision == question.precision &&
         models::to_toml(*asked.model_at(asked.sizes.back())) ==
             models::to_toml(*plan.model_at(asked.sizes.back()));
}

CriticalPlan plan_around(const models::Model& model, double critical_coupling,
                         std::vector<std::int64_t> sizes, double spread) {
  constexpr double spread_of_size[] = {1.1, 0.8};
  CriticalPlan plan{.model = std::string(model.name()), .model_options = model.options()};
  plan.sizes = std::move(sizes);
  for (std::size_t i = 0; i < plan.sizes.size(); ++i) {
    const double reach =
        spread_of_size[i % std::size(spread_of_size)] * spread / static_cast<double>(plan.sizes[i]);
    for (const double side : {-1.0, 0.0, 1.0})
      plan.couplings.push_back(critical_coupling * (1 + side * reach));
  }
  return plan;
}

}  // namespace spinflow::studies

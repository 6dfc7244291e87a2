// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "maps.hpp"
#include "results.hpp"
#include "spinflow/analysis/configuration_test.hpp"
#include "spinflow/analysis/mean_field.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/studies/correlators.hpp"
#include "spinflow/studies/couplings.hpp"
#include "spinflow/studies/mcrg.hpp"
#include "spinflow/studies/sampling.hpp"
#include "spinflow/studies/scaling.hpp"
#include "spinflow/studies/weights.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

using namespace nb::literals;

void expect_lattice(const ensemble::Ensemble& data, const lattice::Lattice& lattice, const char* argument) {
  if (data.lattice == lattice) return;
  throw input_error(
      argument,
      fmt::format("it has configurations of {} sites ({}), the network {} ({})", data.lattice.text(),
                  to_string(data.lattice.boundary()), lattice.text(), to_string(lattice.boundary())),
      "give configurations on the network's lattice");
}

nb::object weights(const networks::Rbm& rbm, nb::handle data, double sigma0, const std::string& name) {
  std::vector<studies::ReferenceCorrelation> references;
  if (!data.is_none()) {
    const Configurations given(data, "data");
    expect_lattice(given.ensemble(), rbm.visible, "data");
    references = work([&](base::Observer&) { return studies::reference_correlations(given.ensemble()); });
  }
  const studies::StudiedNetwork network{.name = name, .rbm = rbm, .sigma0 = sigma0};
  results::Results results{.recipe = "analyze-weights", .scale = "", .seed = rbm.seed};
  work([&](base::Observer&) {
    studies::add_weight_values(studies::weight_study({&network, 1}, references, results).front(), results);
    return 0;
  });
  return object_of(results);
}

nb::object correlators(const networks::Stack& stack, nb::handle data, const std::string& against,
                       const nb::dict& rule_options, const std::string& hidden_mode, std::size_t permutations,
                       std::uint64_t seed) {
  const Configurations given(data, "data");
  expect_lattice(given.ensemble(), stack.lattice(0), "data");
  if (ensemble::by_temperature(given.ensemble()).size() > 1)
    throw input_error("data", "it has configurations of several temperatures",
                      "choose one, as in data.at(2.25)");
  if (hidden_mode != "sampled" && hidden_mode != "sign")
    throw input_error("hidden_mode", "there is no mode '" + hidden_mode + "'",
                      suggestion(hidden_mode, {"sampled", "sign"}));
  const studies::CorrelatorOptions options{
      .rule = against,
      .rule_options = values_of(rule_options, "correlators"),
      .mode = hidden_mode == "sign" ? networks::HiddenMode::sign : networks::HiddenMode::sampled,
      .permutations = permutations,
      .seed = seed};
  const auto layers = work([&](base::Observer& observer) {
    return studies::correlators(stack, given.ensemble(), options, observer);
  });
  results::Results results{.recipe = "analyze-correlators", .scale = "", .seed = seed};
  studies::add_correlators(layers, against, results);
  return object_of(results);
}

nb::object couplings(nb::handle data, const std::string& basis) {
  const Configurations given(data, "data");
  const auto& ensemble = given.ensemble();
  const int dimension = ensemble.lattice.dimension();
  const auto terms = lattice::interactions_from(basis.empty() ? studies::default_couplings(dimension) : basis,
                                                dimension, "couplings: basis");
  const auto groups = work(
      [&](base::Observer& observer) { return studies::couplings_by_temperature(ensemble, terms, observer); });
  results::Results results{.recipe = "analyze-couplings", .scale = "", .seed = ensemble.seed};
  studies::couplings_results(terms, groups, ensemble.model.get(), results);
  return object_of(results);
}

nb::object scaling(const nb::list& flows, std::optional<int> step,
                   std::optional<double> critical_temperature) {
  std::vector<studies::NamedFlow> named;
  for (const nb::handle one : flows)
    named.push_back({fmt::format("flow {}", named.size() + 1), nb::cast<flow::FlowRecord>(one)});
  results::Results results{.recipe = "analyze-scaling", .scale = ""};
  if (named.empty()) throw input_error("scaling: flows", "there is none", "give one or several");
  if (named.size() == 1) {
    studies::add_scaling(studies::order_scaling(named.front(), step, critical_temperature), results);
  } else {
    if (critical_temperature)
      throw input_error("scaling: critical_temperature", "fits over sizes need none",
                        "leave it out, or give one flow");
    studies::add_scaling(studies::size_scaling(named, step), results);
  }
  return object_of(results);
}

nb::object mcrg(nb::handle model, nb::handle side, nb::handle temperature, nb::handle coupling,
                std::int64_t steps, const std::string& operators, nb::handle map, std::int64_t n,
                std::uint64_t seed, const nb::kwargs& options) {
  const auto hamiltonian = model_from(model, side, "periodic", options, "mcrg");
  const MapHandle rule = map_from(map, "mcrg: map");
  studies::McrgStudy study{.model = std::string(hamiltonian->name()),
                           .map = std::string(rule.map->name()),
                           .theory = analysis::universality_of(*hamiltonian)};
  studies::read_operators(operators, hamiltonian->lattice().dimension(), study.options, "mcrg: operators");
  if (temperature.is_none() && coupling.is_none()) {
    study.options.temperature =
        studies::critical_temperature(study, "mcrg", "give a temperature with T or K");
  } else {
    const auto given = temperatures_from(temperature, coupling, "mcrg");
    if (given.size() != 1) throw input_error("mcrg: T", "there are several temperatures", "give one");
    study.options.temperature = studies::mcrg_within_reach(given[0], *hamiltonian, "mcrg", "T");
  }
  if (steps < 1 || steps > 30)
    throw input_error("mcrg: steps", fmt::format("{} is out of range", steps), "give 1 to 30");
  if (n < 640) throw input_error("mcrg: n", fmt::format("{} is out of range", n), "give at least 640");
  study.options.steps = steps;
  study.options.samples = n;
  study.options.seed = seed;
  study.found = work([&](base::Observer& observer) {
    return analysis::mcrg(hamiltonian, *rule.map, study.options, observer);
  });
  results::Results results{.recipe = "analyze-mcrg", .scale = "", .seed = seed};
  studies::mcrg_results(study, results);
  return object_of(results);
}

nb::dict two_sample(nb::handle first, nb::handle second, std::size_t permutations, std::uint64_t seed) {
  const Configurations a(first, "first");
  const Configurations b(second, "second");
  const auto found = work([&](base::Observer&) {
    return analysis::configuration_test(a.ensemble(), b.ensemble(), permutations, seed);
  });
  nb::dict answer;
  answer["energy_distance"] = found.energy_distance;
  answer["effect"] = found.effect;
  answer["p_value"] = found.p_value;
  return answer;
}

nb::dict mean_field(const networks::Rbm& rbm) {
  const auto found = work([&](base::Observer&) { return analysis::mean_field(rbm); });
  nb::dict answer;
  answer["v"] = array_of(found.v);
  answer["abs_magnetization"] = found.abs_magnetization;
  answer["energy"] = found.energy;
  answer["converged"] = found.converged;
  return answer;
}

}  // namespace

void bind_analyses(nb::module_& m) {
  m.def("weights", weights, "rbm"_a, "data"_a.none(), "sigma0"_a, "name"_a);
  m.def("correlators", correlators);
  m.def("couplings", couplings);
  m.def("scaling", scaling, nb::arg(), nb::arg().none(), nb::arg().none());
  m.def(
      "mcrg", mcrg, "model"_a, nb::kw_only(), "L"_a = nb::none(), "T"_a = nb::none(), "K"_a = nb::none(),
      "steps"_a = 4, "operators"_a = "even:1..6,odd:1..4", "map"_a = "block-majority", "n"_a = 200000,
      "seed"_a = 1, "options"_a,
      nb::sig(
          "def mcrg(model, *, L=None, T=None, K=None, steps: int = 4, operators: str = 'even:1..6,odd:1..4', "
          "map='block-majority', n: int = 200000, seed: int = 1, **options) -> Results"),
      "Monte Carlo renormalization group: y_T and y_H from the linearised map, as `spinflow analyze "
      "mcrg`.\n\n"
      "model: a name with L and options, or a Model; periodic. T or K: the exact critical one unless given.\n"
      "steps: how often the map is applied. operators: which of the even and odd ones, counted from 1. map: "
      "as\n"
      "in sf.flow. n: configurations, at least 640. The exponents are in .tables['mcrg_exponents']. "
      "ValueError "
      "for\n"
      "numbers out of range, or a model whose T_c is not known and no T.\n\n"
      ">>> import spinflow as sf\n"
      ">>> sf.analysis.mcrg('ising-square', L=32, steps=3).tables['mcrg_exponents']  # doctest: +SKIP\n");
  m.def("two_sample", two_sample);
  m.def("mean_field", mean_field);
}

}  // namespace spinflow::python

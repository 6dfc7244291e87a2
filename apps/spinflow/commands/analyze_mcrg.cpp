// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/studies/mcrg.hpp"
#include "spinflow/studies/sampling.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using studies::McrgStudy;

constexpr const char* where = "analyze mcrg";

struct AnalyzeMcrgFlags {
  std::string size;
  std::int64_t steps = 4;
  std::string operators = "even:1..6,odd:1..4";
  std::string map = "block-majority";
  double temperature = 1;
  double inverse_temperature = 1;
  std::int64_t n = 200000;
};

base::Options<AnalyzeMcrgFlags> analyze_mcrg_options() {
  base::Options<AnalyzeMcrgFlags> binder;
  binder
      .add("size", &AnalyzeMcrgFlags::size,
           "sides of the lattice: 64, 64x32 (Lx x Ly), or the length of a chain; periodic")
      .add("steps", &AnalyzeMcrgFlags::steps, "how often the map is applied", {.least = 1, .most = 30})
      .add("operators", &AnalyzeMcrgFlags::operators, "which of the operators below, in their order")
      .add("map", &AnalyzeMcrgFlags::map,
           "what becomes of a block: a transformation or a network file, its own options behind a colon")
      .add("temperature", &AnalyzeMcrgFlags::temperature,
           "temperature [the exact critical one, where it is known]")
      .add("inverse_temperature", &AnalyzeMcrgFlags::inverse_temperature, "inverse temperature instead of -T")
      .add("n", &AnalyzeMcrgFlags::n, "configurations, of 64 independent chains together",
           {.least = 640, .most = 1e12});
  return binder;
}

double temperature_of(const Invocation& invocation, const AnalyzeMcrgFlags& asked, const McrgStudy& study,
                      const models::Model& model) {
  if (invocation.has("temperature") && invocation.has("inverse_temperature"))
    throw input_error(where, "-T and -K are both given", "give one of them");
  if (invocation.has("temperature")) return studies::mcrg_within_reach(asked.temperature, model, where, "-T");
  if (invocation.has("inverse_temperature"))
    return studies::mcrg_within_reach(1 / asked.inverse_temperature, model, where, "-T");
  return studies::critical_temperature(study, where, "give a coupling with -K");
}

Json matrix_json(const std::vector<stats::Estimate>& matrix, std::size_t n) {
  Json rows = Json::array();
  for (std::size_t a = 0; a < n; ++a) {
    Json row = Json::array();
    for (std::size_t b = 0; b < n; ++b) row.push_back(to_json(matrix[a * n + b]));
    rows.push_back(row);
  }
  return rows;
}

Json sector_json(const std::vector<lattice::Interaction>& operators,
                 const std::vector<analysis::McrgEigenvalue>& eigenvalues,
                 const std::vector<std::vector<stats::Estimate>>& matrices, double exact) {
  Json names = Json::array();
  for (const auto& one : operators) names.push_back(one.name);
  Json steps = Json::array();
  for (const auto& e : eigenvalues)
    steps.push_back({{"step", e.step},
                     {"operators", e.operators},
                     {"eigenvalue", to_json(e.eigenvalue)},
                     {"exponent", to_json(e.exponent)}});
  Json all = Json::array();
  for (const auto& matrix : matrices) all.push_back(matrix_json(matrix, operators.size()));
  return {{"operators", names}, {"exact", exact}, {"eigenvalues", steps}, {"matrices", all}};
}

Json answer_json(const McrgStudy& study) {
  Json lattices = Json::array();
  for (const auto& lattice : study.found.lattices) lattices.push_back(lattice.text());
  const auto exact_t = studies::exact_thermal_exponent(study.theory);
  const auto exact_h = studies::exact_magnetic_exponent(study.theory);
  return {{"model", study.model},
          {"map", study.map},
          {"factor", study.found.factor},
          {"temperature", study.options.temperature},
          {"lattices", lattices},
          {"seed", study.options.seed},
          {"samples", study.found.samples},
          {"burn_in", study.found.burn_in},
          {"thinning", study.found.thinning},
          {"tau_int", study.found.tau_int},
          {"even", sector_json(study.options.even, study.found.even, study.found.even_matrix, exact_t)},
          {"odd", sector_json(study.options.odd, study.found.odd, study.found.odd_matrix, exact_h)}};
}

/// y by number of operators (rows) and step (columns).
std::string sector_text(const McrgStudy& study, const char* symbol, double exact,
                        const std::vector<lattice::Interaction>& operators,
                        const std::vector<analysis::McrgEigenvalue>& eigenvalues) {
  if (operators.empty()) return {};
  std::vector<std::string> head = {fmt::format("{}, with", symbol)};
  for (std::size_t step = 1; step < study.found.lattices.size(); ++step)
    head.push_back(
        fmt::format("{}->{}", study.found.lattices[step - 1].text(), study.found.lattices[step].text()));
  TextTable table(std::move(head), 1);
  for (std::size_t k = 1; k <= operators.size(); ++k) {
    std::vector<std::string> row = {fmt::format("{} {}", k == 1 ? "" : "+", operators[k - 1].name)};
    for (const auto& e : eigenvalues)
      if (e.operators == k) row.push_back(with_error(e.exponent));
    table.add(std::move(row));
  }
  return table.text() + (std::isfinite(exact) ? fmt::format("exact: {:g}\n\n", exact) : std::string("\n"));
}

std::string answer_text(const McrgStudy& study, const results::Results& results) {
  std::string text = sector_text(study, "y_T", studies::exact_thermal_exponent(study.theory),
                                 study.options.even, study.found.even) +
                     sector_text(study, "y_H", studies::exact_magnetic_exponent(study.theory),
                                 study.options.odd, study.found.odd);
  text += fmt::format(
      "{} on {} sites at T = {:.7g} (K = {:.7g}), {}, b = {}; {} configurations of 64 chains, {} sweeps "
      "apart, tau_int {:.3g} sweeps, burn-in {}; seed {}\n",
      study.model, study.found.lattices.front().text(), study.options.temperature,
      1 / study.options.temperature, study.map, study.found.factor, study.found.samples, study.found.thinning,
      study.found.tau_int, study.found.burn_in, study.options.seed);
  for (const auto& claim : results.claims)
    text += fmt::format("\n{}", wrapped(fmt::format("{}: {}; {}", claim.statement, to_string(claim.verdict),
                                                    claim.qualification),
                                        100, 0));
  return text;
}

struct Question {
  McrgStudy study;
  std::shared_ptr<const models::Model> model;
};

Question question_of(const Invocation& invocation, const AnalyzeMcrgFlags& asked, const std::string& map) {
  const auto& entry = models::registry().find(invocation.word("MODEL"));
  refuse_foreign(invocation, model_flags(), entry.options, entry.name);
  const auto options = invocation.only(entry.options);
  const int dimension = models::dimension_of(entry, options);
  // The series whose tau_int is measured: two numbers per configuration and level.
  const double series = 16.0 * static_cast<double>(asked.n) * static_cast<double>(asked.steps + 1);
  auto model = studies::named_model(
      {.name = entry.name, .size = asked.size, .options = options, .bytes = series}, where);
  McrgStudy study{.model = entry.name, .map = map, .theory = analysis::universality_of(*model)};
  studies::read_operators(asked.operators, dimension, study.options, "analyze mcrg --operators");
  study.options.temperature = temperature_of(invocation, asked, study, *model);
  study.options.steps = asked.steps;
  study.options.samples = asked.n;
  study.options.seed = seed_of(invocation);
  return {std::move(study), std::move(model)};
}

/// What the answer's folder says about the question.
io::Settings settings_of(const Invocation& invocation, const AnalyzeMcrgFlags& asked, const McrgStudy& study,
                         const transformations::MapText& map) {
  io::Settings settings;
  settings["recipe"]["title"] = fmt::format("Monte Carlo renormalization group of {}", study.model);
  settings["recipe"]["question"] = fmt::format(
      "The map {} (b = {}), applied {} times to {} on {} sites: what are the eigenvalues of dK'/dK, and are "
      "they those of a fixed point?",
      study.map, study.found.factor, study.options.steps, study.model, study.found.lattices.front().text());
  settings["mcrg"] = {{"size", asked.size},
                      {"temperature", study.options.temperature},
                      {"steps", study.options.steps},
                      {"operators", asked.operators},
                      {"samples", static_cast<std::int64_t>(study.found.samples)},
                      {"tau_int_sweeps", study.found.tau_int}};
  for (const auto& spec : map.specs())
    if (map.missing_for(spec.name) == nullptr) settings["map"][spec.name] = spec.fallback;
  for (const auto& [name, value] : map.options()) settings["map"][name] = value;
  settings["map"]["name"] = study.map;
  settings["model"] = invocation.only(models::registry().find(study.model).options);
  settings["model"]["name"] = study.model;
  return settings;
}

int run_analyze_mcrg(const Invocation& invocation) {
  const fs::path folder = answer_folder(invocation, "analyze-mcrg");
  const AnalyzeMcrgFlags asked = answers(invocation, analyze_mcrg_options());
  const auto text = map_from(invocation, asked.map, map_flags());
  auto [study, model] = question_of(invocation, asked, text.name());
  {
    Progress progress;
    const auto map = text.make(progress);
    study.found = analysis::mcrg(model, *map, study.options, progress);
  }
  results::Results results{.recipe = "analyze-mcrg", .scale = "", .seed = study.options.seed};
  studies::mcrg_results(study, results);
  fs::path page;
  if (!folder.empty())
    page = write_answer(invocation, folder, results, settings_of(invocation, asked, study, text),
                        invocation.get<bool>("force"));
  if (invocation.json())
    print_json(answer_json(study));
  else
    print(answer_text(study, results) + page_text(page));
  return 0;
}

std::string operators_text() {
  std::string text = "Operators, in the order in which they are counted (x,y of the sites of one image):\n";
  for (const int dimension : {2, 1})
    for (const bool even : {true, false}) {
      std::string names;
      for (const auto& one :
           even ? lattice::even_interactions(dimension) : lattice::odd_interactions(dimension))
        names += fmt::format("{}{}", names.empty() ? "" : "  ", one.name);
      text += wrapped(
          fmt::format("{}, {}: {}", dimension == 2 ? "square" : "chain", even ? "even" : "odd", names), 96,
          2);
    }
  return text;
}

}  // namespace

Command analyze_mcrg_command() {
  std::vector<Flag> flags = flags_of(analyze_mcrg_options().specs());
  flag_of(flags, "size").names = "-L,-N";
  flag_of(flags, "size").required = true;
  flag_of(flags, "map").words = transformations::registry().names();
  flag_of(flags, "temperature").names = "-T";
  flag_of(flags, "inverse_temperature").names = "-K";
  for (const char* name : {"temperature", "inverse_temperature"}) flag_of(flags, name).shows_default = false;
  flag_of(flags, "n").names = "-n";
  std::ranges::move(map_flags(), std::back_inserter(flags));
  std::ranges::move(model_flags(), std::back_inserter(flags));
  flags.push_back(seed_flag());
  std::ranges::move(answer_flags(), std::back_inserter(flags));
  return {
      .name = "mcrg",
      .help = "Monte Carlo renormalization group: y_T and y_H from the linearised map",
      .positionals = {{.name = "MODEL", .help = "name of the model", .words = models::registry().names()}},
      .flags = std::move(flags),
      .footer = operators_text() +
                "\nExample:\n"
                "  spinflow analyze mcrg ising-square -L 64 --steps 4 --operators even:1..6,odd:1..4",
      .run = run_analyze_mcrg};
}

}  // namespace spinflow::program

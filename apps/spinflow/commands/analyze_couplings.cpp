// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/couplings.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using studies::CouplingsAtTemperature;

Json answer_json(const ensemble::Ensemble& ensemble, const std::vector<lattice::Interaction>& basis,
                 const std::vector<CouplingsAtTemperature>& groups) {
  Json names = Json::array();
  for (const auto& one : basis) names.push_back(one.name);
  Json list = Json::array();
  for (const auto& group : groups) {
    Json couplings = Json::object();
    for (std::size_t a = 0; a < basis.size(); ++a) couplings[basis[a].name] = to_json(group.couplings[a]);
    list.push_back({{"temperature", group.temperature}, {"n", group.n}, {"couplings", couplings}});
  }
  return {{"lattice", ensemble.lattice.text()},
          {"boundary", std::string(lattice::to_string(ensemble.lattice.boundary()))},
          {"basis", names},
          {"groups", list}};
}

std::string answer_text(const std::string& file, const ensemble::Ensemble& ensemble,
                        const std::vector<lattice::Interaction>& basis,
                        const std::vector<CouplingsAtTemperature>& groups) {
  std::vector<std::string> head = {"T", "n"};
  for (const auto& one : basis) head.push_back(one.name);
  TextTable table(std::move(head));
  for (const auto& group : groups) {
    std::vector<std::string> row = {plain(group.temperature), fmt::format("{}", group.n)};
    for (const auto& k : group.couplings) row.push_back(with_error(k));
    table.add(std::move(row));
  }
  return fmt::format(
      "{}\n{}: couplings K_a of -H/T = sum_a K_a S_a on {} sites ({}) by maximum pseudo-likelihood; '-': the "
      "rows do not fix them\n",
      table.text(), printable(file), ensemble.lattice.text(),
      lattice::to_string(ensemble.lattice.boundary()));
}

struct AnalyzeCouplingsFlags {
  std::string basis;
};

base::Options<AnalyzeCouplingsFlags> analyze_couplings_options() {
  base::Options<AnalyzeCouplingsFlags> binder;
  binder.add(
      "basis", &AnalyzeCouplingsFlags::basis,
      "terms of the Hamiltonian: nearest, next-nearest, third, plaquette, field, or the x,y of the "
      "sites of a term, as in nearest,0,0/1,0/2,0,field [all five names; on a chain without plaquette]");
  return binder;
}

int run_analyze_couplings(const Invocation& invocation) {
  const std::string& file = invocation.word("ENSEMBLE");
  const fs::path folder = answer_folder(invocation, "analyze-couplings");
  const ensemble::Ensemble ensemble = studies::configurations(file);
  const int dimension = ensemble.lattice.dimension();
  const std::string text = invocation.has("basis") ? answers(invocation, analyze_couplings_options()).basis
                                                   : studies::default_couplings(dimension);
  const auto basis = lattice::interactions_from(text, dimension, "analyze couplings --basis");
  const auto groups = [&] {
    Progress progress;
    return studies::couplings_by_temperature(ensemble, basis, progress);
  }();
  fs::path page;
  if (!folder.empty()) {
    results::Results results{.recipe = "analyze-couplings", .scale = "", .seed = ensemble.seed};
    studies::couplings_results(basis, groups, ensemble.model.get(), results);
    io::Settings settings;
    settings["recipe"]["title"] = std::string("Couplings of configurations");
    settings["recipe"]["question"] =
        fmt::format("Of which Hamiltonian are the configurations in {} ({} sites, {}) most likely?", file,
                    ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()));
    settings["couplings"] = {{"file", file}, {"basis", text}};
    page = write_answer(invocation, folder, results, settings, invocation.get<bool>("force"));
  }
  if (invocation.json())
    print_json(answer_json(ensemble, basis, groups));
  else
    print(answer_text(file, ensemble, basis, groups) + page_text(page));
  return 0;
}

}  // namespace

Command analyze_couplings_command() {
  Command command = {
      .name = "couplings",
      .help = "couplings of the Hamiltonian that configurations look like, by maximum pseudo-likelihood",
      .positionals = {{.name = "ENSEMBLE",
                       .help = "configurations: a file of `spinflow sample`, or spins of another program",
                       .completes = Completes::file}},
      .flags = flags_of(analyze_couplings_options().specs()),
      .footer = "Example:\n  spinflow analyze couplings spins.h5 --basis nearest,next-nearest,plaquette",
      .run = run_analyze_couplings};
  std::ranges::move(answer_flags(), std::back_inserter(command.flags));
  return command;
}

}  // namespace spinflow::program

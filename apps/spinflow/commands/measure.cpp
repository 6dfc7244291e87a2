// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/observables.hpp"

namespace spinflow::program {

namespace {

constexpr std::string_view short_warning =
    "! the series is shorter than 50 tau_int: tau_int and the errors are rough (errors are widened to "
    "Student's "
    "68 % interval); measure a longer one\n";

int run_measure(const Invocation& invocation) {
  const std::string& path = invocation.word("ENSEMBLE");
  const ensemble::Ensemble ensemble = configurations_of(invocation, path);
  const auto choice = chosen_observables(invocation, &observables::ObservableEntry::in_measure, ensemble);
  Json groups = Json::array();
  std::vector<std::string> head = {"T", "n", "tau_int"};
  for (const auto& heading : choice.headings()) head.push_back(heading);
  TextTable table(std::move(head));
  bool any_short = false;
  for (const auto& group : observables::measure(ensemble, choice.names)) {
    groups.push_back({{"temperature", group.temperature},
                      {"n", group.n},
                      {"tau_int", tau_json(group.tau_int)},
                      {"short_series", group.short_series}});
    for (const auto* entry : observables::entries()) add_observable(groups.back(), *entry, group.readings);
    any_short = any_short || group.short_series;
    std::vector<std::string> row = {plain(group.temperature), fmt::format("{}", group.n),
                                    with_error(group.tau_int) + (group.short_series ? " !" : "")};
    for (const auto& cell : choice.cells(group.readings)) row.push_back(cell);
    table.add(std::move(row));
  }
  if (invocation.json()) {
    print_json({{"groups", groups}});
    return 0;
  }
  const bool chains = ensemble.independent_pieces == ensemble::IndependentPieces::chain;
  print(
      fmt::format("{}\n{} on {} sites ({}); tau_int in rows; {}errors over {}; (?): no error can be had\n{}",
                  table.text(), ensemble.model ? ensemble.model->name() : "spins of an unknown model",
                  ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()), choice.notes(),
                  chains ? "chains, or from tau_int where there are few" : "independent rows",
                  any_short ? short_warning : ""));
  return 0;
}

}  // namespace

Command measure_command() {
  std::vector<Flag> flags = {observables_flag(observables::measure_defaults())};
  std::ranges::move(spins_flags(), std::back_inserter(flags));
  return {
      .name = "measure",
      .help =
          "energy, magnetization, specific heat, Binder parameter, correlations, K of chains, with errors",
      .positionals = {{.name = "ENSEMBLE",
                       .help = "configurations: a file of `spinflow sample`, or spins of another program",
                       .completes = Completes::file}},
      .flags = std::move(flags),
      .footer = listing("Observables", observables::registry().entries()) +
                "\nExamples:\n  spinflow measure spins.h5 --observables energy,clusters\n"
                "  spinflow measure spins.npy -L 8x8 -T 2.5 --model ising-square\n"
                "  spinflow measure flow.h5@10",
      .run = run_measure};
}

}  // namespace spinflow::program

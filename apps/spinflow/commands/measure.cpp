// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::program {

namespace {

constexpr std::string_view short_warning =
    "! the series is shorter than 50 tau_int: tau_int and the errors are rough (errors are widened to "
    "Student's "
    "68 % interval); measure a longer one\n";

int run(const Invocation& invocation) {
  const std::string& path = invocation.word("ENSEMBLE");
  const ensemble::Ensemble ensemble = ensemble::read(path);
  Json groups = Json::array();
  std::vector<std::string> head = {"T", "n", "tau_int", "e", "|m|", "m^2", "c", "Binder", "G(1)"};
  const bool is_chain = ensemble.lattice.dimension() == 1;
  if (is_chain) head.emplace_back("K_out");
  TextTable table(std::move(head));
  bool any_short = false;
  for (const auto& group : ensemble::by_temperature(ensemble)) {
    const auto o = ensemble::observe(ensemble, group.rows, group.temperature);
    const auto chain = inference::chain_coupling(ensemble, group.rows);
    groups.push_back({{"temperature", o.temperature},
                      {"n", o.n},
                      {"tau_int", tau_json(o.tau_int)},
                      {"short_series", o.short_series},
                      {"energy", to_json(o.energy)},
                      {"abs_magnetization", to_json(o.abs_magnetization)},
                      {"magnetization_2", to_json(o.magnetization_2)},
                      {"magnetization_4", to_json(o.magnetization_4)},
                      {"specific_heat", to_json(o.specific_heat)},
                      {"binder", to_json(o.binder)},
                      {"correlation", to_json(o.correlation)}});
    add_chain(groups.back(), chain);
    any_short = any_short || o.short_series;
    std::vector<std::string> row = {plain(o.temperature),
                                    fmt::format("{}", o.n),
                                    with_error(o.tau_int) + (o.short_series ? " !" : ""),
                                    with_error(o.energy),
                                    with_error(o.abs_magnetization),
                                    with_error(o.magnetization_2),
                                    with_error(o.specific_heat),
                                    with_error(o.binder),
                                    o.correlation.empty() ? "-" : with_error(o.correlation.front())};
    if (chain) row.push_back(with_error(chain->coupling));
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
                  ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()),
                  is_chain ? "K_out: the nearest-neighbour coupling that gives G(1); " : "",
                  chains ? "chains, or from tau_int where there are few" : "independent rows",
                  any_short ? short_warning : ""));
  return 0;
}

}  // namespace

Command measure_command() {
  return {
      .name = "measure",
      .help =
          "energy, magnetization, specific heat, Binder parameter, correlations, K of chains, with errors",
      .positionals = {{.name = "ENSEMBLE",
                       .help = "configurations: a file of `spinflow sample`, or spins in .npy",
                       .completes = Completes::file}},
      .run = run};
}

}  // namespace spinflow::program

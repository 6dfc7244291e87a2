// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "commands.hpp"
#include "json.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::program {

namespace {

int run(const Invocation& invocation) {
  const std::string& path = invocation.word("ENSEMBLE");
  const ensemble::Ensemble ensemble = ensemble::read(path);
  Json groups = Json::array();
  TextTable table({"T", "n", "tau_int", "e", "|m|", "m^2", "c", "Binder", "G(1)"});
  for (const auto& o : ensemble::observe(ensemble)) {
    groups.push_back({{"temperature", o.temperature},
                      {"n", o.n},
                      {"tau_int", to_json(o.tau_int)},
                      {"energy", to_json(o.energy)},
                      {"abs_magnetization", to_json(o.abs_magnetization)},
                      {"magnetization_2", to_json(o.magnetization_2)},
                      {"magnetization_4", to_json(o.magnetization_4)},
                      {"specific_heat", to_json(o.specific_heat)},
                      {"binder", to_json(o.binder)},
                      {"correlation", to_json(o.correlation)}});
    table.add({plain(o.temperature), fmt::format("{}", o.n), with_error(o.tau_int), with_error(o.energy),
               with_error(o.abs_magnetization), with_error(o.magnetization_2), with_error(o.specific_heat),
               with_error(o.binder), o.correlation.empty() ? "-" : with_error(o.correlation.front())});
  }
  if (invocation.json()) {
    print_json({{"groups", groups}});
    return 0;
  }
  const bool chains = ensemble.independent_pieces == ensemble::IndependentPieces::chain;
  print(fmt::format("{}\n{} on {} sites ({}); tau_int in rows; errors by jackknife over {}\n", table.text(),
                    ensemble.model ? ensemble.model->name() : "spins of an unknown model",
                    ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()),
                    chains ? "chains, or from tau_int where there are few" : "independent rows"));
  return 0;
}

}  // namespace

Command measure_command() {
  return {.name = "measure",
          .help = "energy, magnetization, specific heat, Binder parameter and correlations, with errors",
          .positionals = {{.name = "ENSEMBLE",
                           .help = "configurations: a file of `spinflow sample`, or spins in .npy",
                           .completes = Completes::file}},
          .run = run};
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "command/json.hpp"
#include "commands/analyze.hpp"
#include "commands/likelihood_text.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/likelihood.hpp"

namespace spinflow::program {

namespace {

struct LikelihoodFlags {
  std::string ensemble;
  std::int64_t chains = networks::AisOptions{}.chains;
  std::int64_t steps = networks::AisOptions{}.steps;
};

base::Options<LikelihoodFlags> analyze_likelihood_options() {
  base::Options<LikelihoodFlags> binder;
  binder.add("ensemble", &LikelihoodFlags::ensemble, "configurations on the network's lattice")
      .add("chains", &LikelihoodFlags::chains, "annealed chains, where ln Z is not exact",
           {.least = 2, .most = 1 << 20})
      .add("steps", &LikelihoodFlags::steps, "inverse temperatures of the annealing",
           {.least = 1, .most = 1 << 24});
  return binder;
}

Json row_json(const studies::LikelihoodOfRows& row) {
  return {{"temperature", row.temperature},
          {"n", row.n},
          {"log_likelihood", to_json(row.log_likelihood)},
          {"pseudo_likelihood", to_json(row.pseudo_likelihood)}};
}

void print_likelihoods(const std::string& file, const networks::Rbm& rbm, const studies::Likelihoods& found) {
  TextTable table({"T", "n", "ln P (nats)", "pseudo-likelihood (nats)"});
  const auto add = [&](const std::string& name, const studies::LikelihoodOfRows& row) {
    table.add(
        {name, fmt::format("{}", row.n), with_error(row.log_likelihood), with_error(row.pseudo_likelihood)});
  };
  for (const auto& row : found.groups) add(plain(row.temperature), row);
  if (found.groups.size() > 1) add("all", found.all);
  print(fmt::format(
      "{}\n{}: {} hidden units on {} sites; errors of the rows, per configuration; coins: {:.6g} nats\n{}",
      table.text(), printable(file), rbm.n_hidden, rbm.visible.text(),
      -std::log(2.0) * static_cast<double>(rbm.n_visible()), likelihood_text(found.mean)));
}

int run_analyze_likelihood(const Invocation& invocation) {
  const std::string& file = invocation.word("NET");
  const auto asked = answers(invocation, analyze_likelihood_options());
  const networks::Rbm rbm = networks::read_rbm(file);
  const auto data = studies::configurations(asked.ensemble);
  const auto seed = seed_of(invocation);
  const auto found = [&] {
    Progress progress;
    return studies::likelihoods(rbm, data, {.chains = asked.chains, .steps = asked.steps}, seed, progress);
  }();
  if (!invocation.json()) {
    print_likelihoods(file, rbm, found);
    return 0;
  }
  Json groups = Json::array();
  for (const auto& row : found.groups) groups.push_back(row_json(row));
  print_json({{"log_partition",
               {{"value", found.partition.value},
                {"error", found.partition.error},
                {"method", found.partition.method},
                {"effective_sample_size", found.partition.effective_sample_size},
                {"reverse", found.partition.reverse ? to_json(*found.partition.reverse) : Json()}}},
              {"converged", networks::converged(found.mean)},
              {"coins", -std::log(2.0) * static_cast<double>(rbm.n_visible())},
              {"groups", groups},
              {"all", row_json(found.all)}});
  return 0;
}

}  // namespace

Command analyze_likelihood_command() {
  Command command = {
      .name = "likelihood",
      .help = "how likely configurations are under an RBM that is trained already",
      .positionals = {{.name = "NET",
                       .help = "network file of `spinflow train rbm`",
                       .completes = Completes::file}},
      .flags = flags_of(analyze_likelihood_options().specs()),
      .footer = fmt::format(
          "ln Z is exact up to {} units in the smaller layer, else from annealed importance sampling.\n\n"
          "Example:\n  spinflow analyze likelihood v.h5 --ensemble fresh.h5",
          networks::most_exact_units),
      .run = run_analyze_likelihood};
  Flag& ensemble = flag_of(command.flags, "ensemble");
  ensemble.required = true;
  ensemble.completes = Completes::file;
  command.flags.push_back(seed_flag());
  return command;
}

}  // namespace spinflow::program

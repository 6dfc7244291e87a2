// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "command/inputs.hpp"
#include "command/json.hpp"
#include "commands/sample.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/observables/names.hpp"
#include "spinflow/studies/network_samples.hpp"

namespace spinflow::program {

namespace {

studies::NetworkSamples drawn(const Invocation& invocation) {
  const std::string& file = invocation.word("MODEL");
  const io::Hdf5Reader opened(file);
  const auto format = io::read_header(opened).format;
  const auto n = invocation.get<std::int64_t>("n");
  const studies::NetworkSampling options{.rounds = invocation.get<std::int64_t>("rounds"),
                                         .replicas = invocation.get<std::int64_t>("replicas")};
  Progress progress;
  if (format == networks::rbm_format.name)
    return studies::network_samples(networks::read_rbm(opened), n, options, seed_of(invocation), progress);
  if (format != networks::stack_format.name)
    throw input_error(file, "it holds no network that configurations can be drawn from",
                      "give an RBM or a stack of `spinflow train`, or the name of a model");
  if (invocation.has("replicas"))
    throw input_error("sample --replicas", "a stack is sampled without tempering", "leave it out");
  return studies::network_samples(networks::read_stack(opened), n, options.rounds, seed_of(invocation));
}

}  // namespace

std::vector<Flag> network_sampling_flags() {
  const studies::NetworkSampling defaults;
  return {{.names = "--rounds",
           .spec = {.name = "rounds",
                    .help = "of a network: steps v -> h -> v of each configuration's chain",
                    .fallback = defaults.rounds,
                    .least = 0}},
          {.names = "--replicas",
           .spec = {.name = "replicas",
                    .help = "of an RBM: inverse temperatures from 0 to 1 that exchange their states",
                    .fallback = defaults.replicas,
                    .least = 1,
                    .most = 1000}}};
}

int run_sample_network(const Invocation& invocation) {
  const std::string& file = invocation.word("MODEL");
  const auto output = checked_output(invocation, {file});
  auto samples = drawn(invocation);
  samples.rows.command = invocation.line;
  ensemble::write(samples.rows, output, existing_output(invocation));
  const auto energy = ensemble::mean_energy(samples.rows);
  const auto magnetization = ensemble::mean_abs_magnetization(samples.rows);
  if (invocation.json()) {
    print_json({{"output", output.string()},
                {"seed", samples.rows.seed},
                {"n", samples.rows.size()},
                {observables::energy, to_json(energy)},
                {observables::abs_magnetization, to_json(magnetization)},
                {"least_swap_rate", samples.least_swap_rate},
                {"round_trips", samples.round_trips}});
    return 0;
  }
  TextTable table({"n", "e", "|m|"});
  table.add({fmt::format("{}", samples.rows.size()), with_error(energy), with_error(magnetization)});
  std::string tempering;
  if (std::isfinite(samples.least_swap_rate))
    tempering = fmt::format("exchanges: at least {:.2g} accepted, {} round trips{}\n",
                            samples.least_swap_rate, samples.round_trips,
                            samples.round_trips == 0 ? "; the chains may not have reached the network's "
                                                       "distribution: use more rounds"
                                                     : "");
  print(fmt::format("{}\n{}{} configurations of {} on {} sites, seed {}, in {}\n", table.text(), tempering,
                    samples.rows.size(), printable(file), samples.rows.lattice.text(), samples.rows.seed,
                    printable(output.string())));
  return 0;
}

}  // namespace spinflow::program

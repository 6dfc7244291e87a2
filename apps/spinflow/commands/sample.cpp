// SPDX-License-Identifier: Apache-2.0
#include "commands/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/signals.hpp"
#include "command/time_limit.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/io/output_lock.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "spinflow/lattice/size.hpp"
#include "spinflow/models/identity.hpp"
#include "spinflow/observables/names.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/samplers/saved_pieces.hpp"
#include "spinflow/studies/sampling.hpp"

namespace spinflow::program {

namespace {

std::vector<double> temperatures(const Invocation& invocation) {
  if (invocation.has("temperatures") && invocation.has("couplings"))
    throw input_error("sample", "-T and -K are both given", "give one of them");
  if (!invocation.has("temperatures") && !invocation.has("couplings"))
    throw input_error("sample", "the temperatures are missing",
                      "give either -T (as in -T 0:6:0.25) or -K (inverse temperatures)");
  std::vector<double> list;
  if (invocation.has("temperatures")) {
    list = invocation.get<std::vector<double>>("temperatures");
  } else {
    for (const double k : invocation.get<std::vector<double>>("couplings")) {
      if (!(k > 0) || !std::isfinite(1 / k))
        throw input_error("sample", fmt::format("-K = {} is no inverse of a finite temperature", k),
                          "give K = 1/T > 0; spins at infinite temperature are independent coins");
      list.push_back(1 / k);
    }
  }
  studies::check_distinct(list, "sample");
  return list;
}

samplers::SampleRequest request_of(const Invocation& invocation) {
  const auto& entry = models::registry().find(invocation.word("MODEL"));
  refuse_foreign(invocation, model_flags(), entry.options, entry.name);
  samplers::SampleRequest request;
  request.temperatures = temperatures(invocation);
  request.samples_per_temperature = static_cast<std::size_t>(invocation.get<std::int64_t>("n"));
  request.seed = seed_of(invocation);
  const double rows =
      static_cast<double>(request.temperatures.size()) * static_cast<double>(request.samples_per_temperature);
  const std::string& size = invocation.get<std::string>("size");
  if (size.empty())
    throw input_error("sample", "the lattice is missing", "give its sides with -L, as in -L 10");
  const base::Values options = invocation.only(entry.options);
  const double sites = lattice::sites_of_text(size, models::dimension_of(entry, options));
  request.model = studies::named_model({.name = entry.name,
                                        .size = size,
                                        .boundary = invocation.get<std::string>("boundary"),
                                        .options = options,
                                        // A row takes its bits (while it is transposed, twice) and numbers.
                                        .bytes = rows * (2 * std::max(sites, 64.0) / 8 + 48)},
                                       "sample");
  return request;
}

std::vector<Flag> model_sampling_flags() {
  std::vector<std::string> sampler_names = samplers::registry().names();
  sampler_names.insert(sampler_names.begin(), "auto");
  std::vector<Flag> flags = {
      {.names = "-L,-N",
       .spec = {.name = "size",
                .help = "sides of the lattice: 10, 16x10 (Lx x Ly), or the length of a chain",
                .fallback = std::string()},
       .shows_default = false},
      {.names = "-T",
       .spec = {.name = "temperatures",
                .help = "temperatures: 2.25, or 1,2,3, or first:last:step with both ends",
                .fallback = std::vector<double>{},
                .least = 0},
       .shows_default = false},
      {.names = "-K",
       .spec = {.name = "couplings",
                .help = "inverse temperatures 1/T instead of -T",
                .fallback = std::vector<double>{}},
       .shows_default = false},
      {.names = "--sampler",
       .spec = {.name = "sampler",
                .help = "algorithm; auto: the fastest to independent samples at each T",
                .fallback = std::string("auto"),
                .choices = sampler_names}},
      boundary_flag("of the lattice")};
  for (auto& flag : model_flags()) flags.push_back(std::move(flag));
  return flags;
}

/// Refuses the first given flag of `flags`.
void refuse_given(const Invocation& invocation, const std::vector<Flag>& flags, std::string_view whose) {
  for (const auto& flag : flags)
    if (invocation.has(flag.spec.name))
      throw input_error(fmt::format("sample {}", flag.names), fmt::format("it is for {}", whose),
                        "leave it out");
}

void print_sample(const Invocation& invocation, const samplers::SampleRequest& request,
                  const ensemble::Ensemble& ensemble, const std::filesystem::path& output) {
  TextTable table({"T", "n", "e", "|m|", "tau_int", "sampler", "burn-in", "thinning"});
  Json groups = Json::array();
  std::map<double, const ensemble::SamplingRecord*> records;
  for (const auto& record : ensemble.sampling) records[record.temperature] = &record;
  for (const auto& group : ensemble::by_temperature(ensemble)) {
    const ensemble::Rows rows(ensemble, group.rows);
    const auto energy = ensemble::mean_energy(rows);
    const auto magnetization = ensemble::mean_abs_magnetization(rows);
    const ensemble::SamplingRecord& record = *records.at(group.temperature);
    const stats::Estimate tau{record.tau_int, record.tau_int_error};
    table.add({plain(group.temperature), fmt::format("{}", group.rows.size()), with_error(energy),
               with_error(magnetization), with_error(tau), record.sampler, fmt::format("{}", record.burn_in),
               fmt::format("{}", record.thinning)});
    groups.push_back({{"temperature", group.temperature},
                      {"n", group.rows.size()},
                      {observables::energy, to_json(energy)},
                      {observables::abs_magnetization, to_json(magnetization)},
                      {"tau_int", tau_json(tau)},
                      {"sampler", record.sampler},
                      {"burn_in", record.burn_in},
                      {"thinning", record.thinning},
                      {"chains", record.chains}});
  }
  if (invocation.json()) {
    print_json({{"output", output.string()}, {"seed", request.seed}, {"groups", groups}});
    return;
  }
  print(fmt::format("{}\n{} configurations of {} on {} sites ({}), seed {}, in {}\n", table.text(),
                    ensemble.size(), request.model->name(), ensemble.lattice.text(),
                    lattice::to_string(ensemble.lattice.boundary()), request.seed,
                    printable(output.string())));
}

/// What is sampled, so that unfinished work of another command is refused.
std::string work_of(const Invocation& invocation, const samplers::SampleRequest& request) {
  return fmt::format("{} configurations of {} by {}, seed {}", request.samples_per_temperature,
                     models::identity(*request.model, request.temperatures),
                     invocation.get<std::string>("sampler"), request.seed);
}

int run_sample(const Invocation& invocation) {
  const std::string& name = invocation.word("MODEL");
  if (!models::registry().contains(name) && std::filesystem::exists(name)) {
    refuse_given(invocation, model_sampling_flags(), "models, not for networks");
    refuse_time_limit(invocation, "a sampling of a network");
    if (invocation.has("resume"))
      throw input_error("sample --resume", "it is for models, not for networks", "leave it out");
    return run_sample_network(invocation);
  }
  static_cast<void>(models::registry().find(name));
  refuse_given(invocation, network_sampling_flags(), "networks, not for models");
  samplers::SampleRequest request = request_of(invocation);
  const auto output = checked_output(invocation, {});
  const io::OutputLock lock(output);
  heed_time_limit(invocation);
  auto folder = output;
  folder += ".sampling";
  check_unfinished(invocation, {folder}, "sampling", samplers::SavedPieces::discard);
  samplers::SavedPieces saved(folder, work_of(invocation, request), 1, [&] { say_that_it_resumes(folder); });
  if (std::filesystem::exists(folder)) say_that_it_resumes(folder);
  request.saved = &saved;
  ensemble::Ensemble ensemble = [&] {
    Progress progress;
    return samplers::sample(request, invocation.get<std::string>("sampler"), progress);
  }();
  ensemble.command = invocation.line;
  ensemble::write(ensemble, output, existing_output(invocation));
  saved.remove();
  print_sample(invocation, request, ensemble, output);
  return 0;
}

}  // namespace

Command sample_command() {
  std::vector<Flag> flags = {
      {.names = "-n",
       .spec = {.name = "n",
                .help = "configurations per temperature, each in a chain of its own or 4 tau_int after the "
                        "last one of "
                        "its chain: they then correlate by less than 0.05",
                .fallback = std::int64_t{1000},
                .least = 1},
       .required = true}};
  std::ranges::move(model_sampling_flags(), std::back_inserter(flags));
  std::ranges::move(network_sampling_flags(), std::back_inserter(flags));
  flags.push_back(seed_flag());
  flags.push_back(output_flag("HDF5 file for the configurations", true));
  flags.push_back(
      resume_flag("go on with the same command where it was interrupted (OUTPUT.sampling); begin where there "
                  "is nothing"));
  flags.push_back(time_limit_flag());
  flags.push_back(force_flag());
  return {.name = "sample",
          .help = "draw equilibrated, independent spin configurations",
          .positionals = {{.name = "MODEL",
                           .help = "name of the model, or the file of an RBM or a stack",
                           .words = models::registry().names(),
                           .completes = Completes::file}},
          .flags = std::move(flags),
          .footer = listing("Models", models::registry().entries()) + "\n" +
                    listing("Samplers", samplers::registry().entries()) +
                    "\nExamples:\n  spinflow sample ising-square -L 10 -T 0:6:0.25 -n 1000 -o spins.h5\n"
                    "  spinflow sample v.h5 -n 1000 -o dreams.h5",
          .run = run_sample};
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/observables.hpp"
#include "commands/flow_output.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/flows.hpp"
#include "spinflow/transformations/from_text.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using Maps = std::vector<std::unique_ptr<transformations::Transformation>>;
using Gauges = std::vector<std::unique_ptr<thermometers::Thermometer>>;

struct FlowFlags {
  std::string start;
  std::vector<double> start_temperature;
  std::int64_t chains = 1000;
  std::int64_t steps = 100;
  std::vector<std::string> thermometer;
  std::vector<std::int64_t> keep;
};

base::Options<FlowFlags> flow_options() {
  base::Options<FlowFlags> binder;
  binder
      .add("start", &FlowFlags::start,
           "configurations that flow: a file of `spinflow sample`, or spins of another program")
      .add("start_temperature", &FlowFlags::start_temperature,
           "temperatures of the file to start from [each one]", {.least = 0})
      .add("chains", &FlowFlags::chains, "configurations per start, spread evenly over the file [all]",
           {.least = 1})
      .add("steps", &FlowFlags::steps,
           "number of steps; without it, maps that shrink the lattice go on while they fit",
           {.least = 1, .most = 999999})
      .add("thermometer", &FlowFlags::thermometer,
           "how to read temperatures: energy,magnetization,classifier=t.h5")
      .add("keep", &FlowFlags::keep, "steps whose configurations go into the file", {.least = 0});
  return binder;
}

/// The flags for options of maps, which count for every map that has them and does not say its own.
std::vector<Flag> options_of_maps() {
  std::vector<Flag> flags = map_flags();
  for (const auto& format : transformations::file_formats().entries()) add_missing(flags, format.options);
  return flags;
}

/// Refuses a flag that none of the maps has, or that has no meaning beside the maps' other options.
void refuse_unused(const Invocation& invocation, const std::vector<transformations::MapText>& texts) {
  for (const auto& flag : options_of_maps()) {
    const std::string& option = flag.spec.name;
    if (!invocation.has(option)) continue;
    const transformations::OptionNeeds* need = nullptr;
    const bool used = std::ranges::any_of(texts, [&](const transformations::MapText& text) {
      const bool has = std::ranges::count(text.specs(), option, &base::OptionSpec::name) > 0;
      const auto* missing = text.missing_for(option);
      if (missing != nullptr) need = missing;
      return has && missing == nullptr;
    });
    if (used) continue;
    if (need != nullptr)
      throw input_error(
          "flow", fmt::format("{} has no meaning without --{} {}", flag.names, need->other, need->value),
          fmt::format("add --{} {} or leave {} out", need->other, need->value, flag.names));
    throw input_error("flow",
                      fmt::format("{} no option {}",
                                  texts.size() == 1 ? texts[0].name() + " has" : "the maps have", flag.names),
                      "leave it out");
  }
}

/// MAP and those of --then as texts say them; a flag counts where the text says nothing.
std::vector<transformations::MapText> texts_of(const Invocation& invocation) {
  std::vector<std::string> words = {invocation.word("MAP")};
  for (const auto& word : invocation.get<std::vector<std::string>>("then")) words.push_back(word);
  std::vector<base::OptionSpec> specs;
  for (const auto& flag : options_of_maps()) specs.push_back(flag.spec);
  std::vector<transformations::MapText> texts;
  for (const auto& word : words) texts.emplace_back(word).add(invocation.only(specs));
  refuse_unused(invocation, texts);
  return texts;
}

Gauges gauges_of(const std::vector<std::string>& words, const std::shared_ptr<const models::Model>& model,
                 const std::vector<lattice::Lattice>& lattices, base::Observer& observer) {
  Gauges gauges;
  for (const auto& word : words) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    const auto& entry = thermometers::registry().find(word.substr(0, equals));
    const std::string where = "flow --thermometer " + entry.name;
    if (entry.needs_file != (equals != std::string::npos))
      throw input_error(
          where, entry.needs_file ? "it needs a file" : "it takes no file",
          entry.needs_file ? fmt::format("write {}=FILE", entry.name) : "leave out what follows the name");
    if (entry.needs_file) {
      auto gauge = entry.make(model, word.substr(equals + 1), observer);
      studies::expect_read(*gauge, lattices, word.substr(equals + 1));
      gauges.push_back(std::move(gauge));
      continue;
    }
    std::ranges::move(studies::flow_gauges(entry, model, lattices, where, observer),
                      std::back_inserter(gauges));
  }
  return gauges;
}

std::vector<studies::FlowStart> starts_of(const FlowFlags& asked, bool all_rows,
                                          const ensemble::Ensemble& ensemble) {
  std::vector<double> available;
  for (const auto& group : ensemble::by_temperature(ensemble))
    if (std::isfinite(group.temperature)) available.push_back(group.temperature);
  const auto wanted = among(asked.start_temperature, available, "flow --start-temperature", asked.start);
  std::optional<std::int64_t> chains;
  if (!all_rows) chains = asked.chains;
  return studies::flow_starts(ensemble, wanted, chains, asked.start, "flow --chains");
}

int run_flow(const Invocation& invocation) {
  const FlowFlags asked = answers(invocation, flow_options());
  auto texts = texts_of(invocation);
  std::vector<fs::path> inputs = {studies::configurations_name(asked.start).file};
  for (const auto& text : texts)
    if (text.is_file()) inputs.emplace_back(text.name());
  const auto output = checked_output(invocation, inputs);
  std::optional<Progress> progress(std::in_place);
  Maps maps;
  for (const auto& text : texts) maps.push_back(text.make(*progress));
  texts.clear();  // closes the files
  const ensemble::Ensemble ensemble = configurations_of(invocation, asked.start);
  const auto lattices = studies::flow_lattices(maps, ensemble.lattice, asked.steps, invocation.has("steps"));
  const auto starts = starts_of(asked, !invocation.has("chains"), ensemble);
  const auto seed = seed_of(invocation);
  const auto choice = chosen_observables(invocation, &observables::ObservableEntry::in_flow, ensemble);
  flow::FlowOptions options{.steps = static_cast<int>(lattices.size()) - 1, .observables = choice.names};
  for (const auto step : asked.keep) {
    if (step > options.steps)
      throw input_error("flow --keep", fmt::format("there is no step {}", step),
                        fmt::format("steps are whole numbers up to {}", options.steps));
    options.keep.push_back(static_cast<int>(step));
  }
  if (!options.keep.empty() && output.empty())
    throw input_error("flow --keep", "there is no file to keep configurations in", "give one with -o");

  flow::FlowRecord record{.model = ensemble.model ? models::to_toml(*ensemble.model) : "",
                          .seed = seed,
                          .command = invocation.line};
  const Gauges gauges = gauges_of(asked.thermometer, ensemble.model, lattices, *progress);
  progress->begin("flow", starts.size() * static_cast<std::size_t>(options.steps), "steps");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    options.seed = studies::flow_seed(seed, i);
    record.starts.push_back(flow::iterate(maps, ensemble::select(ensemble, starts[i].rows), starts[i].name,
                                          starts[i].temperature, gauges, options, *progress));
  }
  progress.reset();  // no map runs from here on
  if (!output.empty()) flow::write(record, output, existing_output(invocation));
  flow::FixedPointOptions of;
  if (invocation.has("observables")) of.observables = choice.numbers();
  const auto point = flow::fixed_point(record.starts, of);
  if (invocation.json()) {
    print_json(flow_json(record.starts, point));
    return 0;
  }
  for (const auto& start : record.starts) print(flow_table(start, choice));
  print(fixed_point_text(point));
  print(fmt::format("errors over chains at a fixed map; seed {}{}\n", seed,
                    output.empty() ? "" : ", in " + printable(output.string())));
  return 0;
}

std::vector<Flag> flow_flags() {
  std::vector<Flag> flags = flags_of(flow_options().specs());
  for (const char* name : {"start_temperature", "chains", "thermometer", "keep"})
    flag_of(flags, name).shows_default = false;
  flag_of(flags, "start").required = true;
  flag_of(flags, "start").completes = Completes::file;
  // Beside --start, and before --keep.
  flags.insert(
      flags.begin() + 1,
      {.names = "--then",
       .spec = {.name = "then",
                .help = "another map, written like MAP, to apply in every step after the first; repeatable",
                .fallback = std::vector<std::string>{}},
       .repeatable = true,
       .completes = Completes::file,
       .shows_default = false});
  flags.insert(flags.end() - 1, observables_flag(observables::flow_defaults()));
  for (auto& flag : options_of_maps()) flags.push_back(std::move(flag));
  std::ranges::move(spins_flags(), std::back_inserter(flags));
  flags.push_back(seed_flag());
  flags.push_back(output_flag("HDF5 file for the readings", false));
  flags.push_back(force_flag());
  return flags;
}

}  // namespace

Command flow_command() {
  return {
      .name = "flow",
      .help = "iterate what a network does with configurations, or a transformation, and read every step",
      .positionals = {{.name = "MAP",
                       .help = "file of `train rbm`, `train stack` or `train dense`, or name of a "
                               "transformation; its own options behind a colon: "
                               "block-majority:factor=3,ties=corner",
                       .words = transformations::registry().names(),
                       .completes = Completes::file}},
      .flags = flow_flags(),
      .footer =
          listing("Transformations", transformations::registry().entries()) + "\n" +
          listing("Thermometers", thermometers::registry().entries()) + "\n" +
          listing("Observables", observables::registry().entries()) +
          "\nUnder the tables stands the fixed point by every thermometer (without one: of energy and |m|, "
          "or of "
          "what\n--observables names): the mean over the last quarter of the steps and over the starts, and "
          "whether it has\nsettled: two starts or more agree and none drifts. Give a cold and a hot start to "
          "know.\n"
          "\nExamples:\n  spinflow flow v.h5 --start spins.h5 --start-temperature 1,6 --chains 1000 "
          "--thermometer energy\n"
          "  spinflow flow stack.h5 --start spins.h5 --thermometer energy,magnetization\n"
          "  spinflow flow net.h5 --start chains.h5 --steps 1\n"
          "  spinflow flow block-majority:factor=3 --then decimation:factor=2 --start spins.h5",
      .run = run_flow};
}

}  // namespace spinflow::program

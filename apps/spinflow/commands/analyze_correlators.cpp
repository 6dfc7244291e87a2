// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/correlators.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using studies::CorrelatorOptions;
using studies::LayerCorrelators;

struct AnalyzeCorrelatorsFlags {
  std::string ensemble;
  std::string against = "block-majority";
  double temperature = 0;
  std::int64_t permutations = 999;
  std::string hidden_mode = "sampled";
};

base::Options<AnalyzeCorrelatorsFlags> analyze_correlators_options() {
  base::Options<AnalyzeCorrelatorsFlags> binder;
  const auto mode =
      hidden_mode_option("what a layer hands up: h drawn from P(h | v), or its more probable sign");
  binder.add("ensemble", &AnalyzeCorrelatorsFlags::ensemble, "configurations on the stack's visible lattice")
      .add("against", &AnalyzeCorrelatorsFlags::against,
           "block spins of the same v: a transformation, its own options behind a colon")
      .add("temperature", &AnalyzeCorrelatorsFlags::temperature,
           "which temperature of the ensemble, if it has several", {.least = 0})
      .add("permutations", &AnalyzeCorrelatorsFlags::permutations,
           "of the units' places, for the null of the Pearson coefficient", {.least = 1, .most = 1000000})
      .add("hidden_mode", &AnalyzeCorrelatorsFlags::hidden_mode, mode.help, {}, mode.choices);
  return binder;
}

/// Options of the block spins; their factor is that of the layer.
std::vector<Flag> rule_flags() {
  auto flags = map_flags();
  std::erase_if(flags, [](const Flag& flag) { return flag.spec.name == "factor"; });
  return flags;
}

CorrelatorOptions options_of(const Invocation& invocation, const AnalyzeCorrelatorsFlags& asked) {
  const auto rule = map_from(invocation, asked.against, rule_flags());
  if (rule.is_file())
    throw input_error("analyze correlators --against", "a network in a file makes no block spins",
                      fmt::format("known: {}", fmt::join(transformations::registry().names(), ", ")));
  if (rule.options().contains("factor"))
    throw input_error("analyze correlators --against", "the factor is that of each layer of the stack",
                      "leave it out");
  return {.rule = rule.name(),
          .rule_options = rule.options(),
          .mode = hidden_mode(invocation),
          .permutations = static_cast<std::size_t>(asked.permutations),
          .seed = seed_of(invocation)};
}

/// "block-majority", "block-majority, ties corner".
std::string rule_text(const CorrelatorOptions& options) {
  std::string text = options.rule;
  for (const auto& [name, value] : options.rule_options) {
    const auto* word = std::get_if<std::string>(&value);
    text += fmt::format(", {} {}", name, word != nullptr ? *word : base::to_text(value));
  }
  return text;
}

/// The rows of one temperature.
ensemble::Ensemble rows_of(const Invocation& invocation, const AnalyzeCorrelatorsFlags& asked,
                           const networks::Stack& stack) {
  const auto& file = asked.ensemble;
  const auto ensemble = studies::configurations(file);
  const auto lattice = stack.lattice(0);
  if (!(ensemble.lattice == lattice))
    throw input_error(file,
                      fmt::format("it has configurations of {} sites ({}), the stack {} ({})",
                                  ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()),
                                  lattice.text(), lattice::to_string(lattice.boundary())),
                      "give an ensemble on the stack's visible lattice");
  const auto groups = ensemble::by_temperature(ensemble);
  std::vector<double> available;
  for (const auto& group : groups)
    if (std::isfinite(group.temperature)) available.push_back(group.temperature);
  if (invocation.has("temperature")) {
    const double wanted =
        among({asked.temperature}, available, "analyze correlators --temperature", file).front();
    return ensemble::select(
        ensemble, std::ranges::find(groups, wanted, &ensemble::TemperatureGroup::temperature)->rows);
  }
  if (groups.size() > 1)
    throw input_error(
        file, fmt::format("it has configurations of {} temperatures", groups.size()),
        fmt::format("choose one with --temperature, such as {}", plain(groups.front().temperature)));
  return ensemble;
}

Json profile_json(const analysis::DistanceProfile& hidden, const analysis::DistanceProfile& blocks) {
  Json bins = Json::array();
  for (std::size_t bin = 0; bin < hidden.mean.size(); ++bin)
    if (hidden.pairs[bin] > 0)
      bins.push_back({{"from", hidden.edges[bin]},
                      {"to", hidden.edges[bin + 1]},
                      {"distance", hidden.distance[bin]},
                      {"pairs", hidden.pairs[bin]},
                      {"hidden", to_json(hidden.mean[bin])},
                      {"blocks", to_json(blocks.mean[bin])}});
  return bins;
}

Json answer_json(const std::vector<LayerCorrelators>& layers, const std::string& against, std::size_t n,
                 double temperature, std::uint64_t seed) {
  Json list = Json::array();
  for (const auto& layer : layers) {
    const auto& alike = layer.likeness;
    list.push_back(
        {{"layer", layer.layer},
         {"visible", layer.fine.text()},
         {"hidden", layer.coarse.text()},
         {"dead", layer.dead()},
         {"pearson", to_json(alike.pearson)},
         {"null", {{"mean", alike.null_mean}, {"sd", alike.null_sd}, {"largest", alike.null_largest}}},
         {"p_value", alike.p_value},
         {"visible_hidden", profile_json(layer.hidden_profile, layer.block_profile)},
         {"hidden_hidden", profile_json(layer.hidden_pair_profile, layer.block_pair_profile)}});
  }
  return {{"against", against}, {"n", n}, {"temperature", temperature}, {"seed", seed}, {"layers", list}};
}

std::string profile_text(const std::string& title, const std::string& hidden_name,
                         const std::string& block_name, const analysis::DistanceProfile& hidden,
                         const analysis::DistanceProfile& blocks) {
  TextTable table({title, "pairs", hidden_name, block_name});
  for (std::size_t bin = 0; bin < hidden.mean.size(); ++bin)
    if (hidden.pairs[bin] > 0)
      table.add({fmt::format("{:.2f}", hidden.distance[bin]), fmt::format("{}", hidden.pairs[bin]),
                 with_error(hidden.mean[bin]), with_error(blocks.mean[bin])});
  return table.text();
}

std::string answer_text(const std::vector<LayerCorrelators>& layers) {
  std::string text;
  for (const auto& layer : layers) {
    const auto& alike = layer.likeness;
    text +=
        fmt::format("layer {}, {} to {}{}\n{}\n", layer.layer, layer.fine.text(), layer.coarse.text(),
                    layer.dead() > 0 ? fmt::format(", {} dead units left out", layer.dead()) : "",
                    profile_text("distance", "<v h>", "<v S>", layer.hidden_profile, layer.block_profile));
    if (std::ranges::any_of(layer.hidden_pair_profile.pairs, [](std::size_t pairs) { return pairs > 0; }))
      text +=
          profile_text("distance", "<h h>", "<S S>", layer.hidden_pair_profile, layer.block_pair_profile) +
          "\n";
    text += std::isfinite(alike.pearson.value)
                ? fmt::format(
                      "Pearson coefficient of <v h> and <v S> {}; other places: {:.3f} +- {:.3f}, at most "
                      "{:.3f}; p = {:.3g}\n\n",
                      with_error(alike.pearson), alike.null_mean, alike.null_sd, alike.null_largest,
                      alike.p_value)
                : std::string("<v h> or <v S> is the same for all pairs: no Pearson coefficient\n\n");
  }
  return text;
}

int run_analyze_correlators(const Invocation& invocation) {
  const std::string& file = invocation.word("STACK");
  const fs::path folder = answer_folder(invocation, "analyze-correlators");
  const AnalyzeCorrelatorsFlags asked = answers(invocation, analyze_correlators_options());
  const auto options = options_of(invocation, asked);
  const auto stack = networks::read_stack(file);
  const auto v = rows_of(invocation, asked, stack);
  double elements = 0;
  for (std::size_t l = 0; l < stack.layers.size(); ++l)
    elements += static_cast<double>(stack.layers[l].n_hidden) *
                (stack.lattice(l).n_sites() + static_cast<double>(stack.layers[l].n_hidden));
  base::check_memory(2 * 2 * 8 * elements, file);
  const auto against = rule_text(options);
  std::vector<LayerCorrelators> layers;
  {
    Progress progress;
    layers = studies::correlators(stack, v, options, progress);
  }
  fs::path page;
  if (!folder.empty()) {
    results::Results results{.recipe = "analyze-correlators", .scale = "", .seed = options.seed};
    studies::add_correlators(layers, against, results);
    io::Settings settings;
    settings["recipe"]["title"] = std::string("What hidden units know of block spins");
    settings["recipe"]["question"] =
        fmt::format("Do the hidden units of {} correlate with the spins below them as block spins ({}) do?",
                    file, against);
    settings["correlators"] = {{"stack", file},
                               {"ensemble", asked.ensemble},
                               {"against", against},
                               {"hidden_mode", asked.hidden_mode},
                               {"permutations", static_cast<std::int64_t>(options.permutations)}};
    page = write_answer(invocation, folder, results, settings, invocation.get<bool>("force"));
  }
  if (invocation.json()) {
    print_json(answer_json(layers, against, v.size(), v.temperature.front(), options.seed));
    return 0;
  }
  print(answer_text(layers) +
        fmt::format("{} configurations, h {}, against {}; errors over independent pieces; seed {}\n",
                    v.size(), asked.hidden_mode, against, options.seed) +
        page_text(page));
  return 0;
}

}  // namespace

Command analyze_correlators_command() {
  std::vector<Flag> flags = flags_of(analyze_correlators_options().specs());
  flag_of(flags, "ensemble").required = true;
  flag_of(flags, "ensemble").completes = Completes::file;
  flag_of(flags, "against").words = transformations::registry().names();
  flag_of(flags, "temperature").shows_default = false;
  // Beside --against.
  const auto rule = rule_flags();
  flags.insert(flags.begin() + 2, rule.begin(), rule.end());
  flags.push_back(seed_flag());
  std::ranges::move(answer_flags(), std::back_inserter(flags));
  return {.name = "correlators",
          .help = "correlations of a stack's hidden units with the spins below, beside those of block spins",
          .positionals = {{.name = "STACK",
                           .help = "file of `spinflow train stack`",
                           .completes = Completes::file}},
          .flags = std::move(flags),
          .footer = "Example:\n  spinflow analyze correlators stack.h5 --ensemble spins.h5 --ties corner",
          .run = run_analyze_correlators};
}

}  // namespace spinflow::program

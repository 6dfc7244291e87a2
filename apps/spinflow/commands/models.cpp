// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/works.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::program {

namespace {

Json described(const auto& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"name", entry.name}, {"help", entry.help}, {"citations", keys_of(entry.citations)}});
  return list;
}

std::string option_lines(const std::vector<base::OptionSpec>& options) {
  std::string text;
  for (const auto& spec : options) {
    const std::string names = flag_names(spec);
    text += fmt::format("      {:<20} {} [{}]\n", names.substr(0, names.find(',')), spec.help,
                        base::to_text(spec.fallback));
  }
  return text;
}

int run_models(const Invocation& invocation) {
  if (invocation.json()) {
    Json models = Json::array();
    for (const auto& entry : models::registry().entries()) {
      Json options = Json::array();
      for (const auto& spec : entry.options)
        options.push_back(
            {{"name", spec.name}, {"help", spec.help}, {"default", base::to_text(spec.fallback)}});
      models.push_back({{"name", entry.name},
                        {"help", entry.help},
                        {"dimensions", entry.dimensions},
                        {"citations", keys_of(entry.citations)},
                        {"options", options}});
    }
    print_json({{"models", models},
                {"samplers", described(samplers::registry().entries())},
                {"trainers", described(trainers::registry().entries())},
                {"transformations", described(transformations::registry().entries())},
                {"thermometers", described(thermometers::registry().entries())},
                {"observables", described(observables::registry().entries())}});
    return 0;
  }
  std::string text = "Models (spinflow sample MODEL):\n";
  for (const auto& entry : models::registry().entries())
    text += fmt::format("  {}: {}\n{}", entry.name, entry.help, option_lines(entry.options));
  text += '\n';
  text += listing("Samplers (sample --sampler)", samplers::registry().entries());
  text += '\n';
  text += listing("Trainers (train)", trainers::registry().entries());
  text += '\n';
  text += listing("Transformations (flow)", transformations::registry().entries());
  text += '\n';
  text += listing("Thermometers (flow --thermometer)", thermometers::registry().entries());
  text += '\n';
  text += listing("Observables (flow and measure --observables)", observables::registry().entries());
  print(text);
  return 0;
}

}  // namespace

Command models_command() {
  return {.name = "models",
          .help = "list models, samplers, trainers, transformations, thermometers and observables",
          .run = run_models};
}

}  // namespace spinflow::program

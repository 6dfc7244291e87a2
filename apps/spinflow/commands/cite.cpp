// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/report/citations.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::program {

namespace {

/// The citation keys of every entry of every registry, by entry name.
std::vector<std::pair<std::string, std::vector<std::string>>> citable() {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  const auto add = [&](const auto& entries) {
    for (const auto& entry : entries) all.emplace_back(entry.name, entry.citations);
  };
  add(recipes::registry().entries());
  add(models::registry().entries());
  add(samplers::registry().entries());
  add(trainers::registry().entries());
  add(transformations::registry().entries());
  add(thermometers::registry().entries());
  add(observables::registry().entries());
  return all;
}

int run(const Invocation& invocation) {
  const std::string& name = invocation.word("RECIPE");
  std::vector<std::string> names;
  std::vector<std::string> keys;
  for (const auto& [entry, citations] : citable()) {
    names.push_back(entry);
    if (entry == name) keys.insert(keys.end(), citations.begin(), citations.end());
  }
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw input_error("cite", "nothing is called '" + name + "'", suggestion(name, names));
  std::string text;
  Json list = Json::array();
  for (const auto& key : keys) {
    const std::string entry = report::bibtex(key);
    text += (text.empty() ? "" : "\n") + entry;
    list.push_back({{"key", key}, {"bibtex", entry}});
  }
  if (invocation.json())
    print_json({{"citations", list}});
  else
    print(text);
  return 0;
}

}  // namespace

Command cite_command() {
  std::vector<std::string> names;
  for (const auto& [name, keys] : citable()) names.push_back(name);
  return {.name = "cite",
          .help = "BibTeX of the works that a recipe (or model, sampler, ...) rests on",
          .positionals = {{.name = "RECIPE", .help = "a recipe, model, sampler, ...", .words = names}},
          .footer = listing("Recipes", recipes::registry().entries()),
          .run = run};
}

}  // namespace spinflow::program

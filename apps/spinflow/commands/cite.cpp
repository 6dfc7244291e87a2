// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/works.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::program {

namespace {

int run_cite(const Invocation& invocation) {
  const std::string& name = invocation.word("RECIPE");
  std::vector<std::string> names;
  std::vector<std::string> keys;
  for (const auto& entry : citing_entries()) {
    names.push_back(entry.name);
    if (entry.name == name) std::ranges::move(keys_of(entry.citations), std::back_inserter(keys));
  }
  if (std::ranges::find(names, name) == names.end())
    throw input_error("cite", "nothing is called '" + name + "'", suggestion(name, names));
  const report::Works works = all_works();
  std::string text;
  Json list = Json::array();
  for (const auto& key : keys) {
    const std::string entry = works.bibtex(key);
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
  for (const auto& entry : citing_entries()) names.push_back(entry.name);
  return {.name = "cite",
          .help = "BibTeX of the works that a recipe (or model, sampler, ...) rests on",
          .positionals = {{.name = "RECIPE", .help = "a recipe, model, sampler, ...", .words = names}},
          .footer = listing("Recipes", recipes::registry().entries()),
          .run = run_cite};
}

}  // namespace spinflow::program

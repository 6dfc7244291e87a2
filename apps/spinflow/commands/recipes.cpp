// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/works.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::program {

namespace {

/// Every setting of a recipe with its default, its scales and its criteria, as the recipe has them.
int show(const Invocation& invocation, const std::string& name) {
  const auto& entry = recipes::registry().find(name);
  const std::string text = recipes::settings_text(name);
  if (invocation.json())
    print_json({{"name", entry.name},
                {"help", entry.help},
                {"citations", keys_of(entry.citations)},
                {"scales", recipes::scales(name)},
                {"toml", text}});
  else
    print(text);
  return 0;
}

int run_recipes(const Invocation& invocation) {
  if (const std::string& name = invocation.word("RECIPE"); !name.empty()) return show(invocation, name);
  Json list = Json::array();
  std::string text;
  for (const auto& entry : recipes::registry().entries()) {
    const auto scales = recipes::scales(entry.name);
    list.push_back({{"name", entry.name},
                    {"help", entry.help},
                    {"citations", keys_of(entry.citations)},
                    {"scales", scales}});
    text += fmt::format("{}: {}\n  spinflow run {} --scale {}\n", entry.name, entry.help, entry.name,
                        fmt::join(scales, "|"));
  }
  if (invocation.json())
    print_json({{"recipes", list}});
  else
    print(text);
  return 0;
}

}  // namespace

Command recipes_command() {
  return {.name = "recipes",
          .help = "list the experiments that `spinflow run` knows, or show the settings of one",
          .positionals = {{.name = "RECIPE",
                           .help = "show its settings with their defaults, its scales and its criteria",
                           .words = recipes::registry().names(),
                           .optional = true}},
          .run = run_recipes};
}

}  // namespace spinflow::program

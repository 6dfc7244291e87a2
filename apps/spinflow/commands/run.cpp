// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "command/works.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;

int run_run(const Invocation& invocation) {
  const std::string& recipe = invocation.word("RECIPE");
  const std::string& scale = invocation.get<std::string>("scale");
  const auto& entry = recipes::registry().find(recipe);
  const auto overrides = invocation.get<std::vector<std::string>>("set");
  const io::Settings settings = recipes::resolve(recipe, scale, overrides);
  const auto seed = seed_of(invocation);
  fs::path folder = invocation.get<std::string>("output");
  if (folder.empty()) folder = fs::path("runs") / fmt::format("{}-{}", recipe, scale);
  const auto work = run_folder(invocation, folder, recipes::registry().names());
  const auto results =
      run_into(*work, {.citations = entry.citations, .works = all_works(), .overrides = overrides},
               [&](const runs::RunManner& manner) {
                 Progress progress;
                 return recipes::run(recipe, scale, settings, seed, work->place(), manner, progress);
               });
  if (invocation.json()) {
    print(io::read_text(folder / results::results_file));
    return 0;
  }
  print(claims_text(results));
  print(
      fmt::format("\nseed {}; the report is {}\n", seed, printable((folder / results::page_file).string())));
  return 0;
}

}  // namespace

Command run_command() {
  Command command = {
      .name = "run",
      .help = "run a recipe: ask a question of a flow and end in claims with verdicts",
      .positionals = {{.name = "RECIPE", .help = "name of the recipe", .words = recipes::registry().names()}},
      .flags =
          {{.names = "--scale",
            .spec = {.name = "scale",
                     .help = "how long: smoke (seconds), quick (minutes), where the recipe has it full",
                     .fallback = std::string("quick")},
            .words = {"smoke", "quick", "full"}},
           {.names = "--set",
            .spec = {.name = "set",
                     .help = "section.key=value: another value for a setting of the recipe (`spinflow "
                             "recipes RECIPE` "
                             "shows all); repeatable",
                     .fallback = std::vector<std::string>{}},
            .repeatable = true,
            .shows_default = false},
           seed_flag(),
           {.names = "-o,--output",
            .spec = {.name = "output", .help = "run folder [runs/RECIPE-SCALE]", .fallback = std::string()},
            .completes = Completes::folder,
            .shows_default = false}},
      .footer = listing("Recipes", recipes::registry().entries()) +
                "\nExample:\n  spinflow run iso2018 --scale smoke --set train.seeds=2 -o runs/try",
      .run = run_run};
  std::ranges::move(run_flags(), std::back_inserter(command.flags));
  return command;
}

}  // namespace spinflow::program

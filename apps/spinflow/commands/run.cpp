// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "command/signals.hpp"
#include "command/works.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/base/error.hpp"
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
  if (invocation.get<bool>("resume") && invocation.get<bool>("force"))
    throw input_error("run", "--resume and --force contradict each other", "give one of them");
  const auto work = runs::WorkFolder::for_run(output_folders(), folder, recipes::registry().names(),
                                              invocation.get<bool>("resume"), invocation.get<bool>("force"));
  say_when_interrupted(work->when_interrupted());
  results::Results results;
  try {
    Progress progress;
    results = recipes::run(recipe, scale, settings, seed, work->place(), work->resumes(), progress);
    report::write_report(work->place(),
                         {.citations = entry.citations, .works = all_works(), .overrides = overrides});
  } catch (const Error& error) {
    if (error.fault() != Fault::interrupted) work->refuse(error.fault() == Fault::input);
    throw;
  } catch (...) {
    work->refuse(false);
    throw;
  }
  work->complete();
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
  return {
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
            .shows_default = false},
           {.names = "--resume",
            .spec = {.name = "resume",
                     .help = "go on with an unfinished run; start one where there is none",
                     .fallback = false}},
           {.names = "--force",
            .spec = {.name = "force", .help = "replace a run in the folder", .fallback = false}}},
      .footer = listing("Recipes", recipes::registry().entries()) +
                "\nExample:\n  spinflow run iso2018 --scale smoke --set train.seeds=2 -o runs/try",
      .run = run_run};
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/pooled.hpp"
#include "command/run_folder.hpp"
#include "command/signals.hpp"
#include "command/time_limit.hpp"
#include "command/works.hpp"
#include "recipes/seeds.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/folder_files.hpp"
#include "studies/compared_runs.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;

/// What the flags ask for.
struct Asked {
  std::string recipe;
  std::string scale;
  std::vector<std::string> overrides;
  io::Settings settings;
  fs::path folder;

  [[nodiscard]] report::PageOptions page() const {
    return {.citations = recipes::registry().find(recipe).citations,
            .works = all_works(),
            .overrides = overrides};
  }
};

Asked asked_for(const Invocation& invocation) {
  Asked asked{.recipe = invocation.word("RECIPE"),
              .scale = invocation.get<std::string>("scale"),
              .overrides = invocation.get<std::vector<std::string>>("set"),
              .folder = invocation.get<std::string>("output")};
  (void)recipes::registry().find(asked.recipe);
  asked.settings = recipes::resolve(asked.recipe, asked.scale, asked.overrides);
  if (asked.folder.empty()) asked.folder = fs::path("runs") / fmt::format("{}-{}", asked.recipe, asked.scale);
  return asked;
}

std::vector<std::uint64_t> seeds_asked_for(const Invocation& invocation) {
  for (const char* flag : {"seed", "resume", "force"})
    if (invocation.has(flag))
      throw input_error("run", fmt::format("--seeds and --{} are both given", flag),
                        std::string_view(flag) == "seed"
                            ? "give one of them"
                            : "unfinished runs go on by themselves: leave it out");
  std::vector<std::uint64_t> seeds;
  for (const auto seed : invocation.get<std::vector<std::int64_t>>("seeds")) {
    if (std::ranges::find(seeds, static_cast<std::uint64_t>(seed)) != seeds.end())
      throw input_error("run --seeds", fmt::format("{} stands there twice", seed), "give each seed once");
    seeds.push_back(static_cast<std::uint64_t>(seed));
  }
  if (seeds.size() < 2)
    throw input_error("run --seeds", "there are fewer than two seeds", "give 1:10, 1,5,9, or --seed for one");
  return seeds;
}

/// The runs of all seeds, and what they say together.
int run_all_seeds(const Invocation& invocation) {
  const Asked asked = asked_for(invocation);
  const recipes::SeededRuns runs{asked.recipe, asked.scale, asked.settings, seeds_asked_for(invocation)};
  say_when_interrupted(fmt::format("{}: interrupted; the same command goes on", asked.folder.string()));
  heed_time_limit(invocation);
  std::vector<std::string> folders;
  {
    Progress progress;
    const auto places = recipes::run_seeds(
        output_folders(), runs, asked.folder,
        [&](const fs::path& folder) { report::write_report(folder, asked.page()); }, progress);
    for (const auto& place : places) folders.push_back(place.string());
  }
  const auto compared = studies::compared_runs(output_folders(), folders);
  const auto comparison = report::compare(compared);
  const auto pooled = report::pooled(comparison);
  recipes::pool_once(runs, asked.folder, [&] {
    io::Settings settings;
    settings["recipe"]["title"] =
        fmt::format("{}, scale {}, {} seeds together", asked.recipe, asked.scale, runs.seeds.size());
    settings["recipe"]["question"] = std::string("What do runs with different seeds say together?");
    settings["runs"]["seeds"] = std::vector<std::int64_t>(runs.seeds.begin(), runs.seeds.end());
    write_answer(invocation, asked.folder / "pooled", report::pooled_results(compared, pooled), settings,
                 true);
  });
  if (invocation.json())
    print_json(pooled_json(pooled));
  else
    print(pooled_text(pooled) + page_text(asked.folder / "pooled" / results::page_file));
  return 0;
}

int run_run(const Invocation& invocation) {
  if (invocation.has("seeds")) return run_all_seeds(invocation);
  const Asked asked = asked_for(invocation);
  const auto seed = seed_of(invocation);
  const auto work = run_folder(invocation, asked.folder, recipes::registry().names());
  const auto results = run_into(*work, asked.page(), [&](const runs::RunManner& manner) {
    Progress progress;
    return recipes::run(asked.recipe, asked.scale, asked.settings, seed, work->place(), manner, progress);
  });
  if (invocation.json()) {
    print(io::read_text(asked.folder / results::results_file));
    return 0;
  }
  print(claims_text(results));
  print(fmt::format("\nseed {}", seed) + page_text(asked.folder / results::page_file));
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
           {.names = "--seeds",
            .spec = {.name = "seeds",
                     .help =
                         "a run for each of several seeds, in OUTPUT/seed-N, and what they say together, in "
                         "OUTPUT/pooled: first:last, first:last:step or a list; any number of processes "
                         "may be given the same command",
                     .fallback = std::vector<std::int64_t>{},
                     .least = 0},
            .shows_default = false},
           {.names = "-o,--output",
            .spec = {.name = "output", .help = "run folder [runs/RECIPE-SCALE]", .fallback = std::string()},
            .completes = Completes::folder,
            .shows_default = false}},
      .footer = listing("Recipes", recipes::registry().entries()) +
                "\nExamples:\n  spinflow run iso2018 --scale smoke --set train.seeds=2 -o runs/try"
                "\n  spinflow run iso2018 --scale quick --seeds 1:20 -o runs/twenty",
      .run = run_run};
  std::ranges::move(run_flags(), std::back_inserter(command.flags));
  return command;
}

}  // namespace spinflow::program

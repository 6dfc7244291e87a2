// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands.hpp"
#include "json.hpp"
#include "run_folder.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/experiments/experiment.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::program {

std::string claims_text(const results::Results& results) {
  std::string text = fmt::format("{} ({})\n", results.recipe, results.scale);
  for (const auto& claim : results.claims) {
    text += fmt::format("\n  {:<4}{:<14}measured {}\n", claim.id, results::to_string(claim.verdict),
                        with_error(claim.measured, claim.error));
    text += wrapped(claim.statement, 100, 6) + "\n";
    if (!claim.control.empty()) text += wrapped("control: " + claim.control, 100, 6) + "\n";
  }
  return text;
}

namespace {

/// The settings of the run that differ from the recipe's own: what `--set` was.
std::vector<std::string> overrides_of(const std::filesystem::path& folder, const results::Results& results) {
  const io::Settings had =
      io::settings_from_toml(io::read_text(folder / "recipe.toml"), (folder / "recipe.toml").string());
  std::vector<std::string> overrides;
  for (const auto& [section, values] : experiments::resolve(results.recipe, results.scale, {})) {
    const auto found = had.find(section);
    if (found == had.end() || section == "recipe" || section == "criteria") continue;
    for (const auto& [key, value] : values)
      if (const auto now = found->second.find(key);
          now != found->second.end() && base::to_text(now->second) != base::to_text(value))
        overrides.push_back(fmt::format("{}.{}={}", section, key, base::to_text(now->second)));
  }
  return overrides;
}

int run(const Invocation& invocation) {
  const std::filesystem::path folder = invocation.word("DIR");
  if (!std::filesystem::is_directory(folder))
    throw input_error(folder.string(), "it is not a run folder", "give the folder of a `spinflow run`");
  if (std::filesystem::exists(folder / "INCOMPLETE"))
    throw input_error(folder.string(), "the run there has not finished",
                      "finish it with `spinflow run` and --resume");
  const auto results =
      results::results_from_json(io::read_text(folder / "results.json"), (folder / "results.json").string());
  const auto& entry = experiments::registry().find(results.recipe);
  const auto page = report::write_report(
      folder, {.citations = entry.citations, .overrides = overrides_of(folder, results)});
  if (invocation.json()) {
    print_json({{"report", page.string()}});
    return 0;
  }
  print(fmt::format("{}\nthe report is {}\n", claims_text(results), printable(page.string())));
  return 0;
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .help = "write the page of a run folder anew: report.html",
          .positionals = {{.name = "DIR", .help = "folder of a run", .completes = Completes::folder}},
          .run = run};
}

}  // namespace spinflow::program

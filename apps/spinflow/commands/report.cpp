// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "command/works.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/results/unknown_numbers.hpp"

namespace spinflow::program {

std::string claims_text(const results::Results& results) {
  std::string text = printable(results.recipe);
  if (!results.scale.empty()) text += fmt::format(" ({})", printable(results.scale));
  text += '\n';
  for (const auto& claim : results.claims) {
    text += fmt::format("\n  {:<4}{:<14}measured {}\n", printable(claim.id),
                        results::to_string(claim.verdict), with_error(claim.measured, claim.error));
    text += wrapped(results::with_dashes(claim.tested()), 100, 6) + "\n";
    // Files of earlier versions do not say why.
    const std::string why =
        !claim.because.empty() || claim.control.empty() ? claim.because : "control: " + claim.control;
    if (!why.empty()) text += wrapped(results::with_dashes(why), 100, 6) + "\n";
  }
  return text;
}

namespace {

/// The settings of the run that differ from the recipe's own: what `--set` was.
std::vector<std::string> overrides_of(const std::filesystem::path& folder, const results::Results& results) {
  const std::filesystem::path file = folder / results::recipe_file;
  const io::Settings had = io::settings_from_toml(io::read_text(file), file.string());
  std::vector<std::string> overrides;
  for (const auto& [section, values] : recipes::resolve(results.recipe, results.scale, {})) {
    const auto found = had.find(section);
    if (found == had.end() || section == "recipe" || section.starts_with("criteria")) continue;
    for (const auto& [key, value] : values)
      if (const auto now = found->second.find(key);
          now != found->second.end() && base::to_text(now->second) != base::to_text(value))
        overrides.push_back(fmt::format("{}.{}={}", section, key, base::to_text(now->second)));
  }
  return overrides;
}

/// Error(input) naming figures that the claims refer to and that are missing in the folder: it was copied
/// incompletely.
void expect_evidence(const std::filesystem::path& folder, const results::Results& results) {
  std::set<std::string> there;
  for (const auto& figure : results::read_figures(folder)) there.insert(figure.id);
  std::vector<std::string> missing;
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder / "figures", ignored))
    missing.emplace_back("the folder figures/");
  for (const auto& claim : results.claims)
    for (const auto& id : claim.evidence)
      if (!results.tables.contains(id) && there.insert(id).second)
        missing.push_back("figures/" + id + ".vl.json");
  if (!missing.empty())
    throw input_error(folder.string(), fmt::format("it lacks {}", fmt::join(missing, ", ")),
                      "copy the whole folder of the run, or make it again with --force");
}

int run_report(const Invocation& invocation) {
  const std::filesystem::path folder = invocation.word("DIR");
  const auto results = output_folders().finished_results(folder);
  expect_evidence(folder, results);
  report::PageOptions options{.works = all_works()};
  // A folder without a recipe is an analysis; its recipe.toml has the command line.
  if (recipes::registry().contains(results.recipe)) {
    options.citations = recipes::registry().find(results.recipe).citations;
    options.overrides = overrides_of(folder, results);
  }
  const auto page = report::write_report(folder, options);
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
          .run = run_report};
}

}  // namespace spinflow::program

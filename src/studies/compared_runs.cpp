// SPDX-License-Identifier: Apache-2.0
#include "studies/compared_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::studies {

namespace fs = std::filesystem;

namespace {

/// The last part of a path, whatever it ends in: "runs/a/" and "runs/a/." are "a".
std::string last_name(const fs::path& canonical) { return canonical.filename().string(); }

}  // namespace

std::vector<report::ComparedRun> compared_runs(const runs::OutputFolders& known,
                                               const std::vector<std::string>& folders) {
  if (folders.size() < 2)
    throw input_error("compare",
                      folders.empty() ? "there is no run" : fmt::format("'{}' is one run", folders.front()),
                      "give two folders of runs or more");
  std::vector<report::ComparedRun> runs;
  std::vector<fs::path> places;
  for (const auto& folder : folders) {
    report::ComparedRun run{.name = {}, .results = known.finished_results(folder)};
    if (run.results.recipe == "compare")
      throw input_error(folder, "it holds a comparison", "give the folders of the runs themselves");
    const fs::path recipe = fs::path(folder) / results::recipe_file;
    run.settings = io::settings_from_toml(io::read_text(recipe), recipe.string());
    // Only answers have a command line in their recipe.toml.
    if (const auto about = run.settings.find("recipe");
        about != run.settings.end() && about->second.contains("command"))
      throw input_error(folder, fmt::format("it holds an answer of {}, no run", run.results.recipe),
                        "give folders of `spinflow run`");
    const fs::path place = fs::canonical(folder);
    if (std::ranges::find(places, place) != places.end())
      throw input_error(folder, "it is given twice", "give each run once");
    places.push_back(place);
    runs.push_back(std::move(run));
  }
  // As short as tells the runs apart.
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool alone = std::ranges::count_if(places, [&](const fs::path& place) {
                         return last_name(place) == last_name(places[i]);
                       }) == 1;
    runs[i].name = alone ? last_name(places[i]) : folders[i];
  }
  return runs;
}

}  // namespace spinflow::studies

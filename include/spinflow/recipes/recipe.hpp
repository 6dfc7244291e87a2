// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::recipes {

/// A recipe: asks a question of a flow and ends in claims. Its TOML (src/recipes/<name>/recipe.toml,
/// embedded) holds every setting with its default in [section]s, overrides per scale in [scale-<name>]
/// sections
/// ("section.key" = value), the question, and the criterion of each claim, before any number exists.
struct RecipeEntry {
  std::string name;
  std::string help;
  std::vector<base::Citation> citations;
  /// Every figure and table that a run can make, by name; {} stands for any word (one per model, say).
  std::vector<std::string> evidence;
  /// Error(input) naming the key for a setting that is out of range.
  std::function<void(const io::Settings&)> check;
  /// The names of the pieces that a run with these settings keeps, if nothing fails.
  std::function<std::vector<std::string>(const io::Settings&)> pieces;
  std::function<results::Results(const runs::RunContext&)> run;
};

[[nodiscard]] base::Registry<RecipeEntry>& registry();

/// The embedded TOML of a recipe; empty if there is none.
[[nodiscard]] std::string_view recipe_text(std::string_view name);
/// The same without what figures and claims say (the sections [figures.<id>] and [claims.<claim>]), which
/// nobody sets.
[[nodiscard]] std::string settings_text(std::string_view recipe);

/// "smoke", "quick", ...: the scales the recipe has.
[[nodiscard]] std::vector<std::string> scales(std::string_view recipe);

/// The recipe's settings at a scale, with `overrides` ("section.key=value" texts) applied and checked.
/// Error(input) for an unknown recipe, scale, key (with the nearest right one named) or a bad value.
[[nodiscard]] io::Settings resolve(std::string_view recipe, std::string_view scale,
                                   const std::vector<std::string>& overrides);

///     recipes::run("iso2018", "smoke", recipes::resolve("iso2018", "smoke", {}), 1, "folder");
///
/// Runs a recipe into `folder` (created): recipe.toml, stage files (*.h5, *.json), figures/, results.json,
/// run.log. The folder is marked incomplete (file INCOMPLETE) until everything is written. An unfinished
/// folder of the same recipe.toml can be resumed where it stopped, or be filled by several processes that
/// join it (`manner`), and gives the same results.json as one uninterrupted run. Error(input) beginning with
/// the folder if the run there has another recipe, scale, seed or setting.
results::Results run(std::string_view recipe, std::string_view scale, const io::Settings& settings,
                     std::uint64_t seed, const std::filesystem::path& folder,
                     const runs::RunManner& manner = {}, base::Observer& observer = base::silent());

}  // namespace spinflow::recipes

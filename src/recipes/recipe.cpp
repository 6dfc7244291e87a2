// SPDX-License-Identifier: Apache-2.0
#include "spinflow/recipes/recipe.hpp"

#include <fmt/format.h>

#include <ranges>
#include <set>

#include "base/fill_once.hpp"
#include "recipes/criteria.hpp"
#include "recipes/evidence.hpp"
#include "runs/damaged_piece.hpp"
#include "runs/live_run.hpp"
#include "runs/output_folders.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::recipes {

namespace fs = std::filesystem;

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<RecipeEntry>& registry() {
  static base::Registry<RecipeEntry> entries("recipe");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

namespace {

constexpr std::string_view scale_prefix = "scale-";
/// Sections of texts, which are no settings: what figures and claims say.
bool holds_texts(std::string_view section) {
  return section.starts_with("figures.") || section.starts_with("claims.");
}

// What describes the recipe: a user reads it but does not set it.
bool is_fixed(std::string_view section, std::string_view key) {
  return section == "recipe" || (section.starts_with("criteria.") && Criteria::holds_words(key));
}

io::Settings document(std::string_view recipe) {
  (void)registry().find(recipe);
  return io::settings_from_toml(recipe_text(recipe), fmt::format("recipe {}", recipe));
}

/// The value of "section.key" in `settings`, which must hold it.
base::Value& slot(io::Settings& settings, std::string_view path, std::string_view recipe,
                  std::string_view where) {
  std::vector<std::string> known;
  for (const auto& [section, values] : settings)
    for (const auto& [key, value] : values)
      if (!is_fixed(section, key)) known.push_back(section + "." + key);
  const auto dot = path.rfind('.');
  if (dot != std::string_view::npos) {
    const auto section = settings.find(path.substr(0, dot));
    if (section != settings.end() && !is_fixed(section->first, path.substr(dot + 1))) {
      const auto value = section->second.find(path.substr(dot + 1));
      if (value != section->second.end()) return value->second;
    }
  }
  const std::string near = nearest_name(path, known);
  throw input_error(
      where, fmt::format("there is no setting '{}'", path),
      fmt::format("{}`spinflow recipes {}` shows all {}",
                  near.empty() ? "" : fmt::format("did you mean '{}'? ", near), recipe, known.size()));
}

std::string recipe_text_of(std::string_view recipe, std::string_view scale, std::uint64_t seed,
                           const io::Settings& settings) {
  io::Settings whole = settings;
  auto& about = whole["recipe"];
  about["name"] = std::string(recipe);
  about["scale"] = std::string(scale);
  about["seed"] = static_cast<std::int64_t>(seed);
  return io::to_toml(whole);
}

}  // namespace

namespace {

/// Whether the texts hold the same settings. Earlier versions wrote whole numbers in lists as 64.0.
bool same_settings(std::string_view a, std::string_view b, const std::string& where) {
  if (a == b) return true;
  const auto same_value = [](const auto& x, const auto& y) {
    const auto numbers = base::numbers_of(x.second);
    return x.first == y.first && (x.second == y.second || (numbers && numbers == base::numbers_of(y.second)));
  };
  return std::ranges::equal(io::settings_from_toml(a, where), io::settings_from_toml(b, where),
                            [&](const auto& x, const auto& y) {
                              return x.first == y.first && std::ranges::equal(x.second, y.second, same_value);
                            });
}

}  // namespace

std::vector<std::string> scales(std::string_view recipe) {
  std::vector<std::string> names;
  for (const auto& [section, values] : document(recipe))
    if (section.starts_with(scale_prefix)) names.push_back(section.substr(scale_prefix.size()));
  return names;
}

std::string settings_text(std::string_view recipe) {
  std::string text;
  bool shown = true;
  for (const auto line : std::views::split(recipe_text(recipe), '\n')) {
    const std::string_view words(line.begin(), line.end());
    if (words.starts_with('[')) shown = !holds_texts(words.substr(1));
    if (shown) text.append(words).append("\n");
  }
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

io::Settings resolve(std::string_view recipe, std::string_view scale,
                     const std::vector<std::string>& overrides) {
  io::Settings settings = document(recipe);
  base::Values of_scale;
  bool found = false;
  for (auto it = settings.begin(); it != settings.end();) {
    if (holds_texts(it->first)) {
      it = settings.erase(it);
      continue;
    }
    if (!it->first.starts_with(scale_prefix)) {
      ++it;
      continue;
    }
    if (it->first.substr(scale_prefix.size()) == scale) {
      of_scale = it->second;
      found = true;
    }
    it = settings.erase(it);
  }
  if (!found)
    throw input_error("--scale", fmt::format("recipe {} has no scale '{}'", recipe, scale),
                      suggestion(scale, scales(recipe)));
  // A list that a scale leaves empty shows its kind in the recipe's own value.
  io::Settings kinds = settings;
  for (const auto& [path, value] : of_scale)
    slot(settings, path, recipe, fmt::format("recipe {}, [scale-{}]", recipe, scale)) = value;
  std::set<std::string> set;
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw input_error("--set", fmt::format("'{}' has no value", text), "write --set section.key=value");
    const std::string path = text.substr(0, equals);
    if (!set.insert(path).second)
      throw input_error("--set", fmt::format("{} is given twice", path), "give it once, a list with commas");
    base::Value& value = slot(settings, path, recipe, "--set");
    value = base::from_text(text.substr(equals + 1), slot(kinds, path, recipe, "--set"),
                            fmt::format("--set {}", path));
  }
  registry().find(recipe).check(settings);
  return settings;
}

results::Results run(std::string_view recipe, std::string_view scale, const io::Settings& settings,
                     std::uint64_t seed, const fs::path& folder, bool resume, base::Observer& observer) {
  const RecipeEntry& entry = registry().find(recipe);
  const std::string text = recipe_text_of(recipe, scale, seed, settings);
  if (resume) {
    if (!runs::is_unfinished(folder))
      throw input_error(folder.string(), "there is no unfinished run to resume",
                        "leave out --resume to start one");
    const fs::path begun = folder / results::recipe_file;
    if (!same_settings(io::read_text(begun), text, begun.string()))
      throw input_error(folder.string(), "the unfinished run there has other settings",
                        "give the settings of its recipe.toml, or another folder with -o");
  }
  using runs::LiveRun;
  LiveRun live(folder, resume ? LiveRun::Start::resumed : LiveRun::Start::fresh, observer);
  // The recipe first: it says whose the folder is, and without results it counts as unfinished.
  if (!resume) live.describe(text);
  live.mark("spinflow run");
  live.log().note(fmt::format("{}: recipe {}, scale {}, seed {}, {} threads{}", base::software(), recipe,
                              scale, seed, base::threads(), resume ? ", resumed" : ""));
  results::Results results = runs::with_pieces_of(folder, [&] {
    return entry.run({folder, settings, std::string(scale), seed, live.log()});
  });
  results.recipe = recipe;
  results.scale = scale;
  results.seed = seed;
  drop_evidence_not_made(entry.evidence, results);
  live.finish(results);
  return results;
}

}  // namespace spinflow::recipes

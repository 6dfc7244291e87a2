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

/// The first key ("recipe.seed") whose value differs; empty if there is none. Earlier versions wrote whole
/// numbers in lists as 64.0.
std::string first_difference(const io::Settings& a, const io::Settings& b) {
  const auto same = [](const base::Value& x, const base::Value& y) {
    const auto numbers = base::numbers_of(x);
    return x == y || (numbers && numbers == base::numbers_of(y));
  };
  const auto missing_in = [&](const io::Settings& from, const io::Settings& other) -> std::string {
    for (const auto& [section, values] : from)
      for (const auto& [key, value] : values) {
        const auto found = other.find(section);
        const auto at = found == other.end() ? base::Values::const_iterator{} : found->second.find(key);
        if (found == other.end() || at == found->second.end() || !same(value, at->second))
          return fmt::format("{}.{}", section, key);
      }
    return {};
  };
  // What the run is comes before what follows from it.
  for (const char* key : {"name", "scale", "seed"})
    if (a.contains("recipe") && b.contains("recipe") && a.at("recipe").contains(key) &&
        b.at("recipe").contains(key) && !same(a.at("recipe").at(key), b.at("recipe").at(key)))
      return fmt::format("recipe.{}", key);
  const std::string difference = missing_in(a, b);
  return difference.empty() ? missing_in(b, a) : difference;
}

/// Error(input) unless the run in the folder is that of the text.
void expect_same_run(const fs::path& folder, const std::string& text) {
  const fs::path begun = folder / results::recipe_file;
  const std::string there = io::read_text(begun);
  if (there == text) return;
  const std::string key =
      first_difference(io::settings_from_toml(text, "recipe"), io::settings_from_toml(there, begun.string()));
  if (!key.empty())
    throw input_error(folder.string(), fmt::format("the run there has another {}", key),
                      "give the settings of its recipe.toml, or another folder with -o");
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
                     std::uint64_t seed, const fs::path& folder, const runs::RunManner& manner,
                     base::Observer& observer) {
  const RecipeEntry& entry = registry().find(recipe);
  const std::string text = recipe_text_of(recipe, scale, seed, settings);
  const fs::path begun = folder / results::recipe_file;
  if (manner.resume) {
    if (!runs::is_unfinished(folder))
      throw input_error(folder.string(), "there is no unfinished run to resume",
                        "leave out --resume to start one");
    expect_same_run(folder, text);
  }
  using Start = runs::LiveRun::Start;
  runs::LiveRun live(folder,
                     manner.join     ? Start::joined
                     : manner.resume ? Start::resumed
                                     : Start::fresh,
                     observer);
  // The recipe first: it says whose the folder is, and without results it counts as unfinished.
  if (!manner.resume && !(manner.join && fs::exists(begun))) live.describe(text);
  if (manner.join) {
    expect_same_run(folder, text);
    const fs::path finished = folder / results::results_file;
    if (!runs::is_unfinished(folder))
      return results::results_from_json(io::read_text(finished), finished.string());
  }
  live.mark("spinflow run");
  live.log().note(fmt::format("{}: recipe {}, scale {}, seed {}, {} threads{}", base::software(), recipe,
                              scale, seed, base::threads(), manner.resume ? ", resumed" : ""));
  results::Results results = runs::with_pieces_of(folder, [&] {
    return entry.run({folder, settings, std::string(scale), seed, live.log(), live.claims(), &live.log()});
  });
  results.recipe = recipe;
  results.scale = scale;
  results.seed = seed;
  drop_evidence_not_made(entry.evidence, results);
  live.finish(results, manner.page);
  return results;
}

}  // namespace spinflow::recipes

// SPDX-License-Identifier: Apache-2.0
#include "recipes/seeds.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "runs/claims.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::recipes {

namespace fs = std::filesystem;

namespace {

/// The recipe.toml of the folder that holds the runs' folders names it so.
constexpr const char* seeds_kind = "seeds";
constexpr const char* pooled_folder = "pooled";

std::string seed_folder(std::uint64_t seed) { return fmt::format("seed-{}", seed); }

io::Settings settings_in(const fs::path& folder) {
  const fs::path file = folder / results::recipe_file;
  return io::settings_from_toml(io::read_text(file), file.string());
}

/// A value of the section, or `fallback` if the section has none of this kind.
template <class T>
T value_of(const io::Settings& settings, const char* section, const char* key, T fallback) {
  const auto values = settings.find(section);
  if (values == settings.end()) return fallback;
  const auto value = values->second.find(key);
  if (value == values->second.end()) return fallback;
  const T* found = std::get_if<T>(&value->second);
  return found != nullptr ? *found : fallback;
}

std::string text_of(const io::Settings& settings, const char* key) {
  return value_of(settings, "recipe", key, std::string());
}

std::vector<std::int64_t> seeds_of(const io::Settings& settings) {
  return value_of(settings, "runs", "seeds", std::vector<std::int64_t>{});
}

/// Writes what the folder is for: these seeds and those that others have asked for.
void describe_seeds(const SeededRuns& runs, const fs::path& folder) {
  std::set<std::int64_t> all(runs.seeds.begin(), runs.seeds.end());
  io::Settings about;
  about["recipe"] = {{"name", std::string(seeds_kind)}, {"of", runs.recipe}, {"scale", runs.scale}};
  if (fs::exists(folder / results::recipe_file)) {
    const auto there = settings_in(folder);
    for (const char* key : {"name", "of", "scale"})
      if (text_of(there, key) != text_of(about, key))
        throw input_error(
            folder.string(),
            fmt::format("it holds runs of {} at scale {}", text_of(there, "of"), text_of(there, "scale")),
            "give another folder with -o");
    const auto before = seeds_of(there);
    if (std::ranges::includes(std::set(before.begin(), before.end()), all)) return;
    all.insert(before.begin(), before.end());
  }
  about["runs"]["seeds"] = std::vector<std::int64_t>(all.begin(), all.end());
  io::write_text(folder / results::recipe_file, io::to_toml(about));
}

/// Only what run_seeds makes may be in the folder.
void expect_seeds_folder(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name.starts_with("seed-") || name == pooled_folder || name == results::claims_folder ||
                      name == results::recipe_file || (name.starts_with('.') && name.ends_with(".partial"));
    if (!ours)
      throw input_error(folder.string(), fmt::format("it holds something else: '{}'", name),
                        "choose another folder with -o");
  }
  if (error)
    throw input_error(folder.string(), fmt::format("it cannot be listed ({})", error.message()),
                      "choose another folder with -o");
}

}  // namespace

std::vector<fs::path> run_seeds(const runs::OutputFolders& known, const SeededRuns& asked,
                                const fs::path& folder, const std::function<void(const fs::path&)>& page,
                                base::Observer& observer) {
  io::make_folder(folder);
  expect_seeds_folder(folder);
  runs::Claims claims(folder);
  for (int attempt = 0;; ++attempt) {
    if (const auto claim = claims.take(seeds_kind)) {
      describe_seeds(asked, folder);
      break;
    }
    claims.await(seeds_kind, {}, attempt);
  }
  std::vector<fs::path> places;
  for (const auto seed : asked.seeds) places.push_back(folder / seed_folder(seed));
  std::vector<std::string> failures;
  // A run that fails does not keep the others from being run.
  const auto run_one = [&](std::size_t i) {
    try {
      const auto work = runs::WorkFolder::for_joined(known, places[i], {asked.recipe});
      (void)run(asked.recipe, asked.scale, asked.settings, asked.seeds[i], work->place(),
                {.join = true, .page = page}, observer);
    } catch (const Error& error) {
      if (error.fault() != Fault::failure) throw;
      observer.note(error.what());
      failures.push_back(fmt::format("seed {}: {}", asked.seeds[i], error.what()));
    }
  };
  std::vector<std::size_t> begun;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto claim = claims.take(seed_folder(asked.seeds[i]));
    claim ? run_one(i) : begun.push_back(i);
  }
  // Processes that have no run of their own left spread over those of others.
  if (!begun.empty())
    std::ranges::rotate(begun, begun.begin() + static_cast<std::ptrdiff_t>(
                                                   static_cast<std::size_t>(getpid()) % begun.size()));
  for (const std::size_t i : begun) run_one(i);
  if (!failures.empty())
    throw Error(Fault::failure,
                fmt::format("{} of {} runs failed, {}", failures.size(), places.size(), failures.front()));
  return places;
}

void pool_once(const SeededRuns& asked, const fs::path& folder, const std::function<void()>& make) {
  const fs::path place = folder / pooled_folder;
  runs::Claims claims(folder);
  const std::vector<std::int64_t> seeds(asked.seeds.begin(), asked.seeds.end());
  (void)runs::made_once(
      &claims, pooled_folder, place / results::page_file,
      [&]() -> std::optional<bool> {
        try {
          const bool there = fs::exists(place / results::page_file) && !runs::is_unfinished(place) &&
                             seeds_of(settings_in(place)) == seeds;
          return there ? std::optional(true) : std::nullopt;
        } catch (const Error&) {
          return std::nullopt;  // it is being replaced just now
        }
      },
      [&] {
        make();
        return true;
      });
}

namespace {

runs::RunStatus run_status(const fs::path& folder, const io::Settings& settings, const std::string& name) {
  std::vector<std::string> pieces;
  if (name == "critical")
    pieces = studies::critical_pieces(folder);
  else
    pieces = registry().find(name).pieces(settings);
  return runs::status_of(folder, pieces);
}

}  // namespace

std::vector<StudyStatus> status_of(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw input_error(folder.string(),
                      fs::exists(folder, ignored) ? "it is not a folder" : "there is no such folder",
                      "give the folder of a run");
  if (access(folder.c_str(), R_OK | X_OK) != 0)
    throw input_error(folder.string(), fmt::format("it cannot be read ({})", std::strerror(errno)),
                      "ask its owner for the right to read it");
  if (!fs::exists(folder / results::recipe_file)) {
    if (fs::exists(folder / results::claims_folder))
      return {
          {.folder = folder, .recipe = "critical", .scale = {}, .run = runs::status_of(folder, {"plan"})}};
    throw input_error(folder.string(), "it does not hold a run", "give the folder of a run");
  }
  const auto settings = settings_in(folder);
  const std::string name = text_of(settings, "name");
  if (name == seeds_kind) {
    std::vector<StudyStatus> all;
    for (const auto seed : seeds_of(settings)) {
      const fs::path place = folder / seed_folder(static_cast<std::uint64_t>(seed));
      StudyStatus one{.folder = place,
                      .recipe = text_of(settings, "of"),
                      .scale = text_of(settings, "scale"),
                      .seed = static_cast<std::uint64_t>(seed),
                      .begun = fs::exists(place / results::recipe_file)};
      if (one.begun) one.run = run_status(place, settings_in(place), one.recipe);
      all.push_back(std::move(one));
    }
    return all;
  }
  const auto names = registry().names();
  if (name != "critical" && std::ranges::find(names, name) == names.end())
    throw input_error(folder.string(), fmt::format("it holds a result of '{}', which is not a run", name),
                      "give the folder of `spinflow run` or `spinflow critical`");
  const char* seed_section = name == "critical" ? "critical" : "recipe";
  return {{.folder = folder,
           .recipe = name,
           .scale = text_of(settings, "scale"),
           .seed = static_cast<std::uint64_t>(value_of(settings, seed_section, "seed", std::int64_t{0})),
           .run = run_status(folder, settings, name)}};
}

}  // namespace spinflow::recipes

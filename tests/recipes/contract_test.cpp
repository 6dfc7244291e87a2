// SPDX-License-Identifier: Apache-2.0
// What every registered recipe must do: its smoke scale finishes with claims and their evidence, and its
// bytes depend neither on threads nor on interruptions.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "recipe_testing.hpp"
#include "recipes/evidence.hpp"
#include "runs/pieces.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::recipes {
namespace {

namespace fs = std::filesystem;

class SlowEveryRecipe : public ::testing::TestWithParam<std::string> {
 protected:
  const std::string& recipe() const { return GetParam(); }
  io::Settings tiny() const { return resolve(recipe(), "smoke", tiny_settings(recipe())); }
};

/// What no run at the smallest scale makes: scans, larger lattices and failures.
std::set<std::string> not_at_smoke(const std::string& recipe) {
  if (recipe == "iso2018")
    return {"model-likelihood", "model-temperature", "model_quality", "scan-decay",
            "scan-hidden",      "scan-method",       "scan-size",     "scan_decay",
            "scan_hidden",      "scan_method",       "scan_size"};
  if (recipe == "short-sighted") return {"failed_stacks", "layer-temperatures-large", "scaling-residuals-{}"};
  return {};
}

/// Every figure and table is declared, and every declared one made where this scale makes it.
void expect_declared_evidence(const RecipeEntry& entry, const results::Results& results) {
  std::set<std::string> made;
  for (const auto& figure : results.figures) made.insert(figure.id);
  for (const auto& [name, table] : results.tables) made.insert(name);
  for (const auto& name : made) EXPECT_TRUE(is_declared(entry.evidence, name)) << name << " is not declared";
  std::set<std::string> missing;
  for (const auto& one : entry.evidence)
    if (std::ranges::none_of(made, [&](const auto& name) { return is_declared({one}, name); }))
      missing.insert(one);
  EXPECT_EQ(missing, not_at_smoke(entry.name));
}

TEST_P(SlowEveryRecipe, FinishesItsSmokeScale) {
  const testing::TemporaryFolder folder;
  const auto results = run(recipe(), "smoke", resolve(recipe(), "smoke", {}), 1, folder.path() / "run");
  EXPECT_FALSE(results.claims.empty());
  for (const auto& claim : results.claims) {
    EXPECT_FALSE(claim.criterion.empty()) << claim.id;
    EXPECT_TRUE(claim.because.ends_with('.') && claim.because.find('\n') == std::string::npos)
        << claim.id << ": " << claim.because;
    EXPECT_FALSE(claim.control.empty() && claim.qualification.empty()) << claim.id;
    for (const auto& id : claim.evidence) {
      const bool figure = std::ranges::any_of(results.figures, [&](const auto& f) { return f.id == id; });
      EXPECT_TRUE(figure || results.tables.contains(id)) << claim.id << ": evidence " << id;
    }
  }
  expect_declared_evidence(registry().find(recipe()), results);
  EXPECT_FALSE(fs::exists(folder.path() / "run" / "INCOMPLETE"));
  const auto declared = registry().find(recipe()).pieces(resolve(recipe(), "smoke", {}));
  std::set<std::string> kept;
  for (const auto& piece : runs::made_pieces(io::read_text(folder.path() / "run" / "run.log")))
    kept.insert(piece.name);
  for (const auto& entry : fs::directory_iterator(folder.path() / "run"))
    if (const auto name = entry.path().filename().string(); name.starts_with("critical-")) kept.insert(name);
  EXPECT_EQ(std::set(declared.begin(), declared.end()), kept);
}

TEST_P(SlowEveryRecipe, GivesTheSameBytesForOneAndThreeThreads) {
  const int before = base::threads();
  std::vector<std::string> texts;
  for (const int threads : {1, 3}) {
    base::set_threads(threads);
    const testing::TemporaryFolder folder;
    (void)run(recipe(), "smoke", tiny(), 1, folder.path() / "run");
    texts.push_back(io::read_text(folder.path() / "run" / "results.json"));
  }
  base::set_threads(before);
  EXPECT_EQ(texts[0], texts[1]);
}

// Stopped after some calls of the observer, resumed and stopped after twice as many, and so on.
TEST_P(SlowEveryRecipe, ResumesToTheSameBytes) {
  const testing::TemporaryFolder folder;
  const auto settings = tiny();
  (void)run(recipe(), "smoke", settings, 1, folder.path() / "whole");
  const fs::path path = folder.path() / "parts";
  int stops = 0;
  for (int calls = 20; calls < 1000000; calls *= 3) {
    StopsAfter observer(calls);
    try {
      (void)run(recipe(), "smoke", settings, 1, path, {.resume = stops > 0}, observer);
      break;
    } catch (const Error& error) {
      ASSERT_EQ(error.fault(), Fault::interrupted) << error.what();
      EXPECT_TRUE(fs::exists(path / "INCOMPLETE"));
      ++stops;
    }
  }
  EXPECT_GE(stops, 2);
  EXPECT_EQ(io::read_text(path / "results.json"), io::read_text(folder.path() / "whole" / "results.json"));
  for (const auto& entry : fs::directory_iterator(folder.path() / "whole" / "figures"))
    EXPECT_EQ(io::read_text(entry.path()), io::read_text(path / "figures" / entry.path().filename()))
        << entry.path();
}

INSTANTIATE_TEST_SUITE_P(Registry, SlowEveryRecipe, ::testing::ValuesIn(registry().names()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace spinflow::recipes

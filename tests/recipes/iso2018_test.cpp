// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "recipe_testing.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> tiny = tiny_settings("iso2018");

std::string results_of(const fs::path& folder, std::uint64_t seed = 1) {
  (void)run("iso2018", "smoke", resolve("iso2018", "smoke", tiny), seed, folder);
  return io::read_text(folder / "results.json");
}

TEST(Recipes, HaveACriterionForEachClaimBeforeTheNumbers) {
  const auto settings = resolve("iso2018", "quick", {});
  for (const char* id : {"a", "b1", "b2", "c", "d", "e", "f"})
    EXPECT_TRUE(settings.contains(std::string("criteria.") + id)) << id;
}

// The file of settings can name no constant.
TEST(Iso2018, TheRulesOfFiguresStandAtTheExactTemperature) {
  int n_rules = 0;
  for (const auto& [section, values] : io::settings_from_toml(recipe_text("iso2018"), "iso2018")) {
    const auto rule = values.find("rule");
    if (!section.starts_with("figures.") || rule == values.end()) continue;
    const auto* at = std::get_if<double>(&rule->second);
    if (at == nullptr || *at == 0) continue;
    EXPECT_EQ(*at, exact::square_critical_temperature) << section;
    ++n_rules;
  }
  EXPECT_GE(n_rules, 5);
}

TEST(SlowIso2018, AnotherSeedIsAnotherResult) {
  const testing::TemporaryFolder folder;
  EXPECT_NE(results_of(folder.path() / "one", 1), results_of(folder.path() / "two", 2));
}

TEST(SlowIso2018, TrainingsWithoutAFixedPointAreRowsThatSaySo) {
  // Ordered for ever; every training diverged; a scan with one position.
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"train.learning_rate=30"},
        {"train.learning_rate=1e6", "train.k=1"},
        {"scans.sizes=8", "scans.size_updates=3"},
        {"scans.hidden=2,4", "scans.hidden_epochs=1", "scans.methods=cd-1,pcd-1", "train.learning_rate=0"}}) {
    const testing::TemporaryFolder folder;
    auto overrides = tiny;
    overrides.insert(overrides.end(), more.begin(), more.end());
    const auto results =
        run("iso2018", "smoke", resolve("iso2018", "smoke", overrides), 1, folder.path() / "run");
    const auto& table = results.tables.at("fixed_points");
    EXPECT_FALSE(table.rows.empty()) << more.front();
    for (const auto& row : table.rows)
      EXPECT_FALSE(std::get<std::string>(row.back()).empty()) << more.front();
    EXPECT_EQ(results.claims.size(), 7u);
    for (const auto& claim : results.claims)
      for (const auto& id : claim.evidence)
        EXPECT_TRUE(results.tables.contains(id) ||
                    std::ranges::any_of(results.figures, [&](const auto& f) { return f.id == id; }))
            << claim.id << " " << id;
  }
}

TEST(Iso2018, RefusesToResumeWithOtherSettings) {
  const testing::TemporaryFolder folder;
  StopsAfter observer(20);
  const auto settings = resolve("iso2018", "smoke", tiny);
  EXPECT_THROW((void)run("iso2018", "smoke", settings, 1, folder.path() / "run", {}, observer), Error);
  const auto fault_of_resuming = [&](std::uint64_t seed) {
    try {
      StopsAfter at_once(0);
      (void)run("iso2018", "smoke", settings, seed, folder.path() / "run", {.resume = true}, at_once);
    } catch (const Error& error) {
      return error.fault();
    }
    return Fault::failure;
  };
  EXPECT_EQ(fault_of_resuming(2), Fault::input);
  EXPECT_EQ(fault_of_resuming(1), Fault::interrupted);
  // As earlier versions wrote lists of whole numbers.
  const auto recipe = folder.path() / "run" / "recipe.toml";
  std::string text = io::read_text(recipe);
  const auto list = text.find("sizes = [20]");
  ASSERT_NE(list, std::string::npos);
  io::write_text(recipe, text.replace(list, 12, "sizes = [20.0]"));
  EXPECT_EQ(fault_of_resuming(1), Fault::interrupted);
  io::write_text(recipe, text.replace(list, 14, "sizes = [40.0]"));
  EXPECT_EQ(fault_of_resuming(1), Fault::input);
}

TEST(Iso2018, RefusesBadSettings) {
  const auto message = [](const std::vector<std::string>& overrides) -> std::string {
    try {
      (void)resolve("iso2018", "smoke", overrides);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(message({"train.epoch=3"}).find("train.epochs"), std::string::npos);
  EXPECT_NE(message({"rbm.hidden=0"}).find("hidden"), std::string::npos);
  EXPECT_NE(message({"train.learning_rate=nan"}).find("learning_rate"), std::string::npos);
  EXPECT_NE(message({"ensemble.temperatures=2,1"}).find("temperatures"), std::string::npos);
  EXPECT_NE(message({"ensemble.temperatures=-1:2:1"}).find("temperatures"), std::string::npos);
  EXPECT_NE(message({"flow.starts=0,7"}).find("flow.starts"), std::string::npos);
  EXPECT_NE(message({"train.types=V,Q"}).find("Q"), std::string::npos);
  EXPECT_NE(message({"train.method=sgd"}).find("cd"), std::string::npos);
  EXPECT_NE(message({"scans.methods=cd"}).find("scans.methods"), std::string::npos);
  EXPECT_NE(message({"scans.methods=cd-0"}).find("no trainer with its k"), std::string::npos);
  EXPECT_NE(message({"study.methods=foo-1"}).find("study.methods"), std::string::npos);
  EXPECT_NE(message({"study.hidden=1.5"}).find("[study]: hidden"), std::string::npos);
  EXPECT_NE(message({"scans.sizes=8.5"}).find("[scans]: sizes"), std::string::npos);
  EXPECT_NE(message({"scans.hidden=0"}).find("hidden"), std::string::npos);
  EXPECT_EQ(message({"scans.hidden=[]"}), "accepted");
  EXPECT_NE(message({"scans.hidden=4", "scans.hidden=8"}).find("given twice"), std::string::npos);
  EXPECT_NE(message({"controls.gap=1.6,1.7"}).find("controls.gap"), std::string::npos);
  EXPECT_NE(message({"controls.upper_temperatures=3.1"}).find("upper_temperatures"), std::string::npos);
  EXPECT_NE(message({"train.learning_rate=1e308"}).find("learning_rate"), std::string::npos);
  EXPECT_NE(message({"rg.sizes=30"}).find("rg.sizes"), std::string::npos);
  EXPECT_NE(message({"criteria.a.text=always true"}).find("no setting"), std::string::npos);
  EXPECT_NE(message({"train.seeds"}).find("section.key=value"), std::string::npos);
  EXPECT_THROW((void)resolve("iso2018", "huge", {}), Error);
  EXPECT_THROW((void)resolve("iso2081", "smoke", {}), Error);
}

}  // namespace
}  // namespace spinflow::recipes

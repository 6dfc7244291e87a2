// SPDX-License-Identifier: Apache-2.0
// What every registered recipe must do with its settings, whoever adds it.
#include <gtest/gtest.h>

#include "spinflow/recipes/recipe.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes {
namespace {

// The TOML holds the one default of every setting: without a key there is none.
TEST(EveryRecipe, NamesASettingThatIsMissing) {
  for (const auto& entry : registry().entries()) {
    const auto settings = resolve(entry.name, "smoke", {});
    EXPECT_NO_THROW(entry.check(settings)) << entry.name;
    for (const auto& [section, values] : settings) {
      if (section == "recipe" || section.starts_with("criteria.")) continue;
      for (const auto& [key, value] : values) {
        auto without = settings;
        without[section].erase(key);
        const auto said = testing::refusal_of([&] { entry.check(without); });
        EXPECT_TRUE(said.starts_with(section + "." + key + ": the setting is missing"))
            << entry.name << ": " << said;
      }
      auto whole_section = settings;
      whole_section.erase(section);
      EXPECT_NE(testing::refusal_of([&] { entry.check(whole_section); }).find(section + "."),
                std::string::npos)
          << entry.name;
    }
  }
}

}  // namespace
}  // namespace spinflow::recipes

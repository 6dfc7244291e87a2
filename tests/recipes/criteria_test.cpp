// SPDX-License-Identifier: Apache-2.0
#include "recipes/criteria.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "io/io_testing.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::recipes {
namespace {

using testing::expect_error;

io::Settings settings() {
  return io::settings_from_toml(
      "[criteria.a]\nstatement = 'of {}'\nsharper = 'ours'\ntext = 'within {common}, drift {drift}, "
      "{common}'\n"
      "common = 0.05\ndrift = 2\n"
      "[criteria.b]\nstatement = 'theirs'\npaper = 'other'\nlike = 'a'\ntext = 'as a'\n",
      "test");
}

TEST(Criteria, TextsHoldTheNumbersThatJudge) {
  const Criteria criteria(settings(), "paper");
  EXPECT_EQ(criteria.text("a"), "within 0.05, drift 2, 0.05");
  EXPECT_EQ(criteria.text("b"), "as a");
  EXPECT_EQ(criteria.number("a", "common"), 0.05);
  EXPECT_EQ(criteria.number("a", "drift"), 2);
  EXPECT_EQ(criteria.number("b", "drift"), 2) << "b is like a";
  const auto claim =
      criteria.claim("a", {.id = "a7", .word = "V"}, {Evidence("figure"), Evidence("of-{}").named("a")});
  EXPECT_EQ(claim.id, "a7");
  EXPECT_EQ(claim.statement, "of V");
  EXPECT_EQ(claim.sharper, "ours");
  EXPECT_EQ(claim.tested(), "ours");
  EXPECT_EQ(claim.paper, "paper");
  EXPECT_EQ(claim.evidence, (std::vector<std::string>{"figure", "of-a"}));
  EXPECT_EQ(claim.criterion, criteria.text("a"));
  EXPECT_EQ(claim.verdict, results::Verdict::inconclusive);
  EXPECT_TRUE(std::isnan(claim.measured));
  const auto other = criteria.claim("b", {}, {});
  EXPECT_EQ(other.id, "b");
  EXPECT_EQ(other.paper, "other");
  EXPECT_EQ(other.tested(), "theirs");
  EXPECT_THROW((void)criteria.claim("a", {.statement = "statement_missing"}, {}), Error);
}

TEST(Criteria, RefusesWhatDoesNotSayWhatItJudges) {
  const auto refused = [](const std::string& key, base::Value value, const std::string& names) {
    auto broken = settings();
    broken["criteria.a"][key] = std::move(value);
    expect_error(Fault::input, "criteria.a", names, [&] { (void)Criteria(broken, "paper"); });
  };
  refused("text", std::string("within {comon}, {drift}"), "{comon}");
  refused("text", std::string("within {common}"), "{drift}");
  refused("text", std::string(), "no text");
  refused("more", 0.1, "{more}");
  refused("drift", std::string("small"), "no number");
  refused("drift", std::numeric_limits<double>::infinity(), "no number");
  auto broken = settings();
  broken["criteria.b"]["like"] = std::string("c");
  expect_error(Fault::input, "criteria.b.like", "no criterion c", [&] { (void)Criteria(broken, "paper"); });
  const Criteria criteria(settings(), "paper");
  EXPECT_THROW((void)criteria.text("c"), Error);
  EXPECT_THROW((void)criteria.number("a", "other"), Error);
}

TEST(Criteria, OfEveryRecipeCanBeSetTogetherWithTheirTexts) {
  std::size_t numbers = 0;
  for (const auto& entry : registry().entries()) {
    const auto before = resolve(entry.name, "smoke", {});
    for (const auto& [section, values] : before) {
      if (!section.starts_with("criteria.")) continue;
      const std::string id = section.substr(std::string("criteria.").size());
      for (const auto& [key, value] : values) {
        if (Criteria::holds_words(key)) continue;
        ++numbers;
        const auto after = resolve(entry.name, "smoke", {section + "." + key + "=0.0123"});
        EXPECT_EQ(Criteria(after, "").number(id, key), 0.0123);
        EXPECT_NE(Criteria(after, "").text(id), Criteria(before, "").text(id)) << section << "." << key;
        EXPECT_NE(Criteria(after, "").text(id).find("0.0123"), std::string::npos) << section << "." << key;
      }
    }
  }
  EXPECT_GT(numbers, 30U);
}

}  // namespace
}  // namespace spinflow::recipes

// SPDX-License-Identifier: Apache-2.0
#include "recipes/trial.hpp"

#include <gtest/gtest.h>

#include "io/io_testing.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::recipes {
namespace {

using results::Verdict;
using studies::Status;
using testing::expect_error;

const Criteria& criteria() {
  static const Criteria all(
      io::settings_from_toml("[criteria.a]\nstatement = 's'\ntext = 'within {common}'\ncommon = 0.05\n",
                             "test"),
      "paper");
  return all;
}

Trial trial() { return {criteria(), "a", {Evidence("figure")}}; }

TEST(Trial, SaysWhatTheAnswersSayAndWhichOneDecides) {
  auto met = trial();
  met.within("one", {.value = 0.001, .error = 0.001}, "common", 5);
  met.within("two", {.value = 0.03, .error = 0.001}, "common", 5);
  EXPECT_EQ(met.judged().verdict, Verdict::supported);
  EXPECT_EQ(met.judged().because, "All 2 checks are met, the closest: two is 0.0300(10), within 0.05.");
  EXPECT_EQ(met.met(), "one 0.0010(10), two 0.0300(10)");
  EXPECT_EQ(met.open(), "none");

  auto violated = met;
  violated.positive("fall =", {.value = -1, .error = 0.1}, 5);
  violated.within("three", {.value = 9, .error = 0.1}, "common", 5);
  EXPECT_EQ(violated.judged().verdict, Verdict::contradicted);
  EXPECT_EQ(violated.judged().because,
            "2 of 4 checks are violated, most clearly: three is 9.00(10), beyond 0.05.");

  auto open = trial();
  open.within("kappa", {.value = 0.05, .error = 0.01}, "common", 5);
  EXPECT_EQ(open.judged().verdict, Verdict::inconclusive);
  EXPECT_EQ(open.judged().because, "Kappa is 0.050(10), too uncertain to be called within or beyond 0.05.");
  auto few = trial();
  few.within("drift", {.value = 0.059, .error = 0.002}, "common", 2);
  EXPECT_EQ(few.judged().because,
            "Drift is 0.0590(20), but 2 numbers are too few to call it within or beyond 0.05.");
  auto off = trial();
  off.within("sigma off by", {.value = 0.3, .error = 0.01}, "common", 5);
  EXPECT_EQ(off.judged().because, "Sigma off by 0.300(10), beyond 0.05.");
  auto one_seed = trial();
  one_seed.within("e(L)", {.value = 0.01}, "common", 1);
  EXPECT_EQ(one_seed.judged().because, "e(L) is 0.010, without an error to judge it by.");
  auto none = trial();
  none.within("x", stats::Estimate{}, "common", 5);
  EXPECT_EQ(none.judged().because, "x has no value.");
  EXPECT_EQ(trial().judged().because, "There was nothing to check.");
}

TEST(Trial, PartsHaveAVerdictOfTheirOwn) {
  auto parts = trial();
  parts.begin_part("near");
  parts.within("x off by", {.value = 0.001, .error = 0.001}, "common", 5);
  parts.begin_part("far");
  parts.within("x off by", {.value = 0.9, .error = 0.001}, "common", 5);
  parts.within("y off by", {.value = 0.001, .error = 0.001}, "common", 5);
  const auto all = parts.parts();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "near");
  EXPECT_EQ(all[0].verdict, Verdict::supported);
  EXPECT_EQ(all[1].checks.size(), 2u);
  EXPECT_EQ(all[1].verdict, Verdict::contradicted);
  parts.decide_by_parts(Verdict::supported);
  const auto claim = parts.judged();
  EXPECT_EQ(claim.verdict, Verdict::supported);
  EXPECT_NE(claim.because.find("ar: 1 of 2 checks"), std::string::npos) << claim.because;
  EXPECT_EQ(studies::verdict_if(true, true), Verdict::contradicted);
  EXPECT_EQ(studies::verdict_if(false, true), Verdict::supported);
  EXPECT_EQ(studies::verdict_if(false, false), Verdict::inconclusive);
}

TEST(Trial, WordsAreFilledAsTheirTextsSay) {
  const Words words = {{"n", 7},
                       {"x", 0.125},
                       {"all", {{"a", "b"}, "; "}},
                       {"t", stats::Estimate{.value = 2.295, .error = 0.013}}};
  EXPECT_EQ(filled({"{n} of {all}", "{x} is {x:.2f}; {t}"}, words, "here"),
            (std::vector<std::string>{"7 of a; b", "0.125 is 0.12; 2.295(13)"}));
  expect_error(Fault::failure, "here", "{y}", [&] { (void)filled({"{n}{x}{all}{t}{y}"}, words, "here"); });
  expect_error(Fault::failure, "here", "{t}", [&] { (void)filled({"{n}{x:.1f}{all}"}, words, "here"); });
}

// What is said stands in the TOML of the recipe; the trial gives the labels of its checks.
TEST(Trial, SaysWhatStandsInItsSection) {
  const Criteria iso2018(resolve("iso2018", "smoke", {}), "iso2018", "iso2018");
  Trial b2(iso2018, "b2", {Evidence("figure")});
  b2.within("one", {.value = 0.001, .error = 0.001}, "distance", 5);
  b2.say({{"gap", "; no gap"}, {"magnetization", stats::Estimate{.value = 2.3, .error = 0.1}}});
  EXPECT_EQ(b2.control, "violated: none; met: one 0.0010(10); no gap");
  EXPECT_EQ(b2.qualification, "undecided: none; measured is T_energy*, T_magnetization* = 2.30(10)");
  expect_error(Fault::failure, "[claims.b2]", "{gap}", [&] { b2.say({{"magnetization", 1.0}}); });
  expect_error(Fault::failure, "[claims.b2]", "{other}", [&] {
    b2.say({{"gap", ""}, {"magnetization", 1.0}, {"other", 1}});
  });
  auto without = trial();
  expect_error(Fault::failure, "recipe", "[claims.a]", [&] { without.say({}); });
  // Those that are like another say the same.
  const Criteria gong_xia(resolve("gong-xia", "smoke", {}), "gong2022", "gong-xia");
  EXPECT_EQ(gong_xia.said("a2").control, gong_xia.said("a1").control);
}

TEST(Trial, WhatIsMissingIsTheReason) {
  auto few = trial();
  EXPECT_FALSE(few.enough_seeds(1));
  const auto claim = few.judged();
  EXPECT_EQ(claim.verdict, Verdict::inconclusive);
  EXPECT_EQ(claim.because, "1 training seed gave a result; a verdict needs the scatter over at least 2.");
  EXPECT_EQ(claim.qualification, claim.because.substr(0, claim.because.size() - 1));
  auto there = trial();
  EXPECT_TRUE(there.needs(true, "not there"));
  EXPECT_TRUE(there.enough_seeds(2));
}

TEST(Trial, DoubtsAndDecisionsComeBeforeTheAnswers) {
  auto doubted = trial();
  doubted.settle({"moved", Status::violated});
  EXPECT_EQ(doubted.judged().because, "Moved.");
  doubted.doubt_support("a control passes as well");
  EXPECT_EQ(doubted.judged().verdict, Verdict::contradicted) << "only support is doubted";
  doubted.decide(Verdict::supported, "they differ");
  EXPECT_EQ(doubted.judged().because, "They differ.");
  doubted.doubt("the exact map fails");
  EXPECT_EQ(doubted.judged().verdict, Verdict::inconclusive);
  auto supported = trial();
  supported.settle({"moved", Status::met});
  supported.doubt_support("both controls pass as well");
  EXPECT_EQ(supported.judged().verdict, Verdict::inconclusive);
  EXPECT_EQ(supported.judged().because, "Both controls pass as well.");
}

}  // namespace
}  // namespace spinflow::recipes

// SPDX-License-Identifier: Apache-2.0
#include "recipes/evidence.hpp"

#include <gtest/gtest.h>

#include "io/io_testing.hpp"

namespace spinflow::recipes {
namespace {

using testing::expect_error;

results::Results drawn(std::vector<std::string> evidence) {
  results::Results results;
  results.claims = {{.id = "a", .evidence = std::move(evidence)}};
  results.figures = {{.id = "curve"}};
  results.tables["points"] = {};
  return results;
}

const std::vector<std::string> declared = {"curve", "points", "late", "size-{}"};

TEST(Evidence, WhatThisRunDidNotMakeIsDropped) {
  auto results = drawn({"curve", "late", "points", "size-8"});
  drop_evidence_not_made(declared, results);
  EXPECT_EQ(results.claims[0].evidence, (std::vector<std::string>{"curve", "points"}));
}

TEST(Evidence, AWrongNameIsAnErrorWhetherOrNotItWasMade) {
  for (const char* wrong : {"curves", "Curve", "points2", "size-", "siz-8"}) {
    auto results = drawn({"curve", wrong});
    results.figures.push_back({.id = wrong});
    expect_error(Fault::failure, "recipe: claim a", wrong,
                 [&] { drop_evidence_not_made(declared, results); });
  }
}

struct TwoEvidences : EvidenceList {
  Evidence curve = named("curve");
  Evidence sizes = named("size-{}");
};
constexpr TwoEvidences two;

TEST(Evidence, AListKnowsWhatIsDeclaredInIt) {
  EXPECT_EQ(two.names(), (std::vector<std::string>{"curve", "size-{}"}));
  EXPECT_EQ(std::string(two.curve), "curve");
  EXPECT_EQ(two.sizes.of("8"), "size-8");
}

TEST(Evidence, OneOfAFamilyHasItsWord) {
  constexpr Evidence family{"size-{}-residuals"};
  EXPECT_EQ(family.of("8"), "size-8-residuals");
  EXPECT_TRUE(is_declared({family}, family.of("8")));
  EXPECT_FALSE(is_declared({family}, "size--residuals"));
  EXPECT_FALSE(is_declared({family}, "size-8"));
}

}  // namespace
}  // namespace spinflow::recipes

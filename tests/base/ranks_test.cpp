// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/ranks.hpp"

#include <gtest/gtest.h>

#include <new>
#include <numeric>
#include <string>
#include <vector>

#include "spinflow/base/error.hpp"
#include "testing/ranks.hpp"

namespace spinflow::base {
namespace {

TEST(Ranks, HaveAdjacentPartsOfEveryLength) {
  EXPECT_EQ(alone().size(), 1u);
  EXPECT_EQ(alone().part(7).last, 7u);
  for (const std::size_t n_items : {0u, 1u, 2u, 7u, 12u}) {
    std::size_t next = 0;
    testing::Meeting meeting(5);
    const testing::ThreadRank any(0, meeting);
    for (std::size_t r = 0; r < 5; ++r) {
      const auto [first, last] = any.part_of(r, n_items);
      EXPECT_EQ(first, next);
      EXPECT_TRUE(last - first == n_items / 5 || last - first == n_items / 5 + 1);
      next = last;
    }
    EXPECT_EQ(next, n_items);
  }
}

TEST(Ranks, GatherWhatEachHasMade) {
  testing::as_ranks(3, [](Ranks& ranks) {
    std::vector<int> items(10, -1);  // five of two numbers each
    const auto [first, last] = ranks.part(5);
    std::iota(items.begin() + static_cast<std::ptrdiff_t>(2 * first),
              items.begin() + static_cast<std::ptrdiff_t>(2 * last), static_cast<int>(2 * first));
    gather(ranks, std::span(items), 5);
    EXPECT_EQ(items, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    std::vector<int> none;
    gather(ranks, std::span(none), 0);
    EXPECT_EQ(sum_over(ranks, static_cast<std::int64_t>(ranks.rank()) + 1), 6);
    EXPECT_TRUE(as_first_says(ranks, ranks.rank() == 0));
    EXPECT_FALSE(as_first_says(ranks, ranks.rank() != 0));
    EXPECT_TRUE(same_on_all(ranks, 5));
    EXPECT_FALSE(same_on_all(ranks, ranks.rank() == 2 ? 6 : 5));
  });
  EXPECT_EQ(sum_over(alone(), 4), 4);
  EXPECT_TRUE(as_first_says(alone(), true));
  EXPECT_TRUE(same_on_all(alone(), 5));
}

TEST(Ranks, GiveUpTogether) {
  const auto ending = [](Ranks& ranks, const std::function<void()>& work) -> std::string {
    try {
      together(ranks, work);
    } catch (const Error& error) {
      return (error.fault() == Fault::input ? "input: " : "failure: ") + std::string(error.what());
    }
    return "good";
  };
  testing::as_ranks(3, [&](Ranks& ranks) {
    EXPECT_EQ(ending(ranks, [] {}), "good");
    EXPECT_EQ(ending(ranks, [] { throw input_error("a", "b", "c"); }), "input: a: b; c");
    EXPECT_EQ(ending(ranks,
                     [&] {
                       if (ranks.rank() > 0) throw failure("disk", std::to_string(ranks.rank()), "c");
                     }),
              "failure: process 1: disk: 1; c");
    EXPECT_TRUE(ending(ranks, [&] {
                  if (ranks.rank() == 0) throw std::bad_alloc();
                }).starts_with("failure: memory"));
  });
  EXPECT_EQ(ending(alone(), [] { throw failure("a", "b", "c"); }), "failure: a: b; c");
}

}  // namespace
}  // namespace spinflow::base

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/random.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "testing/testing.hpp"

namespace spinflow::base {
namespace {

TEST(Philox, KnownAnswersOfTheReferenceDistribution) {
  // Random123's kat_vectors for philox4x64-10: all zeros and all ones.
  const r123::Philox4x64 philox;
  const auto zeros = philox({{0, 0, 0, 0}}, {{0, 0}});
  EXPECT_EQ(zeros[0], 0x16554d9eca36314cu);
  EXPECT_EQ(zeros[1], 0xdb20fe9d672d0fdcu);
  EXPECT_EQ(zeros[2], 0xd7e772cee186176bu);
  EXPECT_EQ(zeros[3], 0x7e68b68aec7ba23bu);
  const std::uint64_t all = ~std::uint64_t{0};
  const auto ones = philox({{all, all, all, all}}, {{all, all}});
  EXPECT_EQ(ones[0], 0x87b092c3013fe90bu);
  EXPECT_EQ(ones[1], 0x438c3c67be8d0224u);
  EXPECT_EQ(ones[2], 0x9cc7d7c69cd777b6u);
  EXPECT_EQ(ones[3], 0xa09caebf594f0ba0u);
}

TEST(RandomStream, PositionAndSeekContinueExactly) {
  RandomStream stream(1, "test", 3);
  std::vector<std::uint64_t> words;
  for (int i = 0; i < 23; ++i) words.push_back(stream.next());
  for (std::uint64_t at = 0; at < words.size(); ++at) {
    RandomStream other(1, "test", 3);
    other.seek(at);
    EXPECT_EQ(other.position(), at);
    EXPECT_EQ(other.next(), words[at]);
    EXPECT_EQ(other.position(), at + 1);
  }
}

TEST(RandomStream, StreamsDifferInSeedPurposeAndIndex) {
  const std::uint64_t word = RandomStream(1, "a", 0).next();
  EXPECT_NE(word, RandomStream(2, "a", 0).next());
  EXPECT_NE(word, RandomStream(1, "b", 0).next());
  EXPECT_NE(word, RandomStream(1, "a", 1).next());
  EXPECT_EQ(word, RandomStream(1, "a", 0).next());
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream stream(1, "below");
  constexpr int n = 7;
  constexpr int draws = 70000;
  int counts[n] = {};
  for (int i = 0; i < draws; ++i) ++counts[stream.below(n)];
  double chi2 = 0;
  for (const int count : counts) chi2 += std::pow(count - draws / n, 2) / (draws / n);
  EXPECT_LT(chi2, testing::chi2_limit(n - 1));
}

TEST(RandomStream, LiteralWords) {
  // The stream is an interface: these words must never change.
  RandomStream stream(1, "literal", 2);
  const std::uint64_t first = stream.next();
  for (int i = 0; i < 8; ++i) (void)stream.next();
  EXPECT_EQ(first, 4805463108770530537u);
  EXPECT_EQ(stream.next(), 7349545800877410885u);
}

TEST(Shuffle, LiteralOrders) {
  std::vector<int> rows = {0, 1, 2, 3, 4, 5, 6, 7};
  shuffle(rows, RandomStream(1, "literal"));
  EXPECT_EQ(rows, (std::vector<int>{2, 3, 6, 7, 0, 1, 5, 4}));
  std::iota(rows.begin(), rows.end(), 0);
  sample_to_front(rows, 3, RandomStream(1, "literal"));
  EXPECT_EQ(rows, (std::vector<int>{4, 6, 3, 2, 0, 5, 1, 7}));
  std::vector<int> none;
  shuffle(none, RandomStream(1, "literal"));
  sample_to_front(none, 0, RandomStream(1, "literal"));
}

TEST(Shuffle, EveryOrderIsEquallyLikely) {
  constexpr int draws = 24000;
  std::map<std::vector<int>, int> all;
  std::map<std::vector<int>, int> front;
  for (int i = 0; i < draws; ++i) {
    std::vector<int> rows = {0, 1, 2, 3};
    shuffle(rows, RandomStream(2, "shuffle", static_cast<std::uint64_t>(i)));
    ++all[rows];
    std::iota(rows.begin(), rows.end(), 0);
    sample_to_front(rows, 2, RandomStream(3, "shuffle", static_cast<std::uint64_t>(i)));
    rows.resize(2);
    ++front[rows];
  }
  const auto chi2 = [](const auto& counts, double expected) {
    double sum = 0;
    for (const auto& [order, count] : counts) sum += std::pow(count - expected, 2) / expected;
    return sum;
  };
  EXPECT_EQ(all.size(), 24u);
  EXPECT_LT(chi2(all, draws / 24.0), testing::chi2_limit(23));
  EXPECT_EQ(front.size(), 12u);
  EXPECT_LT(chi2(front, draws / 12.0), testing::chi2_limit(11));
}

}  // namespace
}  // namespace spinflow::base

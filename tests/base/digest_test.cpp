// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/digest.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace spinflow::base {
namespace {

std::uint64_t digest(const std::vector<std::uint64_t>& words) {
  Digest result;
  result.add(words);
  return result.value();
}

TEST(Digest, IsAnInterface) {
  EXPECT_EQ(Digest().value(), 0x9e3779b97f4a7c15u);
  EXPECT_EQ(digest({1, 2, 3}), 18049280617318262958u);
}

TEST(Digest, TellsEverySingleAndDoubleChangeOfABitApart) {
  std::set<std::uint64_t> seen = {digest({0, 0})};
  std::size_t n = 1;
  for (std::size_t a = 0; a < 128; ++a)
    for (std::size_t b = a; b < 128; ++b) {
      std::vector<std::uint64_t> words = {0, 0};
      words[a / 64] ^= std::uint64_t{1} << (a % 64);
      if (b > a) words[b / 64] ^= std::uint64_t{1} << (b % 64);
      seen.insert(digest(words));
      ++n;
    }
  EXPECT_EQ(seen.size(), n);
}

TEST(Digest, TellsOrderAndLengthApart) {
  EXPECT_NE(digest({1, 2}), digest({2, 1}));
  EXPECT_NE(digest({0}), digest({0, 0}));
}

TEST(Digest, OfNumbersKnowsOneZero) {
  Digest plus, minus, other;
  plus.add(std::vector<float>{0.0f, 1.0f});
  minus.add(std::vector<float>{-0.0f, 1.0f});
  other.add(std::vector<float>{0.0f, -1.0f});
  EXPECT_EQ(plus.value(), minus.value());
  EXPECT_NE(plus.value(), other.value());
}

}  // namespace
}  // namespace spinflow::base

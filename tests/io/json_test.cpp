// SPDX-License-Identifier: Apache-2.0
#include "io/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace spinflow::io {
namespace {

TEST(Json, DeepNestingIsNoJsonOfOurs) {
  EXPECT_TRUE(parse_json(R"({"a": [1, {"b": "[[[[{"}], "c": "\"[\\"})").has_value());
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_json(nested(100)).has_value());
  EXPECT_FALSE(parse_json(nested(101)).has_value());
  EXPECT_FALSE(parse_json(nested(1000000)).has_value());  // would overflow the stack
  EXPECT_FALSE(parse_json(std::string(1000000, '[')).has_value());
  EXPECT_FALSE(parse_json("{\"a\": }").has_value());
}

}  // namespace
}  // namespace spinflow::io

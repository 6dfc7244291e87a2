// SPDX-License-Identifier: Apache-2.0
#include "base/fill_once.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace spinflow::base {
namespace {

std::vector<int>& numbers();

// Asks for what it fills, as a file that registers an entry does.
void fill() {
  for (int i = 0; i < 1000; ++i) numbers().push_back(i);
}

std::vector<int>& numbers() {
  static std::vector<int> all;
  static FillOnce filled;
  filled(fill);
  return all;
}

TEST(FillOnce, EveryThreadSeesAllOfIt) {
  std::array<std::size_t, 8> seen{};
  std::vector<std::thread> threads;
  for (auto& size : seen) threads.emplace_back([&size] { size = numbers().size(); });
  for (auto& thread : threads) thread.join();
  for (const auto size : seen) EXPECT_EQ(size, 1000U);
}

}  // namespace
}  // namespace spinflow::base

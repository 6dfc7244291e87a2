// SPDX-License-Identifier: Apache-2.0
#include "recipes/recipe_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace spinflow::recipes {

void refuse(std::string_view key, std::string_view what, std::string_view mend) {
  throw input_error(key, what, mend);
}

void expect_whole(std::string_view key, const std::vector<double>& numbers) {
  for (const double number : numbers)
    if (number != std::floor(number))
      refuse(key, fmt::format("{} is no whole number", number), "give whole numbers");
}

void expect_ascending(std::string_view key, const std::vector<double>& numbers, std::size_t least) {
  if (numbers.size() < least || !std::ranges::is_sorted(numbers, std::less_equal<>()))
    refuse(key, "the numbers do not increase", fmt::format("give at least {} in increasing order", least));
}

}  // namespace spinflow::recipes

// SPDX-License-Identifier: Apache-2.0
// How recipes read and check their settings.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::recipes {

/// Throws Error(input). `key`: "section.key".
[[noreturn]] void refuse(std::string_view key, std::string_view what, std::string_view mend);

/// The section of that name by its options. Every option must be there: the recipe's TOML has the one default
/// of each. Error(input): "section.key" for one that is missing, others begin with "[section]".
template <class Struct>
Struct section(const io::Settings& settings, const std::string& name, const base::Options<Struct>& options) {
  const auto found = settings.find(name);
  const base::Values values = found == settings.end() ? base::Values{} : found->second;
  for (const auto& spec : options.specs())
    if (!values.contains(spec.name))
      refuse(name + "." + spec.name, "the setting is missing", "give it a value in the recipe's TOML");
  return options.parse(values, "[" + name + "]");
}

/// The members of a section's struct by name, with what is admitted. What each means stands beside it in the
/// recipe's TOML, which `spinflow recipes` shows.
template <class Struct>
class Section : public base::Options<Struct> {
 public:
  using Limits = typename base::Options<Struct>::Limits;

  template <class Member>
  Section& add(std::string name, Member Struct::*member, Limits limits = {},
               std::vector<std::string> choices = {}) {
    base::Options<Struct>::add(std::move(name), member, "", limits, std::move(choices));
    return *this;
  }
};

/// Refuses fewer than `least` numbers and those that do not increase.
template <class Number>
void expect_ascending(std::string_view key, const std::vector<Number>& numbers, std::size_t least) {
  if (numbers.size() < least || !std::ranges::is_sorted(numbers, std::less_equal<>()))
    refuse(key, "the numbers do not increase",
           "give at least " + std::to_string(least) + " in increasing order");
}

}  // namespace spinflow::recipes

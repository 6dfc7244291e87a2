// SPDX-License-Identifier: Apache-2.0
// How recipes read and check their settings.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
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

/// A section of settings. Each is declared once, as a member that begins with what the TOML has; what it
/// means stands beside it there, where `spinflow recipes` shows it.
///
///     struct FlowSettings : Section {
///       using Section::Section;
///       std::int64_t steps = setting("steps", {.least = 4, .most = 999999});
///       std::vector<double> starts = setting("starts", {.least = 0});
///     };
///     const auto flow = section<FlowSettings>(settings, "flow");
class Section {
 public:
  /// What is admitted of a number.
  struct Limits {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
  };

  Section() = default;
  Section(const io::Settings& settings, std::string name);

  /// Error(input) for a setting of the section that is none of those declared.
  void expect_no_others() const;

 protected:
  /// What stands for any kind of member until it is assigned.
  class Unread {
   public:
    template <class T>
    operator T() const {  // NOLINT(google-explicit-constructor): a member takes what it is given
      const base::Value value = of_.read(std::move(spec_), T{});
      if constexpr (std::is_same_v<T, bool> || !std::is_arithmetic_v<T>)
        return std::get<T>(value);
      else
        return static_cast<T>(
            std::get<std::conditional_t<std::is_integral_v<T>, std::int64_t, double>>(value));
    }

   private:
    friend class Section;
    Unread(Section& of, base::OptionSpec spec) : of_(of), spec_(std::move(spec)) {}
    Section& of_;
    mutable base::OptionSpec spec_;
  };
  /// The setting of that name, a bool, a number, a whole number, a text or a list. Error(input):
  /// "section.key" if it is missing, others begin with "[section]".
  [[nodiscard]] Unread setting(std::string name, Limits limits, std::vector<std::string> choices = {}) {
    return {*this, {std::move(name), "", {}, limits.least, limits.most, std::move(choices)}};
  }
  [[nodiscard]] Unread setting(std::string name) { return setting(std::move(name), Limits{}); }

 private:
  [[nodiscard]] base::Value read(base::OptionSpec spec, base::Value kind);

  std::string name_;
  std::optional<base::Values> values_;  ///< none: every member is empty
  std::vector<base::OptionSpec> declared_;
};

/// The section of that name.
template <std::derived_from<Section> Struct>
[[nodiscard]] Struct section(const io::Settings& settings, const std::string& name) {
  Struct read(settings, name);
  read.expect_no_others();
  return read;
}

/// Refuses fewer than `least` numbers and those that do not increase.
template <class Number>
void expect_ascending(std::string_view key, const std::vector<Number>& numbers, std::size_t least) {
  if (numbers.size() < least || !std::ranges::is_sorted(numbers, std::less_equal<>()))
    refuse(key, "the numbers do not increase",
           "give at least " + std::to_string(least) + " in increasing order");
}

}  // namespace spinflow::recipes

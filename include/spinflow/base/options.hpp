// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "spinflow/base/error.hpp"

namespace spinflow::base {

/// A value as TOML, the command line or a binding hands it over. A list of whole numbers is one of its own:
/// it also stands where a list of numbers is asked for, and a list of numbers that are all whole stands where
/// whole ones are.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                           std::vector<double>, std::vector<std::string>>;

/// Values by name; names are written with underscores (TOML), the command line shows hyphens.
using Values = std::map<std::string, Value, std::less<>>;

/// "1.5", "true", "cd", "[0, 6]": as TOML writes it.
[[nodiscard]] std::string to_text(const Value& value);

/// Parses the text of a flag or of `--set` into the kind that `like` has; lists are comma-separated or
/// "first:last:step" (both ends included; of whole numbers also "first:last") or in TOML's brackets. Throws
/// Error(input) naming `where`.
[[nodiscard]] Value from_text(std::string_view text, const Value& like, std::string_view where);

/// "a", "a,b,c" or "first:last:step" (both ends included): finite numbers. Throws Error(input) naming
/// `where`.
[[nodiscard]] std::vector<double> parse_number_list(std::string_view text, std::string_view where);

/// One option: what help, the TOML check and shell completion need to know.
struct OptionSpec {
  std::string name;  ///< with underscores
  std::string help;
  Value fallback;                                           ///< the default, which also fixes the kind
  double least = -std::numeric_limits<double>::infinity();  ///< smallest admitted number
  double most = std::numeric_limits<double>::infinity();    ///< largest admitted number
  std::vector<std::string> choices = {};                    ///< admitted strings; empty: any
};

/// The numbers of a list of numbers, whole or not; nothing for other values.
[[nodiscard]] std::optional<std::vector<double>> numbers_of(const Value& value);

/// Checks kind, finiteness, range and choices; converts whole numbers to doubles where the option asks for
/// them, and doubles that are whole in a list to integers; -0 becomes 0. Throws Error(input) that begins with
/// `where` and says what is admitted.
[[nodiscard]] Value checked(const OptionSpec& spec, const Value& value, std::string_view where);

/// Error(input): none of `specs` has that name; the nearest one is named.
[[nodiscard]] Error no_such_option(std::string_view where, std::string_view name,
                                   const std::vector<OptionSpec>& specs);

/// Binds the members of a plain struct of options to their names, so that TOML, command line, bindings and
/// C++ build the same thing with the same defaults.
template <class Struct>
class Options {
 public:
  struct Limits {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
  };

  template <class Member>
  Options& add(std::string name, Member Struct::*member, std::string help, Limits limits = {},
               std::vector<std::string> choices = {}) {
    static const Struct defaults{};
    Bound bound;
    bound.spec = {std::move(name), std::move(help), as_value(defaults.*member),
                  limits.least,    limits.most,     std::move(choices)};
    bound.set = [member](Struct& target, const Value& value) { target.*member = from_value<Member>(value); };
    bound.get = [member](const Struct& source) { return as_value(source.*member); };
    bound_.push_back(std::move(bound));
    return *this;
  }

  [[nodiscard]] std::vector<OptionSpec> specs() const {
    std::vector<OptionSpec> all;
    for (const auto& bound : bound_) all.push_back(bound.spec);
    return all;
  }

  /// Defaults overridden by `values`; an unknown name or a bad value is an Error(input) that begins with
  /// `where`.
  [[nodiscard]] Struct parse(const Values& values, std::string_view where) const {
    Struct result{};
    for (const auto& [name, value] : values) {
      const Bound* bound = find(name);
      if (bound == nullptr) throw no_such_option(where, name, specs());
      bound->set(result, checked(bound->spec, value, where));
    }
    return result;
  }

  /// All options as values, for files and resolved recipes.
  [[nodiscard]] Values values(const Struct& source) const {
    Values all;
    for (const auto& bound : bound_) all[bound.spec.name] = bound.get(source);
    return all;
  }

 private:
  struct Bound {
    OptionSpec spec;
    std::function<void(Struct&, const Value&)> set;
    std::function<Value(const Struct&)> get;
  };

  template <class Member>
  static Value as_value(const Member& member) {
    if constexpr (std::is_same_v<Member, bool>)
      return member;
    else if constexpr (std::is_integral_v<Member>)
      return static_cast<std::int64_t>(member);
    else if constexpr (std::is_floating_point_v<Member>)
      return static_cast<double>(member);
    else
      return member;
  }

  template <class Member>
  static Member from_value(const Value& value) {
    if constexpr (std::is_same_v<Member, bool>)
      return std::get<bool>(value);
    else if constexpr (std::is_integral_v<Member>)
      return static_cast<Member>(std::get<std::int64_t>(value));
    else if constexpr (std::is_floating_point_v<Member>)
      return static_cast<Member>(std::get<double>(value));
    else
      return std::get<Member>(value);
  }

  const Bound* find(std::string_view name) const {
    for (const auto& bound : bound_)
      if (bound.spec.name == name) return &bound;
    return nullptr;
  }

  std::vector<Bound> bound_;
};

}  // namespace spinflow::base

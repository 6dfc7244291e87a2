// SPDX-License-Identifier: Apache-2.0
// Names of the figures and tables of a recipe, and what claims name as their evidence.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spinflow/results/results.hpp"

namespace spinflow::recipes {

/// One figure or table, as a claim names it. Only an `Evidence` makes one, so that no claim types a name.
class EvidenceName {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  friend class Evidence;
  explicit EvidenceName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A figure or table of a recipe, under one name (or both, if they share it). Each recipe has its constants
/// in its evidence.hpp, which figures, tables and claims use, and lists them there:
///
///     inline constexpr Evidence depth{"depth"};
///     inline constexpr Evidence scaling{"scaling-{}"};   // one per model
///
///     figure.id = evidence::depth;
///     figure.id = evidence::scaling.of("nearest");       // "scaling-nearest"
class Evidence {
 public:
  constexpr explicit Evidence(std::string_view name) : name_(name) {}

  // NOLINTBEGIN(google-explicit-constructor): a constant stands where its name is asked for
  operator std::string() const { return std::string(name_); }
  operator EvidenceName() const { return EvidenceName(std::string(name_)); }
  // NOLINTEND(google-explicit-constructor)

  /// The one of a family: `word` in place of {}.
  [[nodiscard]] EvidenceName named(std::string_view word) const {
    return EvidenceName(fmt::format(fmt::runtime(name_), word));
  }
  [[nodiscard]] std::string of(std::string_view word) const { return named(word).text(); }

 private:
  std::string_view name_;
};

/// Their names, for `RecipeEntry::evidence`.
[[nodiscard]] inline std::vector<std::string> names_of(std::span<const Evidence> all) {
  return {all.begin(), all.end()};
}

/// Whether `name` is one of `declared`, in which {} stands for any word.
[[nodiscard]] bool is_declared(const std::vector<std::string>& declared, std::string_view name);

/// Drops from the claims what this run did not draw: where every training failed there is no figure of its
/// flows. Error(failure) for evidence that the recipe does not declare, and so never makes.
void drop_evidence_not_made(const std::vector<std::string>& declared, results::Results& results);

}  // namespace spinflow::recipes

// SPDX-License-Identifier: Apache-2.0
// Names of the figures and tables of a recipe, and what claims name as their evidence.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
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

/// A figure or table of a recipe, under one name (or both, if they share it).
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

/// All figures and tables that a recipe can make, each declared once. Figures, tables and claims use the
/// members, and `RecipeEntry::evidence` lists the names:
///
///     struct Evidences : EvidenceList {
///       Evidence depth = named("depth");
///       Evidence scaling = named("scaling-{}");   // one per model
///     };
///     inline constexpr Evidences evidence;
///
///     figure.id = evidence.depth;
///     figure.id = evidence.scaling.of("nearest");   // "scaling-nearest"
class EvidenceList {
 public:
  [[nodiscard]] std::vector<std::string> names() const { return {names_.begin(), names_.begin() + size_}; }

 protected:
  /// Does not compile beyond `most` names.
  constexpr Evidence named(std::string_view name) {
    names_.at(size_++) = name;
    return Evidence(name);
  }

 private:
  static constexpr std::size_t most = 64;
  std::array<std::string_view, most> names_{};
  std::size_t size_ = 0;
};

/// Whether `name` is one of `declared`, in which {} stands for any word.
[[nodiscard]] bool is_declared(const std::vector<std::string>& declared, std::string_view name);

/// Drops from the claims what this run did not draw: where every training failed there is no figure of its
/// flows. Error(failure) for evidence that the recipe does not declare, and so never makes.
void drop_evidence_not_made(const std::vector<std::string>& declared, results::Results& results);

}  // namespace spinflow::recipes

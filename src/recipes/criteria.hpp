// SPDX-License-Identifier: Apache-2.0
// What the claims of a recipe are judged by: the sections [criteria.<claim>] of its TOML.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "recipes/evidence.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::recipes {

/// A section holds a `text`, and the numbers that judge, which `{name}` in the text stands for:
///
///     [criteria.a]
///     text = "The two starts agree within {common}, and neither drifts by {drift}."
///     common = 0.05
///     drift = 0.02
///
/// So `--set criteria.a.drift=0.01` changes what is said and what is judged together.
class Criteria {
 public:
  Criteria() = default;
  /// `paper`: citation key of the claims that name no other. Error(input) for a section without a text, a
  /// text that names a number which is not there, a number that the text does not name, and other kinds of
  /// values.
  Criteria(const io::Settings& settings, std::string paper);

  /// The text with its numbers. Error(failure) if the recipe has no such criterion.
  [[nodiscard]] std::string text(const std::string& criterion) const;
  /// Error(failure) if the criterion has no such number.
  [[nodiscard]] double number(const std::string& criterion, const std::string& name) const;

  /// A claim with its criterion, inconclusive and without a number.
  [[nodiscard]] results::Claim claim(std::string id, std::string statement,
                                     const std::vector<EvidenceName>& evidence) const;
  /// The same where several claims share a criterion.
  [[nodiscard]] results::Claim claim(const std::string& criterion, std::string id, std::string statement,
                                     const std::vector<EvidenceName>& evidence) const;

 private:
  struct Criterion {
    std::string text;
    std::map<std::string, double> numbers;
  };
  [[nodiscard]] const Criterion& find(const std::string& criterion) const;

  std::map<std::string, Criterion> criteria_;
  std::string paper_;
};

}  // namespace spinflow::recipes

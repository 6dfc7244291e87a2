// SPDX-License-Identifier: Apache-2.0
// What the claims of a recipe are judged by: the sections [criteria.<claim>] of its TOML.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "recipes/evidence.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::recipes {

/// Which of several claims under one criterion.
struct ClaimOf {
  std::string id = {};                  ///< "a2"; empty: that of the criterion
  std::string word = {};                ///< in place of {} in its statement: "sigma = 1.25"
  std::string statement = "statement";  ///< the key of its statement
};

/// A section holds the words of a claim and the numbers that judge it, which `{name}` in the text stands for:
///
///     [criteria.b2]
///     statement = "The fixed point is the critical temperature."    # the paper's
///     sharper = "The fixed point is T_c as a property of the ensemble."   # ours, if the claim is one
///     text = "The two starts agree within {common}, and neither drifts by {drift}."
///     common = 0.05
///     drift = 0.02
///
/// What is said beside the verdict stands in a section of its own, which is no setting of a run (b2 may be
/// `like` another criterion that has one):
///
///     [claims.b2]
///     control = "hot minus cold start: {difference}"
///     qualification = "after {steps} steps; undecided: {open}"
///
/// So `--set criteria.b2.drift=0.01` changes what is said and what is judged together. `paper` names another
/// paper than that of the recipe, `like` a criterion whose numbers judge here too. In a statement {} stands
/// for what tells several claims of one criterion apart.
class Criteria {
 public:
  Criteria() = default;
  /// `paper`: citation key of the claims that name no other. Error(input) for a section without a text, a
  /// text that names a number which is not there, a number that the text does not name, and other kinds of
  /// values.
  /// `recipe`: the registered one whose TOML has the sections [claims.<criterion>]; empty: none has.
  Criteria(const io::Settings& settings, std::string paper, const std::string& recipe = "");

  /// Whether a key of such a section holds words, which are read and not set.
  [[nodiscard]] static bool holds_words(std::string_view key);

  /// The text with its numbers. Error(failure) if the recipe has no such criterion.
  [[nodiscard]] std::string text(const std::string& criterion) const;
  /// Error(failure) if neither the criterion nor the one it is like has such a number.
  [[nodiscard]] double number(const std::string& criterion, const std::string& name) const;

  /// Control and qualification of the claim, with {name} for words. Error(failure) if its section has none.
  struct Said {
    std::string control;
    std::string qualification;
  };
  [[nodiscard]] const Said& said(const std::string& criterion) const;

  /// A claim with its words, inconclusive and without a number. Error(failure) without a statement.
  [[nodiscard]] results::Claim claim(const std::string& criterion, const ClaimOf& of,
                                     const std::vector<EvidenceName>& evidence) const;

 private:
  struct Criterion {
    std::map<std::string, std::string> words;
    std::map<std::string, double> numbers;

    [[nodiscard]] std::string word(const std::string& key) const;
  };
  [[nodiscard]] const Criterion& find(const std::string& criterion) const;

  std::map<std::string, Criterion> criteria_;
  std::map<std::string, Said> said_;
  std::string paper_;
};

}  // namespace spinflow::recipes

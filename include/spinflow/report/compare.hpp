// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "spinflow/io/toml.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::report {

/// A finished run to be set beside others.
struct ComparedRun {
  std::string name;  ///< heads its column; each name once
  results::Results results;
  io::Settings settings = {};  ///< its recipe.toml; empty: not known
};

/// How far two runs are apart: a and b with the standard errors s_a and s_b.
struct Pull {
  /// (a - b) / sqrt(s_a^2 + s_b^2); infinite for different values that both have the error 0; NaN where one
  /// of the two has no error.
  double value = std::numeric_limits<double>::quiet_NaN();
  /// Two-sided probability of so large a |value| for runs that measure the same thing: Student's
  /// distribution with Welch's degrees of freedom, for the errors are scatters over few repetitions.
  double p_value = std::numeric_limits<double>::quiet_NaN();
};

/// `replicates`: number of independent repetitions (training seeds) behind each error; infinite: the errors
/// are known exactly. Fewer than 2 count as 2.
[[nodiscard]] Pull pull(const stats::Estimate& a, double replicates_a, const stats::Estimate& b,
                        double replicates_b);

/// "-1.3"; "inf" for an infinite pull, empty for none.
[[nodiscard]] std::string to_text(const Pull& pull);

/// One quantity in all runs; the vectors have one element per run.
struct ComparedRow {
  std::string name;                       ///< claim "b2", variant "V", value "largest_eigenvalue"
  std::string by;                         ///< of a reading in a table: "energy"; else empty
  std::string statement;                  ///< of a claim: what the first run that has it tested; else empty
  std::vector<stats::Estimate> measured;  ///< NaN: the run has no number
  std::vector<std::string> words;         ///< of a claim its verdict, in a table the outcome; empty: the
                                          ///< run has no such row
  Pull pull;                              ///< of the two runs with the smallest p-value, first minus second
  std::size_t first = 0;                  ///< index of the first of these two runs
  std::size_t second = 0;                 ///< index of the second
  bool differs = false;                   ///< by more than the errors allow: see Comparison
  std::vector<std::string> reasons = {};  ///< of a claim: why its verdict, in each run; else empty
};

/// A table that runs declare as comparable.
struct ComparedTable {
  std::string name;
  results::TableSchema schema;        ///< of the first run that has it
  std::vector<ComparedRow> readings;  ///< one per name of a row and label of a column
};

struct Comparison {
  std::vector<std::string> runs;
  /// In the order of the runs' own lists, a row where it comes first.
  std::vector<ComparedRow> claims;
  std::vector<ComparedTable> tables;
  std::vector<ComparedRow> values;
  /// Settings that are not the same in all runs: "section.key" to one text per run (empty: it has none).
  std::map<std::string, std::vector<std::string>> settings;
  /// Pairs of readings that have a pull. A row differs if its p-value times this number is below
  /// false_alarm_rate: if all runs measure the same things, one or more rows are called different with at
  /// most this probability.
  std::size_t pairs = 0;
  static constexpr double false_alarm_rate = 0.05;

  /// Claims, then the readings of each table, then values.
  [[nodiscard]] std::vector<const std::vector<ComparedRow>*> lists() const;
  /// Rows of all lists.
  [[nodiscard]] std::size_t rows() const;
  /// Rows that differ, over all lists.
  [[nodiscard]] std::size_t differences() const;
};

/// Joins the claims by id, the tables that the runs declare (`results::Schema`) by the names of their rows
/// and the labels of their readings, and the values by name, without those that repeat a reading of a table
/// in every run that has them, so that no number counts twice. What a run lacks (a row, a column, the whole
/// table) stays empty; runs of different recipes, scales, seeds and programs can be compared. The number of
/// repetitions behind the errors is what the schema says, of a run that says nothing the fewest `seeds` of
/// its settings.
[[nodiscard]] Comparison compare(std::span<const ComparedRun> runs);

/// What stands in the place of a reading that a run does not have: "-" where it has no such row or number,
/// in a table "none" where the run quotes none and "failed" where its work failed.
[[nodiscard]] std::string without_reading(const ComparedRow& row, std::size_t run);

/// "The runs differ in seed (1, 2) and settings." or that they differ in nothing: recipe, scale, seed,
/// program and settings.
[[nodiscard]] std::string differences_text(std::span<const ComparedRun> runs);

/// The comparison as tables (runs, settings_that_differ, claims, the declared ones, values; a table without
/// rows is left out) and one figure per label of a declared table, <table>-<label>: the readings by row, one
/// series per run; of the rows that two runs have at least, or of all if there is none. Runs that differ in
/// their seeds only have the tables of `pooled_results` too. `recipe` of the result is "compare".
[[nodiscard]] results::Results comparison_results(std::span<const ComparedRun> runs,
                                                  const Comparison& comparison);

}  // namespace spinflow::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "spinflow/report/compare.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::report {

/// One quantity over runs that differ in nothing but their seeds.
struct PooledValue {
  std::string name;
  std::string by;        ///< of a reading in a table: "energy"; else empty
  std::size_t n = 0;     ///< runs with a finite number
  stats::Estimate mean;  ///< with half a 68 % interval of Student's distribution over the runs
  double scatter = std::numeric_limits<double>::quiet_NaN();  ///< standard deviation of one run
  /// Root mean square of the errors that the runs themselves state; NaN where none does. The scatter is
  /// about as large if these errors are honest.
  double stated = std::numeric_limits<double>::quiet_NaN();
};

/// What the runs say of a claim.
struct Vote {
  std::string id;
  std::string statement;
  std::size_t supported = 0;
  std::size_t contradicted = 0;
  std::size_t inconclusive = 0;
  results::Verdict verdict = results::Verdict::inconclusive;  ///< of more than half of the runs that judge it
  std::vector<std::string> others;                            ///< names of the runs with another verdict
  PooledValue measured;
};

struct Pooled {
  std::vector<Vote> votes;
  std::vector<ComparedTable> tables;               ///< those that the runs declare, as compared
  std::vector<std::vector<PooledValue>> readings;  ///< of each of these tables
  std::vector<PooledValue> values;
};

/// Whether the runs have one recipe, scale, program and settings, and each another seed.
[[nodiscard]] bool differ_in_seeds_only(std::span<const ComparedRun> runs);

///     const auto together = report::pooled(report::compare(runs));
///     for (const auto& vote : together.votes) std::puts(report::vote_text(vote).c_str());
///
/// The runs together. A quantity that a run does not have, or whose number there is infinite, is a mean over
/// the others. `comparison`: of the same runs.
[[nodiscard]] Pooled pooled(const Comparison& comparison);

/// As the content of a page: a claim per claim of the runs, with the verdict of more than half of them, the
/// tables votes, pooled_values and one for every declared table, and figures of these (means with their
/// intervals over all runs, and every run). `recipe` of the result is "pooled".
[[nodiscard]] results::Results pooled_results(std::span<const ComparedRun> runs, const Pooled& pooled);

/// "Verdicts of 8 runs: 7 supported, 1 contradicted, 0 inconclusive; ..." and who disagrees.
[[nodiscard]] std::string vote_text(const Vote& vote);

}  // namespace spinflow::report

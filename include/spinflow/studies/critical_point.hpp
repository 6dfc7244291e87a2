// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::studies {

/// What a user asks of `spinflow critical`.
///
///     studies::CriticalQuestion question{.model = "ising-square", .sizes = {8, 12, 16}, .budget = 20};
///     auto t_c = studies::run_critical(question, "", "folder").values.at("T_c");  // t_c.value, t_c.error
struct CriticalQuestion {
  std::string model;                ///< registry name
  base::Values model_options;       ///< those that differ from the defaults
  std::vector<std::int64_t> sizes;  ///< L (sides of a square, sites of a chain), ascending, three or more
  double budget = 0;                ///< seconds of wall-clock for all the work; 0: `precision` is given
  double precision = 0;             ///< relative standard error of T_c at which to stop; 0: `budget` is given
  std::uint64_t seed = 1;
};

/// Everything that the numbers of a run follow from: same plan, same bits, on any machine with any number of
/// threads. A pilot makes it from a question; it stands in recipe.toml.
struct CriticalPlan {
  static constexpr std::int64_t points = 3;  ///< couplings per size

  std::string model;
  base::Values model_options;          ///< all of them
  std::vector<std::int64_t> sizes;     ///< (n_sizes)
  std::vector<double> couplings;       ///< (n_sizes, points), K = 1/T, ascending within a size
  std::vector<std::int64_t> burn_in;   ///< (n_sizes), sweeps thrown away at the start of every chain
  std::vector<std::int64_t> thinning;  ///< (n_sizes), sweeps between records
  std::vector<std::int64_t> records;   ///< (n_sizes), per chain (with `precision`: per chain of round 0)
  std::int64_t batches = 40;           ///< chains per size and coupling; the pieces of the jackknife
  double precision = 0;                ///< > 0: rounds of doubling length until T_c is known so well
  std::uint64_t seed = 1;

  /// The model on the lattice of one size.
  [[nodiscard]] std::shared_ptr<const models::Model> model_at(std::int64_t size) const;
};

/// Model, sizes and couplings of a plan around a critical coupling that is known: K_c (1 - u), K_c, K_c (1 +
/// u) on each size, u about `spread`/L. Sizes whose couplings are not equally far out in (K - K_c) L^y_t tell
/// its square from its cube in the fit of Q: so u is in turn a tenth more and a fifth less.
[[nodiscard]] CriticalPlan plan_around(const models::Model& model, double critical_coupling,
                                       std::vector<std::int64_t> sizes, double spread);

/// Checks what can be checked before any work: Error(input) for a model without a transition or one that
/// clusters cannot sample, fewer than three sizes, sizes too small or too alike for a fit, sizes not
/// ascending, a budget or precision out of range.
void check(const CriticalQuestion& question);

/// About how many bytes a run takes at its largest: of a question those of the lattices, of a plan those of
/// its series (of the first round), too.
[[nodiscard]] double memory_needed(const CriticalQuestion& question);
[[nodiscard]] double memory_needed(const CriticalPlan& plan);

/// Seconds of "5m", "90s", "2h", "1d" or "300". Error(input) beginning with `where` for another text.
[[nodiscard]] double seconds_from(const std::string& text, std::string_view where);

/// Whether a plan was made of this question, whatever the budget.
[[nodiscard]] bool is_plan_of(const CriticalPlan& plan, const CriticalQuestion& question);

/// The pilot: finds about where the curves of Q cross, measures tau_int, the spread of the counts and the
/// cost of a sweep at every size, and shares the budget out. Error(failure) if no crossing is found.
[[nodiscard]] CriticalPlan plan_critical(const CriticalQuestion& question,
                                         base::Observer& observer = base::silent());

/// The plan as the sections [model] and [critical] of recipe.toml, and back: Error(input) beginning with
/// `where` for what is no plan.
[[nodiscard]] io::Settings to_settings(const CriticalPlan& plan);
[[nodiscard]] CriticalPlan plan_from(const io::Settings& settings, const std::string& where);

/// Runs the pilot, then what it planned, in `folder` (created): run.log, recipe.toml (with `command`),
/// series.h5 (format spinflow/series: the raw time series), figures/, results.json. The folder is marked
/// incomplete until all of it is there. An unfinished run that is resumed or joined ends in the same bytes
/// that it would have ended in unstopped, by one process. Error(input) beginning with the folder if that run
/// answers another question.
results::Results run_critical(const CriticalQuestion& question, const std::string& command,
                              const std::filesystem::path& folder, const runs::RunManner& manner = {},
                              base::Observer& observer = base::silent());

/// The same with a plan that is there already: repeats a run exactly.
results::Results run_critical(const CriticalPlan& plan, const std::string& command,
                              const std::filesystem::path& folder, const runs::RunManner& manner = {},
                              base::Observer& observer = base::silent());

/// The results of the run in `folder`: read off it if it is finished, gone on with if it is not, run by the
/// plan if there is none. `join`: together with other processes.
results::Results kept_critical(const CriticalPlan& plan, const std::string& command,
                               const std::filesystem::path& folder, bool join = false,
                               base::Observer& observer = base::silent());

/// Names of the pieces that the unfinished run in `folder` keeps: with a precision, those of the rounds that
/// have begun.
[[nodiscard]] std::vector<std::string> critical_pieces(const std::filesystem::path& folder);

/// The plan of the run in `folder`, finished or not.
[[nodiscard]] CriticalPlan plan_in(const std::filesystem::path& folder);

struct ReanalysisOptions {
  std::vector<std::int64_t> sizes;  ///< a subset of the run's; empty: all
  double omega = 0;                 ///< leading correction exponent held fixed; 0: that of the regime
};

/// The analysis alone, from series.h5 and recipe.toml of a finished run.
results::Results reanalyze_critical(const std::filesystem::path& folder, const ReanalysisOptions& options,
                                    base::Observer& observer = base::silent());

/// The same of the batches of several finished runs together, whose plans differ in nothing but their seeds
/// (a run repeated from its recipe.toml with another seed). Error(input) beginning with the folder that does
/// not fit.
results::Results merged_critical(const std::vector<std::filesystem::path>& folders,
                                 const ReanalysisOptions& options, base::Observer& observer = base::silent());

/// What critical points rest on, of any model and of one, with what the model itself cites.
[[nodiscard]] std::vector<base::Citation> critical_citations();
[[nodiscard]] std::vector<base::Citation> critical_citations(const std::string& model);

}  // namespace spinflow::studies

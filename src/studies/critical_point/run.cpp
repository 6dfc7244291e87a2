// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "runs/damaged_piece.hpp"
#include "runs/live_run.hpp"
#include "runs/output_folders.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/folder_files.hpp"
#include "studies/critical_point/results.hpp"
#include "studies/critical_point/sampling.hpp"

namespace spinflow::studies {

namespace fs = std::filesystem;
using namespace critical;

namespace {

/// The plan of some of its sizes.
CriticalPlan restricted(const CriticalPlan& plan, const std::vector<std::int64_t>& sizes) {
  CriticalPlan part = plan;
  part.sizes.clear();
  part.couplings.clear();
  part.burn_in.clear();
  part.thinning.clear();
  part.records.clear();
  for (std::size_t s = 0; s < plan.sizes.size(); ++s) {
    if (std::ranges::find(sizes, plan.sizes[s]) == sizes.end()) continue;
    part.sizes.push_back(plan.sizes[s]);
    for (std::size_t p = 0; p < CriticalPlan::points; ++p)
      part.couplings.push_back(plan.couplings[s * CriticalPlan::points + p]);
    part.burn_in.push_back(plan.burn_in[s]);
    part.thinning.push_back(plan.thinning[s]);
    part.records.push_back(plan.records[s]);
  }
  return part;
}

/// What is left to do once recipe.toml is written.
results::Results carried_out(const CriticalPlan& plan, const fs::path& folder, runs::LiveRun& run,
                             const runs::RunManner& manner) {
  runs::RunLog& log = run.log();
  const double started = run.seconds();
  const auto enough = [&](const Series& series) {
    const auto point = studied(plan, series, 0).point;
    log.note(fmt::format("T_c = {:.7g} with error {:.2g} after {} records per chain", point.t_c.value,
                         point.t_c.error, series.front().records));
    return point.inconclusive.empty() && point.t_c.error <= plan.precision * point.t_c.value;
  };
  const Series series = runs::with_pieces_of(folder, [&] {
    return sampled(plan, fmt::format("spinflow critical {}", plan.model), folder, enough,
                   {run.claims(), log, &log});
  });
  log.note(fmt::format("sampled in {:.1f} s", run.seconds() - started));
  log.begin("reading the critical point", 0, "");
  results::Results results = results_of(studied(plan, series, 0));
  const auto& t_c = results.values.at("T_c");
  if (plan.precision > 0 && !(t_c.error <= plan.precision * t_c.value)) {
    const auto missed =
        fmt::format("the relative error of T_c is {:.2g} after the last round, more than the {:g} asked for",
                    t_c.error / t_c.value, plan.precision);
    log.note(missed);
    results.claims.front().qualification += fmt::format(" ({})", missed);
  }
  run.finish(results, manner.page);
  return results;
}

/// What a folder is asked to hold: how its plan is made if it has none, and whether one that it has is meant.
struct Asked {
  std::string model;
  std::uint64_t seed = 0;
  std::function<CriticalPlan(base::Observer&)> plan;
  std::function<bool(const CriticalPlan&)> is_meant;
};

void describe(const CriticalPlan& plan, const std::string& command, const runs::LiveRun& run) {
  io::Settings settings = to_settings(plan);
  auto& about = settings["recipe"];
  about["name"] = std::string("critical");
  about["title"] = fmt::format("The critical point of {}", plan.model);
  about["question"] = std::string(
      "At which temperature do the curves of Q for different sizes meet, and with which exponents "
      "do they scale there?");
  about["command"] = command;
  run.describe(io::to_toml(settings));
}

/// The plan in the folder. Error(input) if it is not what is asked for.
CriticalPlan plan_meant(const fs::path& folder, const Asked& asked) {
  CriticalPlan plan = plan_in(folder);
  if (!asked.is_meant(plan))
    throw input_error(folder.string(), "the run there has other settings",
                      "give the command of its recipe.toml, or another folder with -o");
  return plan;
}

results::Results run_in(const fs::path& folder, const Asked& asked, const std::string& command,
                        const runs::RunManner& manner, base::Observer& observer) {
  using Start = runs::LiveRun::Start;
  if (manner.resume) (void)plan_meant(folder, asked);
  runs::LiveRun run(folder,
                    manner.join     ? Start::joined
                    : manner.resume ? Start::resumed
                                    : Start::fresh,
                    observer);
  const fs::path recipe = folder / results::recipe_file;
  if (manner.join && fs::exists(recipe) && !runs::is_unfinished(folder)) {
    (void)plan_meant(folder, asked);
    const fs::path file = folder / results::results_file;
    return results::results_from_json(io::read_text(file), file.string());
  }
  run.mark("spinflow critical");
  run.log().note(fmt::format("{}: critical {}, seed {}, {} threads", base::software(), asked.model,
                             asked.seed, base::threads()));
  const CriticalPlan plan = runs::made_once(
      run.claims(), "plan", recipe,
      [&]() -> std::optional<CriticalPlan> {
        if (!fs::exists(recipe)) return std::nullopt;
        return plan_meant(folder, asked);
      },
      [&] {
        const CriticalPlan made = asked.plan(run.log());
        describe(made, command, run);
        return plan_meant(folder, asked);
      });
  return carried_out(plan, folder, run, manner);
}

/// The analysis of series of the plan; `folder` names them in messages.
results::Results reanalyzed(const CriticalPlan& plan, Series series, const fs::path& folder,
                            const ReanalysisOptions& options, base::Observer& observer) {
  const base::StopScope scope(observer);
  for (const auto size : options.sizes)
    if (std::ranges::find(plan.sizes, size) == plan.sizes.end())
      throw input_error(
          "critical --sizes", fmt::format("{} has no series of size {}", folder.string(), size),
          fmt::format("give some of its sizes, {} to {}", plan.sizes.front(), plan.sizes.back()));
  observer.begin("reading the critical point", 0, "");
  if (options.sizes.empty()) return results_of(studied(plan, series, options.omega));
  if (options.sizes.size() < 3)
    throw input_error("critical --sizes", "fewer than three sizes cannot show how a crossing drifts",
                      "give three or more of the run's");
  std::erase_if(series, [&](const SizeSeries& size) {
    return std::ranges::find(options.sizes, size.size) == options.sizes.end();
  });
  return results_of(studied(restricted(plan, options.sizes), series, options.omega));
}

}  // namespace

results::Results run_critical(const CriticalQuestion& question, const std::string& command,
                              const fs::path& folder, const runs::RunManner& manner,
                              base::Observer& observer) {
  check(question);
  return run_in(
      folder,
      {question.model, question.seed, [&](base::Observer& log) { return plan_critical(question, log); },
       [&](const CriticalPlan& plan) { return is_plan_of(plan, question); }},
      command, manner, observer);
}

results::Results run_critical(const CriticalPlan& plan, const std::string& command, const fs::path& folder,
                              const runs::RunManner& manner, base::Observer& observer) {
  return run_in(folder,
                {plan.model, plan.seed, [&](base::Observer&) { return plan; },
                 [&](const CriticalPlan& begun) { return to_settings(begun) == to_settings(plan); }},
                command, manner, observer);
}

CriticalPlan plan_in(const fs::path& folder) {
  const fs::path recipe = folder / results::recipe_file;
  return plan_from(io::settings_from_toml(io::read_text(recipe), recipe.string()), recipe.string());
}

results::Results reanalyze_critical(const fs::path& folder, const ReanalysisOptions& options,
                                    base::Observer& observer) {
  const CriticalPlan plan = plan_in(folder);
  return reanalyzed(plan, read(folder / series_file, plan), folder, options, observer);
}

results::Results merged_critical(const std::vector<fs::path>& folders, const ReanalysisOptions& options,
                                 base::Observer& observer) {
  if (folders.size() < 2) throw input_error("critical --merge", "there is one run", "give two or more");
  CriticalPlan plan = plan_in(folders.front());
  std::map<std::uint64_t, fs::path> folder_of_seed;
  std::vector<Series> parts;
  for (const auto& folder : folders) {
    CriticalPlan next = plan_in(folder);
    const auto [found, fresh] = folder_of_seed.emplace(next.seed, folder);
    if (!fresh)
      throw input_error(folder.string(), fmt::format("it has the seed of {}", found->second.string()),
                        "merge runs of different seeds: the same random numbers are not independent");
    parts.push_back(read(folder / series_file, next));
    next.seed = plan.seed;
    // With a precision the number of rounds, and so of records, depends on the seed.
    const bool same_plan =
        to_settings(next) == to_settings(plan) &&
        std::ranges::equal(parts.back(), parts.front(), {}, &SizeSeries::records, &SizeSeries::records);
    if (!same_plan)
      throw input_error(folder.string(), fmt::format("its plan is not that of {}", folders.front().string()),
                        "merge runs of one plan (`spinflow critical --recipe RUN/recipe.toml --seed N`)");
  }
  plan.batches *= static_cast<std::int64_t>(folders.size());
  return reanalyzed(plan, joined_batches(parts), folders.front(), options, observer);
}

results::Results kept_critical(const CriticalPlan& plan, const std::string& command, const fs::path& folder,
                               bool join, base::Observer& observer) {
  const bool unfinished = runs::is_unfinished(folder);
  if (fs::exists(folder / results::results_file) && !unfinished) {
    if (to_settings(plan_in(folder)) != to_settings(plan))
      throw input_error(folder.string(), "the run there has another plan",
                        "remove it, or begin anew with --force");
    return reanalyze_critical(folder, {}, observer);
  }
  return run_critical(plan, command, folder, {.resume = unfinished && !join, .join = join}, observer);
}

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "command/works.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/report/compare.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using studies::CriticalPlan;
using studies::CriticalQuestion;

constexpr const char* kind = "critical";

struct QuestionFlags {
  std::vector<std::int64_t> sizes;
  std::string budget = "5m";
  double precision = 0;
};

base::Options<QuestionFlags> question_options() {
  base::Options<QuestionFlags> binder;
  binder
      .add("sizes", &QuestionFlags::sizes,
           "sides of the squares or lengths of the chains: 8,16,32 or first:last:step",
           {.least = 1, .most = 1e9})
      .add("budget", &QuestionFlags::budget,
           "time for all of it: 90s, 5m, 2h; a pilot turns it into sweeps per size")
      .add("precision", &QuestionFlags::precision,
           "instead of a budget: relative statistical error of T_c at which to stop");
  return binder;
}

/// What is done with a run: a new one, a repetition, or a second look.
struct RunFlags {
  std::string recipe;
  std::string reanalyze;
  std::vector<std::string> merge;
  double omega = 0;
};

base::Options<RunFlags> run_options() {
  base::Options<RunFlags> binder;
  binder
      .add("recipe", &RunFlags::recipe,
           "instead of MODEL: repeat the run of this recipe.toml, bit for bit or with another --seed")
      .add("reanalyze", &RunFlags::reanalyze,
           "instead of MODEL: read the series of a finished run again; --sizes takes some of them, -o keeps "
           "the answer")
      .add("merge", &RunFlags::merge,
           "instead of MODEL: read the series of several finished runs of one plan and different seeds "
           "together")
      .add("omega", &RunFlags::omega, "with --reanalyze or --merge: leading correction exponent held fixed",
           {.least = 0.01, .most = 10});
  return binder;
}

/// Flags that make no sense beside `mode` are refused, not passed over.
void refuse_beside(const Invocation& invocation, const char* mode,
                   const std::vector<std::pair<const char*, const char*>>& flags) {
  for (const auto& [key, name] : flags)
    if (invocation.has(key))
      throw input_error("critical", fmt::format("{} has no meaning beside {}", name, mode), "leave it out");
  for (const auto& flag : model_flags())
    if (invocation.has(flag.spec.name))
      throw input_error("critical", fmt::format("{} has no meaning beside {}", flag.names, mode),
                        "leave it out");
  if (!invocation.word("MODEL").empty())
    throw input_error("critical", fmt::format("MODEL has no meaning beside {}", mode), "leave it out");
}

CriticalQuestion critical_question(const Invocation& invocation) {
  const std::string& model = invocation.word("MODEL");
  if (model.empty())
    throw input_error("critical", "MODEL is missing",
                      "name one of `spinflow models`, or give --recipe or --reanalyze");
  const auto& entry = models::registry().find(model);
  refuse_foreign(invocation, model_flags(), entry.options, entry.name);
  if (!invocation.has("sizes"))
    throw input_error("critical", "--sizes is missing", "give three or more, as in --sizes 8,16,32,64");
  if (invocation.has("budget") && invocation.has("precision"))
    throw input_error("critical", "--budget and --precision are both given", "give one of them");
  const QuestionFlags asked = answers(invocation, question_options());
  CriticalQuestion question;
  question.model = model;
  question.model_options = invocation.only(entry.options);
  question.sizes = asked.sizes;
  if (invocation.has("precision") && asked.precision == 0)
    throw input_error("critical --precision", "0 is no error at which to stop",
                      "give the relative statistical error of T_c, such as 1e-5");
  if (invocation.has("precision"))
    question.precision = asked.precision;
  else
    question.budget = studies::seconds_from(asked.budget, "critical --budget");
  question.seed = seed_of(invocation);
  studies::check(question);
  base::check_memory(studies::memory_needed(question), "critical --sizes");
  return question;
}

std::string values_text(const results::Results& results) {
  TextTable table({"", "value", "systematic", "expected"}, 1);
  for (const char* name : {"T_c", "K_c", "nu", "y_t", "Delta_sigma", "Delta_epsilon", "Q_star"}) {
    const auto& value = results.values.at(name);
    table.add({name, with_error(value.value, value.error),
               std::isfinite(value.systematic) ? fmt::format("{:.2g}", value.systematic)
               : std::isfinite(value.value)    ? "not known"
                                               : "-",
               std::isfinite(value.expected) ? fmt::format("{:.7g}", value.expected) : "-"});
  }
  return table.text();
}

/// The object `values` of results.json, alone.
std::string values_json(const results::Results& results) {
  return Json::parse(results::to_json(results)).at("values").dump(2) + "\n";
}

void tell(const Invocation& invocation, const results::Results& results, const fs::path& page) {
  if (invocation.json()) {
    print(values_json(results));
    return;
  }
  std::string text = values_text(results);
  // The first claim is that there is a critical point.
  const auto& claim = results.claims.front();
  text += fmt::format("\n{}", wrapped(claim.qualification, 100, 0));
  if (claim.verdict != results::Verdict::supported)
    text += fmt::format("\n{}", wrapped(fmt::format("inconclusive: {}", claim.control), 100, 0));
  print(text + page_text(page));
}

/// How far the runs are apart, quantity by quantity: the two of which the pull is least likely.
std::string pulls_text(const std::vector<fs::path>& sources) {
  std::vector<report::ComparedRun> runs;
  for (const auto& source : sources)
    runs.push_back(
        {.name = source.filename().string(), .results = output_folders().finished_results(source)});
  const auto comparison = report::compare(runs);
  TextTable table({"", "largest pull", "p", "between"}, 1);
  for (const auto& row : comparison.values)
    if (!std::isnan(row.pull.value))
      table.add({row.name, report::to_text(row.pull), fmt::format("{:.2g}", row.pull.p_value),
                 fmt::format("{}, {}", runs[row.first].name, runs[row.second].name)});
  return fmt::format(
      "\nThe runs one by one: {} of {} quantities differ by more than their errors allow\n\n{}",
      comparison.differences(), comparison.rows(), table.text());
}

/// --reanalyze of one run, --merge of several.
int reanalyze(const Invocation& invocation, const char* mode, const std::vector<fs::path>& sources) {
  refuse_beside(invocation, mode,
                {{"budget", "--budget"},
                 {"precision", "--precision"},
                 {"recipe", "--recipe"},
                 {"resume", "--resume"},
                 {"join", "--join"},
                 {"time_limit", "--time-limit"},
                 {"seed", "--seed"}});
  for (const auto& source : sources) {
    if (!output_folders().holds_results_of(source, {kind}))
      throw input_error(source.string(), "it is not the folder of a critical point",
                        "give the folder of a `spinflow critical`");
    (void)output_folders().finished_results(source);
  }
  const bool several = sources.size() > 1;
  const fs::path folder = answer_folder(invocation, "critical-reanalysis");
  studies::ReanalysisOptions options;
  if (invocation.has("sizes")) options.sizes = answers(invocation, question_options()).sizes;
  options.omega = answers(invocation, run_options()).omega;
  results::Results results;
  {
    Progress progress;
    results = several ? studies::merged_critical(sources, options, progress)
                      : studies::reanalyze_critical(sources.front(), options, progress);
  }
  fs::path page;
  if (!folder.empty()) {
    const CriticalPlan plan = studies::plan_in(sources.front());
    io::Settings settings = studies::to_settings(plan);
    settings["recipe"]["title"] =
        several ? fmt::format("The critical point of {}, of {} runs", plan.model, sources.size())
                : fmt::format("The critical point of {}, analysed again", plan.model);
    results.recipe = "critical-reanalysis";
    page = write_answer(invocation, folder, results, settings, invocation.get<bool>("force"));
  }
  tell(invocation, results, page);
  if (several && !invocation.json()) print(pulls_text(sources));
  return 0;
}

int run_critical(const Invocation& invocation) {
  const RunFlags asked = answers(invocation, run_options());
  if (invocation.has("reanalyze") && invocation.has("merge"))
    throw input_error("critical", "--reanalyze and --merge are both given", "give one of them");
  if (invocation.has("reanalyze")) return reanalyze(invocation, "--reanalyze", {asked.reanalyze});
  if (invocation.has("merge")) {
    if (asked.merge.size() < 2)
      throw input_error("critical --merge", "there is one run", "give two or more, as in a,b");
    return reanalyze(invocation, "--merge", {asked.merge.begin(), asked.merge.end()});
  }
  if (invocation.has("omega"))
    throw input_error("critical", "--omega is for --reanalyze and --merge",
                      "finish a run first, then read it again with another exponent");
  std::optional<CriticalQuestion> question;
  std::optional<CriticalPlan> plan;
  if (invocation.has("recipe")) {
    refuse_beside(invocation, "--recipe",
                  {{"budget", "--budget"}, {"precision", "--precision"}, {"sizes", "--sizes"}});
    const std::string& file = asked.recipe;
    plan = studies::plan_from(io::settings_from_toml(io::read_text(file), file), file);
    if (invocation.has("seed")) plan->seed = seed_of(invocation);
    base::check_memory(studies::memory_needed(*plan), file);
  } else {
    question = critical_question(invocation);
  }
  const std::string& model = plan ? plan->model : question->model;
  const std::uint64_t seed = plan ? plan->seed : question->seed;
  fs::path folder = invocation.get<std::string>("output");
  if (folder.empty()) folder = fs::path("runs") / fmt::format("{}-{}", model, seed);

  const auto work = run_folder(invocation, folder, {kind});
  const auto results =
      run_into(*work, {.citations = studies::critical_citations(model), .works = all_works()},
               [&](const runs::RunManner& manner) {
                 Progress progress;
                 const auto& place = work->place();
                 return plan ? studies::run_critical(*plan, invocation.line, place, manner, progress)
                             : studies::run_critical(*question, invocation.line, place, manner, progress);
               });
  tell(invocation, results, folder / results::page_file);
  return 0;
}

std::vector<Flag> critical_flags() {
  std::vector<Flag> flags = flags_of(question_options().specs());
  for (const char* name : {"sizes", "precision"}) flag_of(flags, name).shows_default = false;
  for (auto& flag : model_flags()) flags.push_back(std::move(flag));
  flags.push_back(seed_flag());
  flags.push_back(
      {.names = "-o,--output",
       .spec = {.name = "output", .help = "run folder [runs/MODEL-SEED]", .fallback = std::string()},
       .completes = Completes::folder,
       .shows_default = false});
  std::ranges::move(flags_of(run_options().specs()), std::back_inserter(flags));
  for (const char* name : {"recipe", "reanalyze", "merge", "omega"})
    flag_of(flags, name).shows_default = false;
  flag_of(flags, "recipe").completes = Completes::file;
  flag_of(flags, "reanalyze").completes = Completes::folder;
  std::ranges::move(run_flags(), std::back_inserter(flags));
  return flags;
}

}  // namespace

Command critical_command() {
  return {.name = "critical",
          .help = "find a critical point: T_c, exponents and Q* from finite-size scaling, with errors",
          .positionals = {{.name = "MODEL",
                           .help = "name of the model",
                           .words = models::registry().names(),
                           .optional = true}},
          .flags = critical_flags(),
          .footer = listing("Models", models::registry().entries()) +
                    "\nExamples:\n"
                    "  spinflow critical ising-square --sizes 8,12,16,24,32,48,64 --budget 5m\n"
                    "  spinflow critical --reanalyze runs/ising-square-1 --sizes 16,24,32,48,64\n"
                    "  spinflow critical --recipe runs/ising-square-1/recipe.toml --seed 2\n"
                    "  spinflow critical --merge runs/ising-square-1,runs/ising-square-2",
          .run = run_critical};
}

}  // namespace spinflow::program

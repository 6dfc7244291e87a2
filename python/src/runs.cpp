// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "command/works.hpp"
#include "module.hpp"
#include "recipes/seeds.hpp"
#include "results.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/report/compare.hpp"
#include "spinflow/report/report.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "spinflow/studies/verify.hpp"
#include "studies/compared_runs.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;
using namespace nb::literals;

const runs::OutputFolders& run_folders() {
  static const runs::OutputFolders folders = [] {
    auto names = recipes::registry().names();
    names.emplace_back("critical");
    return runs::OutputFolders(std::move(names));
  }();
  return folders;
}

/// How a run takes its folder.
struct Taking {
  bool resume = false;
  bool force = false;
  bool join = false;
};

/// Runs `body`(place, manner, observer) into `folder`, with its page. A run that was stopped can be resumed;
/// one that failed leaves what its pieces are worth.
template <class Body>
nb::object in_folder(const fs::path& folder, const std::vector<std::string>& kinds, const Taking& taking,
                     const report::PageOptions& page, const Body& body) {
  if (taking.resume + taking.force + taking.join > 1)
    throw input_error("run", "resume, force and join exclude each other", "give one of them");
  const auto place =
      taking.join ? runs::WorkFolder::for_joined(run_folders(), folder, kinds)
                  : runs::WorkFolder::for_run(run_folders(), folder, kinds, taking.resume, taking.force);
  const runs::RunManner manner{.resume = place->resumes(),
                               .join = taking.join,
                               .page = [&](const fs::path& at) { report::write_report(at, page); }};
  results::Results results;
  try {
    results = work([&](base::Observer& observer) { return body(place->place(), manner, observer); });
  } catch (const Error& stop) {
    if (stop.fault() != Fault::interrupted) place->refuse(stop.fault() == Fault::input);
    throw;
  } catch (const nb::python_error&) {
    throw;  // Ctrl-C: it can be resumed.
  } catch (...) {
    place->refuse(false);
    throw;
  }
  place->complete();
  return object_of(results, folder);
}

nb::object run(const std::string& recipe, const std::string& scale, std::uint64_t seed,
               std::optional<fs::path> folder, bool resume, bool force, bool join, const nb::dict& settings) {
  const auto& entry = recipes::registry().find(recipe);
  std::vector<std::string> overrides;
  for (const auto& [key, value] : values_of(settings, "run: settings")) {
    const auto* word = std::get_if<std::string>(&value);
    overrides.push_back(fmt::format("{}={}", key, word != nullptr ? *word : base::to_text(value)));
  }
  const io::Settings resolved = recipes::resolve(recipe, scale, overrides);
  return in_folder(folder.value_or(fs::path("runs") / fmt::format("{}-{}", recipe, scale)),
                   recipes::registry().names(), {resume, force, join},
                   {.citations = entry.citations, .works = program::all_works(), .overrides = overrides},
                   [&](const fs::path& place, const runs::RunManner& manner, base::Observer& observer) {
                     return recipes::run(recipe, scale, resolved, seed, place, manner, observer);
                   });
}

nb::object critical(const std::string& model, nb::handle sizes, const std::string& budget,
                    std::optional<double> precision, std::uint64_t seed, std::optional<fs::path> folder,
                    bool resume, bool force, bool join, const nb::kwargs& options) {
  const auto& entry = models::registry().find(model);
  studies::CriticalQuestion question{.model = model, .seed = seed};
  question.model_options = values_of(options, "critical");
  for (const auto& [name, value] : question.model_options)
    if (std::ranges::count(entry.options, name, &base::OptionSpec::name) == 0)
      throw base::no_such_option("critical", name, entry.options);
  for (const double size : numbers_from(sizes, "critical: sizes"))
    question.sizes.push_back(static_cast<std::int64_t>(size));
  if (precision)
    question.precision = *precision;
  else
    question.budget = studies::seconds_from(budget, "critical: budget");
  studies::check(question);
  base::check_memory(studies::memory_needed(question), "critical: sizes");
  const fs::path place_of = folder.value_or(fs::path("runs") / fmt::format("{}-{}", model, seed));
  return in_folder(place_of, {"critical"}, {resume, force, join},
                   {.citations = studies::critical_citations(model), .works = program::all_works()},
                   [&](const fs::path& place, const runs::RunManner& manner, base::Observer& observer) {
                     return studies::run_critical(question, "", place, manner, observer);
                   });
}

nb::object reanalyze(const fs::path& folder, nb::handle sizes, double omega) {
  static_cast<void>(run_folders().finished_results(folder));
  studies::ReanalysisOptions options{.omega = omega};
  if (!sizes.is_none())
    for (const double size : numbers_from(sizes, "reanalyze: sizes"))
      options.sizes.push_back(static_cast<std::int64_t>(size));
  return object_of(
      work([&](base::Observer& observer) { return studies::reanalyze_critical(folder, options, observer); }),
      folder);
}

nb::list status(const fs::path& folder) {
  nb::list all;
  for (const auto& study : recipes::status_of(folder)) {
    nb::list under_way;
    for (const auto& piece : study.run.under_way) {
      nb::dict one;
      one["name"] = piece.name;
      one["host"] = piece.holder.host;
      one["pid"] = piece.holder.pid;
      one["seconds"] = piece.seconds;
      one["ended"] = piece.ended;
      under_way.append(one);
    }
    nb::dict run;
    run["folder"] = study.folder.string();
    run["recipe"] = study.recipe;
    run["scale"] = study.scale;
    run["seed"] = study.seed;
    run["finished"] = study.run.finished;
    run["pieces"] = study.run.pieces;
    run["made"] = study.run.made;
    run["waiting"] = study.run.waiting;
    run["under_way"] = under_way;
    run["seconds_left"] = study.run.finished ? 0.0 : study.run.seconds_left;
    all.append(run);
  }
  return all;
}

nb::dict verify(std::uint64_t seed) {
  const auto report = work([&](base::Observer& observer) { return studies::verify(seed, observer); });
  nb::list rows;
  for (const auto& found : report.rows) {
    nb::dict row;
    row["model"] = found.model;
    row["sampler"] = found.sampler;
    row["size"] = found.size;
    row["temperature"] = found.temperature;
    row["observable"] = found.observable;
    row["measured"] = found.measured;
    row["error"] = found.error;
    row["exact"] = found.exact;
    row["method"] = found.method;
    row["z"] = found.z;
    row["p"] = found.p;
    rows.append(row);
  }
  nb::dict answer;
  answer["passed"] = report.passed;
  answer["p_value"] = report.p_value;
  answer["statistic"] = report.statistic;
  answer["degrees"] = report.degrees;
  answer["false_alarm_rate"] = report.false_alarm_rate;
  answer["rows"] = rows;
  return answer;
}

nb::object compare(const std::vector<std::string>& folders) {
  return object_of(work([&](base::Observer&) {
    const auto runs = studies::compared_runs(run_folders(), folders);
    return report::comparison_results(runs, report::compare(runs));
  }));
}

nb::object results_of(const fs::path& folder) {
  auto results = run_folders().finished_results(folder);
  results.figures = results::read_figures(folder);
  return object_of(results, folder);
}

}  // namespace

void bind_runs(nb::module_& m) {
  m.def(
      "run", run, "recipe"_a, nb::kw_only(), "scale"_a = "quick", "seed"_a = 1, "folder"_a = nb::none(),
      "resume"_a = false, "force"_a = false, "join"_a = false, "settings"_a = nb::dict(),
      nb::sig("def run(recipe: str, *, scale: str = 'quick', seed: int = 1, folder: str | os.PathLike | "
              "None = None, "
              "resume: bool = False, force: bool = False, join: bool = False, settings: dict = {}) -> "
              "Results"),
      "Runs a recipe (sf.names('recipes')) as `spinflow run` does, and returns its Results.\n\n"
      "scale: smoke (seconds), quick (minutes), full where the recipe has it. folder: where the run is "
      "kept,\n"
      "runs/RECIPE-SCALE unless given; force replaces a run that is there, resume goes on with an "
      "unfinished\n"
      "one. join: fills the folder together with every other process, on any host, that joins the same run;\n"
      "each returns when the run is finished. settings: {'section.key': value} instead of the recipe's own.\n"
      "ValueError, which names the nearest right one, for a recipe, scale or key that there is not.\n\n"
      ">>> import spinflow as sf\n"
      ">>> run = sf.run('gong-xia', scale='smoke', folder='runs/try')  # doctest: +SKIP\n"
      ">>> run.claims[0].because, list(run.tables), list(run.figures)  # doctest: +SKIP\n");
  m.def(
      "critical", critical, "model"_a, nb::kw_only(), "sizes"_a, "budget"_a = "5m",
      "precision"_a = nb::none(), "seed"_a = 1, "folder"_a = nb::none(), "resume"_a = false,
      "force"_a = false, "join"_a = false, "options"_a,
      nb::sig(
          "def critical(model: str, *, sizes, budget: str = '5m', precision: float | None = None, seed: "
          "int = 1, "
          "folder: str | os.PathLike | None = None, resume: bool = False, force: bool = False, join: bool = "
          "False, **options) -> Results"),
      "Finds a critical point as `spinflow critical` does: T_c, exponents and Q* from finite-size "
      "scaling.\n\n"
      "sizes: three or more sides of squares or lengths of chains. budget: '90s', '5m', '2h'; or precision: "
      "the\n"
      "relative error of T_c at which to stop. folder: runs/MODEL-SEED unless given. join: as of run. "
      "options:\n"
      "of the model.\n"
      "The Results' values hold T_c, K_c, nu, y_t, Delta_sigma, Delta_epsilon and Q_star. ValueError for a\n"
      "model without a transition, RuntimeError if no crossing is found.\n\n"
      ">>> import spinflow as sf\n"
      ">>> found = sf.critical('ising-square', sizes=[8, 16, 32], budget='1m')  # doctest: +SKIP\n"
      ">>> found.values.loc['T_c']  # doctest: +SKIP\n");
  m.def("reanalyze", reanalyze, "folder"_a, nb::kw_only(), "sizes"_a = nb::none(), "omega"_a = 0.0,
        nb::sig("def reanalyze(folder: str | os.PathLike, *, sizes=None, omega: float = 0.0) -> Results"),
        "Reads the series of a finished critical run again: with some of its sizes, or with the leading\n"
        "correction exponent omega held fixed (0: that of the regime). ValueError for what is no "
        "finished\n"
        "critical run.\n\n"
        ">>> import spinflow as sf\n"
        ">>> sf.reanalyze('runs/ising-square-1', sizes=[16, 32, 64]).values  # doctest: +SKIP\n");
  m.def("verify", verify);
  m.def("compare", compare);
  m.def("status", status, "folder"_a, nb::sig("def status(folder: str | os.PathLike) -> list[dict]"),
        "How far the run in a folder has come, or every run of `spinflow run --seeds` there; it may be at "
        "work.\n\n"
        "Each dict has folder, recipe, scale, seed, finished, pieces (stages of the run), made, waiting, "
        "under_way\n"
        "(dicts of name, host, pid, seconds, ended) and seconds_left, an estimate: NaN where no stage has been\n"
        "timed. ValueError for a folder without a run.\n\n"
        ">>> import spinflow as sf\n"
        ">>> sf.status('runs/try')[0]['waiting']  # doctest: +SKIP\n");
  m.def("results_of", results_of, "folder"_a, nb::sig("def results_of(folder) -> Results"),
        "The Results of a finished run in a folder.");
}

}  // namespace spinflow::python

// SPDX-License-Identifier: Apache-2.0
#include "command/run_folder.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/undisturbed.hpp"
#include "command/signals.hpp"
#include "command/terminal.hpp"
#include "command/time_limit.hpp"
#include "command/works.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

const runs::OutputFolders& output_folders() {
  static const runs::OutputFolders folders = [] {
    auto names = recipes::registry().names();
    names.emplace_back("critical");
    return runs::OutputFolders(std::move(names));
  }();
  return folders;
}

std::vector<Flag> run_flags() {
  return {resume_flag("go on with an unfinished run; start one where there is none"),
          {.names = "--force",
           .spec = {.name = "force", .help = "replace a run in the folder", .fallback = false}},
          {.names = "--join",
           .spec = {.name = "join",
                    .help = "fill the folder together with every other process, on any host, that is given "
                            "the same command",
                    .fallback = false}},
          time_limit_flag()};
}

std::unique_ptr<runs::WorkFolder> run_folder(const Invocation& invocation, const fs::path& folder,
                                             const std::vector<std::string>& recipes) {
  const bool resume = resumes(invocation);
  const bool force = invocation.get<bool>("force");
  const bool join = invocation.get<bool>("join");
  if (join && (resume || force))
    throw input_error(invocation.path,
                      fmt::format("--join and --{} are both given", resume ? "resume" : "force"),
                      resume ? "--join goes on with an unfinished run by itself: leave --resume out"
                             : "remove the old run first, or leave --join out");
  auto work = join ? runs::WorkFolder::for_joined(output_folders(), folder, recipes)
                   : runs::WorkFolder::for_run(output_folders(), folder, recipes, resume, force);
  say_when_interrupted(work->when_interrupted());
  heed_time_limit(invocation);
  return work;
}

results::Results run_into(runs::WorkFolder& work, const report::PageOptions& page,
                          const std::function<results::Results(const runs::RunManner&)>& body) {
  results::Results results;
  try {
    results = body({.resume = work.resumes(), .join = work.is_joined(), .page = [&](const fs::path& folder) {
                      report::write_report(folder, page);
                    }});
  } catch (const Error& error) {
    if (error.fault() != Fault::interrupted) work.refuse(error.fault() == Fault::input);
    throw;
  } catch (...) {
    work.refuse(false);
    throw;
  }
  work.complete();
  return results;
}

std::vector<Flag> answer_flags() {
  Flag output = output_flag("folder for tables, figures and report.html", false);
  output.completes = Completes::folder;
  output.shows_default = false;
  Flag force = force_flag();
  force.spec.help = "replace an earlier answer in the folder";
  return {std::move(output), std::move(force)};
}

fs::path answer_folder(const Invocation& invocation, const std::string& name) {
  fs::path folder = invocation.get<std::string>("output");
  if (folder.has_parent_path() && folder.filename().empty()) folder = folder.parent_path();  // "weights/"
  if (folder.empty() && invocation.get<bool>("force"))
    throw input_error(invocation.path, "--force is about the folder of -o, which is missing",
                      "give the folder with -o or leave --force out");
  if (folder.empty()) return folder;
  runs::WorkFolder::finish_exchange(output_folders(), folder);
  output_folders().expect_replaceable(folder, {name}, invocation.get<bool>("force"));
  std::error_code error;
  if (!fs::exists(folder, error)) io::check_output(folder, false);
  return folder;
}

fs::path write_answer(const Invocation& invocation, const fs::path& folder, const results::Results& results,
                      io::Settings settings, bool force) {
  auto& about = settings["recipe"];
  about["name"] = results.recipe;
  about["command"] = invocation.line;
  // A stop is checked before every file; the rest is fast.
  const base::Undisturbed undisturbed;
  const auto work = runs::WorkFolder::for_answer(output_folders(), folder, results.recipe, force);
  io::write_text(work->place() / results::recipe_file, io::to_toml(settings));
  results::write_figures(results, work->place());
  io::write_text(work->place() / results::results_file, results::to_json(results));
  report::write_report(work->place(), {.works = all_works()});
  work->complete();
  return folder / results::page_file;
}

std::string page_text(const fs::path& page) {
  return page.empty() ? std::string() : fmt::format("\nthe report is {}\n", printable(page.string()));
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "command/run_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "command/folder_contents.hpp"
#include "command/signals.hpp"
#include "command/terminal.hpp"
#include "command/work_folder.hpp"
#include "command/works.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

namespace {

/// Error(input) naming the first thing in the folder that no run and no answer writes: --force would remove
/// it with the rest.
void expect_only_ours(const fs::path& folder) {
  const auto foreign = contents_of(folder).foreign;
  if (!foreign.empty())
    throw input_error(folder.string(),
                      fmt::format("it also holds {}, which no run has written",
                                  foreign.front().lexically_relative(folder).string()),
                      "move that elsewhere or give another folder with -o");
}

}  // namespace

void expect_replaceable(const fs::path& folder, const std::vector<std::string>& recipes, bool force) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  if (!fs::is_directory(folder, error))
    throw input_error(folder.string(), "it is not a folder", "give another one with -o");
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw input_error(folder.string(), fmt::format("it cannot be written to ({})", std::strerror(errno)),
                      "give another one with -o");
  if (is_free(folder)) return;
  if (!holds_results_of(folder, recipes))
    throw input_error(folder.string(), what_holds(folder), "choose another folder with -o");
  if (!force) {
    const bool can_go_on = (recipes::is_unfinished(folder) && holds_run(folder)) ||
                           holds_run(folder / results::unfinished_folder);
    throw input_error(
        folder.string(), can_go_on ? "it holds an unfinished run" : "it holds an earlier result",
        can_go_on ? "go on with --resume, start over with --force, or give another folder with -o"
                  : "replace it with --force or give another folder with -o");
  }
  expect_only_ours(folder);
}

results::Results finished_results(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw input_error(folder.string(), "it is not a run folder", "give the folder of a `spinflow run`");
  if (recipes::is_unfinished(folder)) {
    const bool is_run = holds_run(folder);
    throw input_error(folder.string(),
                      is_run ? "the run there has not finished" : "the answer there is not complete",
                      is_run ? "finish it with its command and --resume" : "write it anew with --force");
  }
  const fs::path file = folder / results::results_file;
  return results::results_from_json(io::read_text(file), file.string());
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
  finish_exchange(folder);
  expect_replaceable(folder, {name}, invocation.get<bool>("force"));
  std::error_code error;
  if (!fs::exists(folder, error)) io::check_output(folder, false);
  return folder;
}

fs::path write_answer(const Invocation& invocation, const fs::path& folder, const results::Results& results,
                      io::Settings settings) {
  auto& about = settings["recipe"];
  about["name"] = results.recipe;
  about["command"] = invocation.line;
  // A stop is checked before every file; the rest is fast.
  const Undisturbed undisturbed;
  const auto work = WorkFolder::for_answer(folder, results.recipe, invocation.get<bool>("force"));
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

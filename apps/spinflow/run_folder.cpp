// SPDX-License-Identifier: Apache-2.0
#include "run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "spinflow/base/error.hpp"
#include "spinflow/experiments/experiment.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"
#include "terminal.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

namespace {

/// A file under the name it has until it is complete, left by a program that was killed.
bool is_temporary(const std::string& name) { return name.starts_with('.') && name.ends_with(".partial"); }

/// Whether a file is a piece that a run keeps to go on from: HDF5 that no command of its own wrote, or tables
/// of results without claims.
bool is_piece(const fs::path& path) {
  try {
    if (path.extension() == ".json")
      return results::results_from_json(io::read_text(path), path.string()).claims.empty();
    if (path.extension() != ".h5") return false;
    const auto header = io::read_header(io::Hdf5Reader(path));
    return header.software.starts_with("spinflow") &&
           (header.command.empty() || header.command.starts_with("spinflow run") ||
            header.command.starts_with("spinflow critical"));
  } catch (const Error&) {
    return false;
  }
}

bool is_ours(const fs::directory_entry& entry) {
  static const std::vector<std::string> names = {results::recipe_file, results::results_file,
                                                 results::marker_file, results::log_file, results::page_file};
  const std::string name = entry.path().filename().string();
  std::error_code ignored;
  return entry.symlink_status(ignored).type() == fs::file_type::regular &&
         (is_temporary(name) || std::ranges::count(names, name) > 0 || is_piece(entry.path()));
}

/// What recipe.toml says under [recipe]; nothing if there is none.
std::string about(const fs::path& folder, const std::string& key) {
  try {
    const auto written =
        io::settings_from_toml(io::read_text(folder / results::recipe_file), results::recipe_file);
    const auto section = written.find("recipe");
    if (section == written.end()) return {};
    const auto value = section->second.find(key);
    if (value == section->second.end()) return {};
    const auto* text = std::get_if<std::string>(&value->second);
    return text == nullptr ? std::string() : *text;
  } catch (const Error&) {
    return {};
  }
}

/// Whether the folder holds a run or an answer, finished or not, of one of the named recipes: its recipe.toml
/// says so.
bool holds_results_of(const fs::path& folder, const std::vector<std::string>& names) {
  return std::ranges::count(names, about(folder, "name")) > 0;
}

/// What lies in a run folder, by name: first what no run writes, then the files of runs, those in figures/
/// and in the folders of critical points that a recipe has run, and those folders themselves, each before the
/// folder that holds it.
struct Contents {
  std::vector<fs::path> foreign;
  std::vector<fs::path> ours;
};

void add_contents(const fs::path& folder, Contents& contents, std::error_code& error) {
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    const bool is_folder = entry.symlink_status(ignored).type() == fs::file_type::directory;
    if (is_folder && name == "figures") {
      for (const auto& figure : fs::directory_iterator(entry.path(), error)) {
        const std::string file = figure.path().filename().string();
        const bool ours = figure.symlink_status(ignored).type() == fs::file_type::regular &&
                          (file.ends_with(".vl.json") || file.ends_with(".csv") || is_temporary(file));
        (ours ? contents.ours : contents.foreign).push_back(figure.path());
      }
      contents.ours.push_back(entry.path());
    } else if (is_folder && name.starts_with("critical-") &&
               (about(entry.path(), "command").starts_with("spinflow run") || is_free(entry.path()))) {
      add_contents(entry.path(), contents, error);
      contents.ours.push_back(entry.path());
    } else {
      (is_ours(entry) ? contents.ours : contents.foreign).push_back(entry.path());
    }
  }
}

Contents contents_of(const fs::path& folder) {
  Contents contents;
  std::error_code error;
  add_contents(folder, contents, error);
  if (error)
    throw input_error(folder.string(), fmt::format("it cannot be listed ({})", error.message()),
                      "give another folder with -o");
  std::ranges::sort(contents.foreign);
  return contents;
}

/// Whether what the folder holds is a run, which --resume can finish, and not an answer.
bool holds_run(const fs::path& folder) {
  auto names = experiments::registry().names();
  names.emplace_back("critical");
  return holds_results_of(folder, names);
}

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

bool is_free(const fs::path& folder) {
  const Contents contents = contents_of(folder);
  return contents.foreign.empty() && std::ranges::all_of(contents.ours, [](const fs::path& path) {
           const std::string name = path.filename().string();
           return is_temporary(name) || name == results::marker_file || name == results::log_file;
         });
}

void expect_replaceable(const fs::path& folder, const std::vector<std::string>& recipes, bool force) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  if (!fs::is_directory(folder, error))
    throw input_error(folder.string(), "it is not a folder", "give another one with -o");
  if (is_free(folder)) return;
  if (!holds_results_of(folder, recipes))
    throw input_error(folder.string(), "it holds something else", "give a new folder with -o");
  if (!force) {
    const bool can_go_on = experiments::is_unfinished(folder) && holds_run(folder);
    throw input_error(
        folder.string(), can_go_on ? "it holds an unfinished run" : "it holds an earlier result",
        can_go_on ? "go on with --resume, start over with --force, or give another folder with -o"
                  : "replace it with --force or give another folder with -o");
  }
  expect_only_ours(folder);
}

void expect_unfinished(const fs::path& folder) {
  if (!holds_run(folder))
    throw input_error(folder.string(), "it holds something else", "give the folder of an unfinished run");
  if (!experiments::is_unfinished(folder))
    throw input_error(folder.string(), "there is no unfinished run to resume",
                      "leave out --resume to start one");
}

void clear_run_folder(const fs::path& folder) {
  const io::FolderLock lock(folder);
  // The results first, for without them what is left counts as unfinished; last the recipe, which says whose
  // the folder is: so the folder is never one that neither --resume nor --force would take.
  auto ours = contents_of(folder).ours;
  const auto rank = [&](const fs::path& path) {
    if (path.parent_path() != folder) return 1;  // of a part of the run
    return path.filename() == results::results_file ? 0 : path.filename() == results::recipe_file ? 2 : 1;
  };
  std::ranges::stable_sort(ours, {}, rank);
  std::error_code error;
  for (const auto& path : ours) {
    fs::remove(path, error);
    if (error) throw input_error(path.string(), error.message(), "give another folder with -o");
  }
}

results::Results finished_results(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw input_error(folder.string(), "it is not a run folder", "give the folder of a `spinflow run`");
  if (experiments::is_unfinished(folder)) {
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
  std::error_code error;
  if (fs::exists(folder, error)) clear_run_folder(folder);
  fs::create_directory(folder, error);
  if (error) throw failure(folder.string(), error.message(), "give another folder with -o");
  io::write_text(folder / results::recipe_file, io::to_toml(settings));
  io::write_text(folder / results::marker_file,
                 "This answer has not been written to its end; --force replaces it.\n");
  results::write_figures(results, folder);
  io::write_text(folder / results::results_file, results::to_json(results));
  fs::path page = report::write_report(folder);
  io::remove_file(folder / results::marker_file);
  return page;
}

std::string page_text(const fs::path& page) {
  return page.empty() ? std::string() : fmt::format("\nthe report is {}\n", printable(page.string()));
}

}  // namespace spinflow::program

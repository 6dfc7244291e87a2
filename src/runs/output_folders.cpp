// SPDX-License-Identifier: Apache-2.0
#include "runs/output_folders.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runs/claims.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

namespace {

/// An unfinished file, still under its temporary name, of a program that was killed.
bool is_temporary(const std::string& name) { return name.starts_with('.') && name.ends_with(".partial"); }

/// Whether a file is a piece with which a run can be resumed: HDF5 that no other command wrote, or a results
/// file without claims.
bool is_piece(const fs::path& path) {
  try {
    if (path.extension() == ".json")
      return results::results_from_json(io::read_text(path), path.string()).claims.empty();
    if (path.extension() != ".h5" && !path.extension().string().starts_with(results::training_suffix))
      return false;
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

/// What a run writes before its first piece, and files that hold no result.
bool is_beginning(const fs::path& path) {
  const std::string name = path.filename().string();
  return is_temporary(name) || name == results::marker_file || name == results::log_file ||
         name == results::claims_folder || path.parent_path().filename() == results::claims_folder;
}

}  // namespace

bool is_unfinished(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / results::recipe_file, ignored) &&
         (fs::exists(folder / results::marker_file, ignored) ||
          !fs::exists(folder / results::results_file, ignored));
}

void OutputFolders::add_contents(const fs::path& folder, FolderContents& contents,
                                 std::error_code& error) const {
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    const auto type = entry.symlink_status(ignored).type();
    if (type == fs::file_type::not_found) continue;  // another process has just removed it
    const bool is_folder = type == fs::file_type::directory;
    if (is_folder && name == "figures") {
      for (const auto& figure : fs::directory_iterator(entry.path(), error)) {
        const std::string file = figure.path().filename().string();
        const bool ours = figure.symlink_status(ignored).type() == fs::file_type::regular &&
                          (file.ends_with(".vl.json") || file.ends_with(".csv") || is_temporary(file));
        (ours ? contents.ours : contents.foreign).push_back(figure.path());
      }
      contents.ours.push_back(entry.path());
    } else if (is_folder && name == results::claims_folder) {
      for (const auto& claim : fs::directory_iterator(entry.path(), error)) {
        (is_claim(claim.path()) ? contents.ours : contents.foreign).push_back(claim.path());
      }
      contents.ours.push_back(entry.path());
    } else if (is_folder && (name == results::unfinished_folder || name == results::complete_folder)) {
      add_contents(entry.path(), contents, error);
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

FolderContents OutputFolders::contents_of(const fs::path& folder) const {
  FolderContents contents;
  std::error_code error;
  add_contents(folder, contents, error);
  if (error)
    throw input_error(folder.string(), fmt::format("it cannot be listed ({})", error.message()),
                      "give another folder with -o");
  std::ranges::sort(contents.foreign);
  return contents;
}

bool OutputFolders::is_free(const fs::path& folder) const {
  const FolderContents contents = contents_of(folder);
  const fs::path inner = folder / results::unfinished_folder;
  const bool keeps_inner = holds_run(inner);
  return contents.foreign.empty() && std::ranges::all_of(contents.ours, [&](const fs::path& path) {
           if (path == inner || path.parent_path() == inner || path.parent_path().parent_path() == inner)
             return !keeps_inner;
           return is_beginning(path);
         });
}

bool OutputFolders::has_no_pieces(const fs::path& folder) const {
  const FolderContents contents = contents_of(folder);
  return contents.foreign.empty() && std::ranges::all_of(contents.ours, [&](const fs::path& path) {
           return is_beginning(path) || path.filename() == results::recipe_file;
         });
}

bool OutputFolders::holds_results_of(const fs::path& folder, const std::vector<std::string>& names) const {
  return std::ranges::count(names, about(folder, "name")) > 0;
}

std::string OutputFolders::what_holds(const fs::path& folder) const {
  if (const std::string recipe = about(folder, "name"); !recipe.empty())
    return fmt::format("it holds something else: a result of '{}'", recipe);
  const auto contents = contents_of(folder);
  if (contents.foreign.empty()) return "it holds something else: files of a run without their recipe.toml";
  return fmt::format("it holds something else: '{}', which no run has written",
                     contents.foreign.front().lexically_relative(folder).string());
}

bool OutputFolders::holds_run(const fs::path& folder) const { return holds_results_of(folder, runs_); }

void OutputFolders::remove_contents(const fs::path& folder, const fs::path& spared) const {
  // The results are removed first, because a folder without them counts as unfinished. The recipe is removed
  // last, because it says to which run the folder belongs. At every moment --resume or --force accepts the
  // folder.
  auto ours = contents_of(folder).ours;
  std::erase_if(ours, [&](const fs::path& path) {
    return !spared.empty() && std::ranges::mismatch(spared, path).in1 == spared.end();
  });
  const auto rank = [&](const fs::path& path) {
    if (path.parent_path() != folder) return 1;  // of a part of the run
    return path.filename() == results::results_file ? 0 : path.filename() == results::recipe_file ? 2 : 1;
  };
  std::ranges::stable_sort(ours, {}, rank);
  std::error_code error;
  for (const auto& path : ours) {
    fs::remove(path, error);
    // A folder that still holds a file which no run wrote is kept.
    if (error && error != std::errc::directory_not_empty)
      throw input_error(path.string(), error.message(), "give another folder with -o");
  }
}

void OutputFolders::expect_writable(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error) && access(folder.c_str(), W_OK | X_OK) != 0)
    throw input_error(folder.string(), fmt::format("it cannot be written to ({})", std::strerror(errno)),
                      "give another one with -o");
}

void OutputFolders::expect_replaceable(const fs::path& folder, const std::vector<std::string>& names,
                                       bool force) const {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  if (!fs::is_directory(folder, error))
    throw input_error(folder.string(), "it is not a folder", "give another one with -o");
  expect_writable(folder);
  if (is_free(folder)) return;
  if (!holds_results_of(folder, names))
    throw input_error(folder.string(), what_holds(folder), "choose another folder with -o");
  if (!force) {
    const bool can_go_on =
        (is_unfinished(folder) && holds_run(folder)) || holds_run(folder / results::unfinished_folder);
    throw input_error(
        folder.string(), can_go_on ? "it holds an unfinished run" : "it holds an earlier result",
        can_go_on ? "go on with --resume, start over with --force, or give another folder with -o"
                  : "replace it with --force or give another folder with -o");
  }
  // --force would remove it with the rest.
  const auto foreign = contents_of(folder).foreign;
  if (!foreign.empty())
    throw input_error(folder.string(),
                      fmt::format("it also holds {}, which no run has written",
                                  foreign.front().lexically_relative(folder).string()),
                      "move that elsewhere or give another folder with -o");
}

results::Results OutputFolders::finished_results(const fs::path& folder) const {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw input_error(folder.string(), "it is not a run folder", "give the folder of a `spinflow run`");
  if (is_unfinished(folder)) {
    const bool is_run = holds_run(folder);
    throw input_error(folder.string(),
                      is_run ? "the run there has not finished" : "the answer there is not complete",
                      is_run ? "finish it with its command and --resume" : "write it anew with --force");
  }
  const fs::path file = folder / results::results_file;
  return results::results_from_json(io::read_text(file), file.string());
}

}  // namespace spinflow::runs

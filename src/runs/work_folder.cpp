// SPDX-License-Identifier: Apache-2.0
#include "runs/work_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/undisturbed.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

namespace {

fs::path uppermost_missing(const fs::path& folder) {
  fs::path missing;
  std::error_code error;
  for (fs::path path = folder; !path.empty() && !fs::exists(fs::symlink_status(path, error));
       path = path.parent_path())
    missing = path;
  return missing;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

void mark(const fs::path& folder) {
  io::write_text(folder / results::marker_file,
                 "This is complete but for the move to its place; --resume goes on, --force starts over.\n");
}

/// Renames one file or folder. Error(failure) naming it.
void move_to(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error)
    throw failure(to.string(), fmt::format("it cannot be put in its place ({})", error.message()),
                  "see that the folder can be written to; --resume goes on");
}

/// New files get the permissions of those they replace. Error(failure) naming the file that cannot have them:
/// what its owner kept from others must not become readable.
void keep_permissions(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::path at = from;
  fs::recursive_directory_iterator entries(from, error);
  for (; !error && entries != fs::end(entries); entries.increment(error)) {
    at = entries->path();
    std::error_code ignored;  // where nothing is replaced there is nothing to keep
    const auto old = fs::symlink_status(to / at.lexically_relative(from), ignored);
    const auto made = entries->symlink_status(error);
    if (error) break;
    if (old.type() == made.type() && old.permissions() != made.permissions())
      fs::permissions(at, old.permissions(), error);
    if (error) break;
  }
  if (error)
    throw failure(at.string(),
                  fmt::format("it cannot get the permissions of the old one ({})", error.message()),
                  "see that the folder can be written to; --resume goes on");
}

/// Moves all of `from` into `to`, the recipe last, and removes `from`.
void move_content(const fs::path& from, const fs::path& to) {
  std::vector<fs::path> paths;
  std::error_code error;
  fs::directory_iterator entries(from, error);
  for (; !error && entries != fs::end(entries); entries.increment(error)) paths.push_back(entries->path());
  if (error)
    throw failure(from.string(), fmt::format("it cannot be listed ({})", error.message()),
                  "see that the folder can be read; --resume goes on");
  std::ranges::stable_partition(paths,
                                [](const fs::path& path) { return path.filename() != results::recipe_file; });
  for (const auto& path : paths) {
    const fs::path target = to / path.filename();
    std::error_code ignored;  // what cannot be looked at cannot be moved, and move_to says why
    if (fs::is_directory(path, ignored) && fs::is_directory(target, ignored))
      move_content(path, target);  // the old folder still holds a file that no run wrote
    else
      move_to(path, target);
  }
  fs::remove(from, error);
  if (error) throw failure(from.string(), error.message(), "remove it by hand");
}

/// Replaces the content of the folder by that of `complete/`, and continues from wherever a killed process
/// stopped. The old recipe is removed last and the new one is moved last. While `complete/` has a recipe, old
/// files may be left; once the new recipe is in the folder, the exchange is finished.
void exchange(const OutputFolders& folders, const fs::path& folder) {
  const fs::path from = folder / results::complete_folder;
  if (is_there(from / results::recipe_file) && is_there(folder / results::recipe_file)) {
    keep_permissions(from, folder);
    folders.remove_contents(folder, from);
  }
  move_content(from, folder);
  io::remove_unfinished(folder);  // of a process that was killed before it kept anything
}

/// "runs/a/" as "runs/a".
fs::path without_slash(const fs::path& folder) {
  return folder.has_parent_path() && folder.filename().empty() ? folder.parent_path() : folder;
}

}  // namespace

void WorkFolder::finish_exchange(const OutputFolders& folders, const fs::path& folder) {
  if (!is_there(folder / results::complete_folder)) return;
  const base::Undisturbed undisturbed;
  const io::FolderLock lock(folder);
  exchange(folders, folder);
  // An unfinished run is continued with --resume.
  if (!folders.holds_run(folder)) io::remove_file(folder / results::marker_file);
}

WorkFolder::WorkFolder(const OutputFolders& folders, fs::path folder, bool inside)
    : folders_(folders),
      folder_(std::move(folder)),
      place_(inside ? folder_ / results::unfinished_folder : folder_),
      first_made_(uppermost_missing(folder_)) {
  if (is_inside() && is_there(folder_)) lock_.emplace(folder_);
}

std::unique_ptr<WorkFolder> WorkFolder::for_run(const OutputFolders& folders, const fs::path& given,
                                                const std::vector<std::string>& recipes, bool resume,
                                                bool force) {
  const fs::path folder = without_slash(given);
  finish_exchange(folders, folder);
  const fs::path inner = folder / results::unfinished_folder;
  std::error_code error;
  const bool replaces = fs::is_directory(folder, error) && !folders.is_free(folder);
  // A run that was stopped before its first piece was stored is resumed by starting it.
  const bool has_inner = resume && is_there(inner);
  if (resume && replaces && !(has_inner && folders.is_free(inner))) {
    std::unique_ptr<WorkFolder> work(new WorkFolder(folders, folder, has_inner));
    if (!folders.holds_run(work->place_))
      throw input_error(folder.string(), folders.what_holds(folder), "give the folder of an unfinished run");
    if (!is_unfinished(work->place_)) {
      // The result is complete; only its move, or its page, is missing.
      if (!work->is_inside() && is_there(folder / results::page_file))
        throw input_error(folder.string(), "there is no unfinished run to resume",
                          "leave out --resume to start one");
      mark(work->place_);
    }
    work->resumes_ = true;
    return work;
  }
  std::unique_ptr<WorkFolder> work(new WorkFolder(folders, folder, replaces));
  folders.expect_replaceable(folder, recipes, force || has_inner);
  if (replaces) io::make_folder(inner);
  if (is_there(folder)) work->clear_place();
  return work;
}

std::unique_ptr<WorkFolder> WorkFolder::for_joined(const OutputFolders& folders, const fs::path& given,
                                                   const std::vector<std::string>& recipes) {
  const fs::path folder = without_slash(given);
  finish_exchange(folders, folder);
  if (is_there(folder / results::unfinished_folder))
    throw input_error(folder.string(), "one process is replacing the run there (--force)",
                      "let it finish with --resume, or give another folder with -o");
  std::unique_ptr<WorkFolder> work(new WorkFolder(folders, folder, false));
  work->joined_ = true;
  OutputFolders::expect_writable(folder);
  // What another process has begun may be joined, as what is free may be used.
  if (folders.holds_results_of(folder, recipes)) return work;
  try {
    folders.expect_replaceable(folder, recipes, false);
  } catch (const Error&) {
    if (!folders.holds_results_of(folder, recipes)) throw;  // otherwise it was begun just now
  }
  return work;
}

std::unique_ptr<WorkFolder> WorkFolder::for_answer(const OutputFolders& folders, const fs::path& folder,
                                                   const std::string& name, bool force) {
  finish_exchange(folders, folder);
  std::unique_ptr<WorkFolder> work(new WorkFolder(folders, folder, true));
  io::make_folder(folder);
  if (!work->lock_) work->lock_.emplace(folder);
  work->discards_ = true;
  folders.expect_replaceable(folder, {name}, force);
  io::make_folder(work->place_);
  work->clear_place();
  return work;
}

std::string WorkFolder::when_interrupted() const {
  return fmt::format("{}: interrupted; the same command{} goes on", folder_.string(),
                     joined_       ? ""
                     : is_inside() ? " with --resume and without --force"
                                   : " with --resume");
}

void WorkFolder::clear_place() {
  const io::FolderLock lock(place_);
  folders_.remove_contents(place_);
}

void WorkFolder::refuse(bool wrong_input) {
  std::error_code error;
  if (resumes_ || joined_ || !fs::is_directory(place_, error)) return;
  // If it was refused because another process was working there, that process may have finished just now.
  const bool finished = is_there(place_ / results::results_file) && !is_there(place_ / results::marker_file);
  discards_ = !finished && (wrong_input || folders_.has_no_pieces(place_));
}

void WorkFolder::discard() {
  const base::Undisturbed undisturbed;
  std::error_code error;  // a folder that is not there needs no clearing
  if (fs::is_directory(place_, error)) clear_place();
  for (fs::path path = place_; path == place_ || (!first_made_.empty() && path != first_made_.parent_path());
       path = path.parent_path()) {
    // A folder that existed before stays, whatever its content.
    if (path == folder_ && first_made_.empty()) break;
    fs::remove(path, error);
    if (error) break;  // somebody else has put something there: it stays, and the folders above it
  }
}

WorkFolder::~WorkFolder() {
  if (!discards_) return;
  try {
    discard();
  } catch (const Error&) {
    // Another process is at work there, or it cannot be removed: it stays.
  }
}

void WorkFolder::complete() {
  if (!is_inside()) return;
  const base::Undisturbed undisturbed;
  mark(place_);
  move_to(place_, folder_ / results::complete_folder);
  discards_ = false;
  exchange(folders_, folder_);
  io::remove_file(folder_ / results::marker_file);
}

}  // namespace spinflow::runs

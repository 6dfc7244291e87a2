// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spinflow/io/folder_lock.hpp"

namespace spinflow::program {

/// Puts what a process that was killed has left in `complete/` in its place (see WorkFolder). Whoever wants to
/// write to the folder calls it first. Error(input) if that process is still at work.
void finish_exchange(const std::filesystem::path& folder);

/// Where a run or an answer is made, so that what lies in the folder of -o is only replaced by what is
/// complete.
///
/// A run goes to a free folder itself, where --resume finds it. What is to replace something (--force), and
/// every answer, is made in `unfinished/` inside the folder, which belongs to this process meanwhile.
/// `complete` then renames it to `complete/`, removes the old content, moves the new one up and removes
/// `complete/`; permissions of the folder and of files that have a successor stay. Whoever finds `complete/`,
/// left by a process that was killed, goes on with that. Up to the last step the folder counts as unfinished,
/// and --resume ends a run there.
class WorkFolder {
 public:
  /// For a run of one of the named recipes. Error(input) for what is in the way, without touching it.
  [[nodiscard]] static std::unique_ptr<WorkFolder> for_run(const std::filesystem::path& folder,
                                                           const std::vector<std::string>& recipes,
                                                           bool resume, bool force);
  /// For an answer of the kind `name`.
  [[nodiscard]] static std::unique_ptr<WorkFolder> for_answer(const std::filesystem::path& folder,
                                                              const std::string& name, bool force);
  /// Unless it is complete, removes what must not stay: an answer; a run that was not resumed and did not
  /// come to keep anything to go on from, if `refuse` was called.
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  /// The folder to write to.
  [[nodiscard]] const std::filesystem::path& place() const { return place_; }
  /// Whether an unfinished run is there, to go on with.
  [[nodiscard]] bool resumes() const { return resumes_; }

  /// What is to be said if a signal ends the run.
  [[nodiscard]] std::string when_interrupted() const;

  /// The run has been refused or has failed, and was not interrupted. `wrong_input`: it would fail again, so
  /// that what it has kept is of no use.
  void refuse(bool wrong_input);

  /// All files are there. Exchanges the contents if the place is not the folder itself.
  void complete();

 private:
  WorkFolder(std::filesystem::path folder, bool inside);
  [[nodiscard]] bool is_inside() const { return place_ != folder_; }
  void clear_place();
  void discard();

  std::filesystem::path folder_;
  std::filesystem::path place_;
  std::filesystem::path first_made_;  // the uppermost folder that was not there; empty: all were
  std::optional<io::FolderLock> lock_;
  bool resumes_ = false;
  bool discards_ = false;
};

}  // namespace spinflow::program

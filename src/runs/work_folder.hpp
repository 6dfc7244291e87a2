// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runs/output_folders.hpp"
#include "spinflow/io/folder_lock.hpp"

namespace spinflow::runs {

/// The folder in which a run or an answer is built, so that the content of the folder of -o is only replaced
/// by a complete result.
///
/// A run whose folder is free is built there, where --resume finds it. A run that replaces something
/// (--force), and every answer, is built in `unfinished/` inside the folder, which is locked meanwhile.
/// `complete` then renames it to `complete/`, removes the old content, moves the new one up and removes
/// `complete/`; the permissions of the folder and of replaced files are kept. If a killed process has left
/// `complete/`, the next command finishes the exchange. Up to the last step the folder counts as unfinished,
/// and --resume completes a run there.
class WorkFolder {
 public:
  /// Finishes the exchange of a killed process that has left `complete/`. To be called before anything is
  /// written to the folder. Error(input) if that process is still at work.
  static void finish_exchange(const OutputFolders& folders, const std::filesystem::path& folder);

  /// For a run of one of the named recipes. Error(input), without any change, if something else is in the
  /// way.
  [[nodiscard]] static std::unique_ptr<WorkFolder> for_run(const OutputFolders& folders,
                                                           const std::filesystem::path& folder,
                                                           const std::vector<std::string>& recipes,
                                                           bool resume, bool force);
  /// For one of several processes that fill the folder together with a run of one of the named recipes. The
  /// run may be new, unfinished or finished. Nothing is removed.
  [[nodiscard]] static std::unique_ptr<WorkFolder> for_joined(const OutputFolders& folders,
                                                              const std::filesystem::path& folder,
                                                              const std::vector<std::string>& recipes);
  /// For an answer of the kind `name`.
  [[nodiscard]] static std::unique_ptr<WorkFolder> for_answer(const OutputFolders& folders,
                                                              const std::filesystem::path& folder,
                                                              const std::string& name, bool force);
  /// If the result is not complete, removes what must not stay: an answer, or, after `refuse`, a run that was
  /// not resumed and has stored no piece.
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  /// The folder to write to.
  [[nodiscard]] const std::filesystem::path& place() const { return place_; }
  /// Whether there is an unfinished run to continue.
  [[nodiscard]] bool resumes() const { return resumes_; }
  /// Whether other processes may fill the folder too.
  [[nodiscard]] bool is_joined() const { return joined_; }

  /// The message if a signal ends the run.
  [[nodiscard]] std::string when_interrupted() const;

  /// To be called if the run was refused or has failed, but not if it was interrupted. `wrong_input`: it
  /// would fail again, so its pieces are of no use.
  void refuse(bool wrong_input);

  /// To be called when all files are written. Exchanges the contents unless the run was built in the folder
  /// itself.
  void complete();

 private:
  WorkFolder(const OutputFolders& folders, std::filesystem::path folder, bool inside);
  [[nodiscard]] bool is_inside() const { return place_ != folder_; }
  void clear_place();
  void discard();

  const OutputFolders& folders_;
  std::filesystem::path folder_;
  std::filesystem::path place_;
  std::filesystem::path first_made_;  // the uppermost folder that was not there; empty: all were
  std::optional<io::FolderLock> lock_;
  bool resumes_ = false;
  bool joined_ = false;
  bool discards_ = false;
};

}  // namespace spinflow::runs

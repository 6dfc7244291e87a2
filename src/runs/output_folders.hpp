// SPDX-License-Identifier: Apache-2.0
// Ownership: is this folder ours, and what is in it.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "spinflow/results/results.hpp"

namespace spinflow::runs {

/// The content of a run folder by name. First come files that no run writes, then the files of runs: also
/// those in figures/, in the folders of critical points that a recipe has run, and in the folder of a run
/// that is to replace this one. Each of these folders follows its content.
struct FolderContents {
  std::vector<std::filesystem::path> foreign;
  std::vector<std::filesystem::path> ours;
};

/// Whether a run in the folder has begun (recipe.toml) and not finished: it is marked so (file INCOMPLETE),
/// or was stopped before it could be marked and has no results.json.
[[nodiscard]] bool is_unfinished(const std::filesystem::path& folder);

/// Whose the folders are that -o names, and what is in them. They hold runs, which --resume can finish, or
/// answers (`analyze ... -o`, `compare ... -o`), and the recipe.toml of each says which.
class OutputFolders {
 public:
  /// `runs`: the names in the recipe.toml of what is a run.
  explicit OutputFolders(std::vector<std::string> runs) : runs_(std::move(runs)) {}

  /// Error(input) beginning with the folder if it cannot be listed.
  [[nodiscard]] FolderContents contents_of(const std::filesystem::path& folder) const;

  /// Whether the folder is empty, or holds only what a run killed at its very start, or a killed answer,
  /// leaves.
  [[nodiscard]] bool is_free(const std::filesystem::path& folder) const;

  /// Whether the folder holds no piece with which a run could be resumed.
  [[nodiscard]] bool has_no_pieces(const std::filesystem::path& folder) const;

  /// Whether the folder holds a run or an answer, finished or not, of one of the named recipes: its
  /// recipe.toml says so.
  [[nodiscard]] bool holds_results_of(const std::filesystem::path& folder,
                                      const std::vector<std::string>& names) const;

  /// What a folder holds that is not what was asked for, by the name of one of its files or of its recipe:
  /// the middle of a refusal.
  [[nodiscard]] std::string what_holds(const std::filesystem::path& folder) const;

  /// Whether what the folder holds is a run and not an answer.
  [[nodiscard]] bool holds_run(const std::filesystem::path& folder) const;

  /// Error(input) if the folder is there and this user may not write to it.
  static void expect_writable(const std::filesystem::path& folder);

  /// Makes sure that a run or an answer may be written to the folder: it does not exist, is free, or with
  /// `force` holds no more than an earlier one of one of the named recipes. Error(input) otherwise. Removes
  /// nothing.
  void expect_replaceable(const std::filesystem::path& folder, const std::vector<std::string>& names,
                          bool force) const;

  /// The results of a finished run (or analysis). Error(input) beginning with the folder or the file for what
  /// is none.
  [[nodiscard]] results::Results finished_results(const std::filesystem::path& folder) const;

  /// Removes the files of runs and answers, except for the content of the folder `spared`. The folder itself
  /// stays. Error(input) naming what cannot be removed.
  void remove_contents(const std::filesystem::path& folder, const std::filesystem::path& spared = {}) const;

 private:
  void add_contents(const std::filesystem::path& folder, FolderContents& contents,
                    std::error_code& error) const;

  std::vector<std::string> runs_;
};

}  // namespace spinflow::runs

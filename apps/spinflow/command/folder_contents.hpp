// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinflow::program {

/// The content of a run folder by name. First come files that no run writes, then the files of runs: also
/// those in figures/, in the folders of critical points that a recipe has run, and in the folder of a run
/// that is to replace this one. Each of these folders follows its content.
struct FolderContents {
  std::vector<std::filesystem::path> foreign;
  std::vector<std::filesystem::path> ours;
};

/// Error(input) beginning with the folder if it cannot be listed.
[[nodiscard]] FolderContents contents_of(const std::filesystem::path& folder);

/// Whether the folder is empty, or holds only what a run killed at its very start, or a killed answer,
/// leaves.
[[nodiscard]] bool is_free(const std::filesystem::path& folder);

/// Whether the folder holds no piece with which a run could be resumed.
[[nodiscard]] bool has_no_pieces(const std::filesystem::path& folder);

/// Whether the folder holds a run or an answer, finished or not, of one of the named recipes: its recipe.toml
/// says so.
[[nodiscard]] bool holds_results_of(const std::filesystem::path& folder,
                                    const std::vector<std::string>& names);

/// What a folder holds that is not what was asked for, by the name of one of its files or of its recipe: the
/// middle of a refusal.
[[nodiscard]] std::string what_holds(const std::filesystem::path& folder);

/// Whether what the folder holds is a run, which --resume can finish, and not an answer.
[[nodiscard]] bool holds_run(const std::filesystem::path& folder);

/// Removes the files of runs and answers, except for the content of the folder `spared`. The folder itself
/// stays. Error(input) naming what cannot be removed.
void remove_contents(const std::filesystem::path& folder, const std::filesystem::path& spared = {});

}  // namespace spinflow::program

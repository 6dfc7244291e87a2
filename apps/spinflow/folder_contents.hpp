// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinflow::program {

/// What lies in a run folder, by name: first what no run writes, then the files of runs, those in figures/,
/// in the folders of critical points that a recipe has run and in the folder of a run that is to replace this
/// one, and those folders themselves, each behind what it holds.
struct FolderContents {
  std::vector<std::filesystem::path> foreign;
  std::vector<std::filesystem::path> ours;
};

/// Error(input) beginning with the folder if it cannot be listed.
[[nodiscard]] FolderContents contents_of(const std::filesystem::path& folder);

/// Whether the folder is as good as empty: nothing in it, or no more than what a run that was killed at its
/// very start, or an answer that was killed, leaves.
[[nodiscard]] bool is_free(const std::filesystem::path& folder);

/// Whether the folder holds nothing that a run would keep to go on from.
[[nodiscard]] bool has_no_pieces(const std::filesystem::path& folder);

/// Whether the folder holds a run or an answer, finished or not, of one of the named recipes: its recipe.toml
/// says so.
[[nodiscard]] bool holds_results_of(const std::filesystem::path& folder,
                                    const std::vector<std::string>& names);

/// Whether what the folder holds is a run, which --resume can finish, and not an answer.
[[nodiscard]] bool holds_run(const std::filesystem::path& folder);

/// Removes what runs and answers write, but for what lies in the folder `spared`; the folder stays.
/// Error(input) naming what cannot be removed.
void remove_contents(const std::filesystem::path& folder, const std::filesystem::path& spared = {});

}  // namespace spinflow::program

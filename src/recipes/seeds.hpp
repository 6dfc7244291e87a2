// SPDX-License-Identifier: Apache-2.0
// One recipe for many seeds: runs in FOLDER/seed-N, filled by any number of processes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "runs/output_folders.hpp"
#include "runs/status.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::recipes {

/// What is run for every seed.
struct SeededRuns {
  std::string recipe;
  std::string scale;
  io::Settings settings;
  std::vector<std::uint64_t> seeds;  ///< each once
};

/// Runs them all into `folder`/seed-N, together with every other process that is given the same. A process
/// begins the first run that nobody has begun; when there is none left, it joins those that are not finished.
/// Returns the folders in the order of the seeds, all of them finished. A run that fails is Error(failure)
/// after all others have been run. `page`: as in runs::RunManner.
/// Error(input) beginning with the folder if it holds something else, or runs of another recipe or scale.
std::vector<std::filesystem::path> run_seeds(const runs::OutputFolders& known, const SeededRuns& runs,
                                             const std::filesystem::path& folder,
                                             const std::function<void(const std::filesystem::path&)>& page,
                                             base::Observer& observer);

/// Makes the answer about these runs in `folder`/pooled with make(), in one process, unless there is one that
/// is about the same seeds.
void pool_once(const SeededRuns& runs, const std::filesystem::path& folder,
               const std::function<void()>& make);

/// A run and how far it has come.
struct StudyStatus {
  std::filesystem::path folder;
  std::string recipe;  ///< or "critical"
  std::string scale;
  std::uint64_t seed = 0;
  bool begun = true;  ///< false: one of many seeds that nobody has begun
  runs::RunStatus run = {};
};

/// Of the run in the folder, or of the runs of all seeds there. Error(input) beginning with the folder if it
/// holds neither.
[[nodiscard]] std::vector<StudyStatus> status_of(const std::filesystem::path& folder);

}  // namespace spinflow::recipes

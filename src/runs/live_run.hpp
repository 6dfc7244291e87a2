// SPDX-License-Identifier: Apache-2.0
// The life of a run in its folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "runs/run_log.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::runs {

/// A folder while a run works in it: locked, with its log, and unfinished for whoever looks (`is_unfinished`)
/// until `finish`. A process that is killed at any moment leaves a folder that can be resumed:
///
///     LiveRun run(folder, LiveRun::Start::fresh, observer);
///     run.describe(recipe);          // recipe.toml first: it says whose the folder is
///     run.mark("spinflow run");      // INCOMPLETE
///     run.log().note("...");         // into run.log, and on to the observer
///     run.finish(results);           // figures/, results.json, and the mark goes
class LiveRun {
 public:
  enum class Start { fresh, resumed };

  /// Makes the folder of a fresh run, and removes unfinished files of a killed process. Error(input) if
  /// another process works there.
  LiveRun(const std::filesystem::path& folder, Start start, base::Observer& observer);

  void describe(const std::string& recipe) const;
  /// `command`: that goes on with --resume.
  void mark(const std::string& command) const;
  /// Passes everything on to the observer, which is asked whether to stop while the run lives.
  [[nodiscard]] base::Observer& log() { return log_; }
  /// Since the start of this process's part.
  [[nodiscard]] double seconds() const;
  void finish(const results::Results& results);

 private:
  std::filesystem::path folder_;
  io::FolderLock lock_;
  RunLog log_;
  base::StopScope scope_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
// The life of a run in its folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "runs/claims.hpp"
#include "runs/run_log.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::runs {

/// A folder while a run works in it: locked, with its log, and unfinished for whoever looks (`is_unfinished`)
/// until `finish`. A process that is killed at any moment leaves a folder that can be resumed:
///
///     LiveRun run(folder, LiveRun::Start::fresh, observer);
///     run.describe(recipe);          // recipe.toml first: it says whose the folder is
///     run.mark("spinflow run");      // INCOMPLETE
///     run.log().note("...");         // into run.log, and on to the observer
///     run.finish(results, page);     // figures/, results.json, the page, and the mark goes
///
/// Of a run that several processes join, every one has a LiveRun: whatever is there already is left as it is,
/// and one of them finishes it.
class LiveRun {
 public:
  enum class Start { fresh, resumed, joined };

  /// Makes the folder of a run that does not exist, and removes unfinished files of a killed process, unless
  /// they may be those of others who join. Error(input) if another process works there alone, and if another
  /// version of the program has begun the run that is joined.
  LiveRun(const std::filesystem::path& folder, Start start, base::Observer& observer);

  /// Writes recipe.toml. Of several processes that join, the first one does: what is in it is read
  /// afterwards.
  void describe(const std::string& recipe) const;
  /// `command`: that goes on with --resume or --join.
  void mark(const std::string& command) const;
  /// Of a run that is joined, otherwise nullptr.
  [[nodiscard]] Claims* claims() { return claims_.get(); }
  /// Passes everything on to the observer, which is asked whether to stop while the run lives.
  [[nodiscard]] RunLog& log() { return log_; }
  /// Since the start of this process's part.
  [[nodiscard]] double seconds() const;
  void finish(const results::Results& results, const std::function<void(const std::filesystem::path&)>& page);

 private:
  void write(const results::Results& results, const std::function<void(const std::filesystem::path&)>& page);

  std::filesystem::path folder_;
  io::FolderLock lock_;
  std::unique_ptr<Claims> claims_;
  RunLog log_;
  base::StopScope scope_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "spinflow/base/observer.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::runs {

class Claims;
class RunLog;

/// How a run takes its folder.
struct RunManner {
  bool resume = false;  ///< goes on with an unfinished run
  /// Fills the folder together with other processes that join it, on any number of hosts: begins a run, goes
  /// on with one, or finds it finished.
  bool join = false;
  /// Writes the page of the folder when all else is written, by the process that finishes the run; empty: no
  /// page.
  std::function<void(const std::filesystem::path& folder)> page = {};
};

/// What a recipe gets to work with.
struct RunContext {
  std::filesystem::path
      folder;             ///< exists; finished stages are kept in it as files and found again on resume
  io::Settings settings;  ///< fully resolved
  std::string scale;
  std::uint64_t seed = 1;
  base::Observer& observer;
  Claims* claims = nullptr;  ///< of a run that several processes fill together
  RunLog* log = nullptr;     ///< for what only the log tells; none: nothing tells it
};

}  // namespace spinflow::runs

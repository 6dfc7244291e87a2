// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "spinflow/base/observer.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::runs {

/// What a recipe gets to work with.
struct RunContext {
  std::filesystem::path
      folder;             ///< exists; finished stages are kept in it as files and found again on resume
  io::Settings settings;  ///< fully resolved
  std::string scale;
  std::uint64_t seed = 1;
  base::Observer& observer;
};

}  // namespace spinflow::runs

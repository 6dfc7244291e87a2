// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace spinflow::thermometers {

/// Where curves that take long to compute are kept: $SPINFLOW_CACHE_DIR, else $XDG_CACHE_HOME/spinflow, else
/// ~/.cache/spinflow; empty if there is no home. Nothing but time depends on it.
[[nodiscard]] std::filesystem::path cache_folder();

}  // namespace spinflow::thermometers

// SPDX-License-Identifier: Apache-2.0
// The runs that are to be set side by side.
#pragma once

#include <string>
#include <vector>

#include "runs/output_folders.hpp"
#include "spinflow/report/compare.hpp"

namespace spinflow::studies {

/// The finished runs in the folders, two or more, each under a name as short as tells them apart.
/// Error(input) for fewer, for what is no run, and for a folder that is given twice.
[[nodiscard]] std::vector<report::ComparedRun> compared_runs(const runs::OutputFolders& known,
                                                             const std::vector<std::string>& folders);

}  // namespace spinflow::studies

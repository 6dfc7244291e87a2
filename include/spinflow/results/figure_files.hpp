// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "spinflow/results/results.hpp"

namespace spinflow::results {

/// Writes figures/<id>.vl.json and figures/<id>.csv of each figure under `run_folder` (figures/ is created),
/// each file whole or not at all. Title, caption and place in the reading order travel in the specification's
/// `usermeta`, so that the files alone make a page. Error(input) for an id that is no file name or stands
/// twice.
void write_figures(const Results& results, const std::filesystem::path& run_folder);

/// The figures of a run folder in reading order; none if there is no figures/ folder. Error(input), one
/// sentence, for a file where the folder belongs and for a specification that is no JSON object.
[[nodiscard]] std::vector<Figure> read_figures(const std::filesystem::path& run_folder);

}  // namespace spinflow::results

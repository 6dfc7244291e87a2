// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "spinflow/report/citations.hpp"

namespace spinflow::report {

/// What a run folder does not hold about itself.
struct PageOptions {
  std::vector<base::Citation> citations = {};  ///< cited beside the papers of the claims
  Works works = {};                            ///< where citations and papers are found by their keys
  std::vector<std::string> overrides =
      {};  ///< "section.key=value" settings that differ from the recipe's, for the command to rerun
};

/// The page of a run folder: recipe.toml (with title and question in [recipe]), results.json,
/// figures/*.vl.json and run.log (if there is one) in, one self-contained HTML text out, which asks the
/// network for nothing. Claims and tables are in it as HTML, so they are read without scripts too. A
/// recipe.toml with `command` in [recipe] is that of an analysis: the page tells this command line instead of
/// recipe, scale and seed, and has claims only if there are some. Error(input) naming the file for a folder
/// that is not a run folder; Error(failure) if the page's parts (share/spinflow) are not installed.
[[nodiscard]] std::string report_html(const std::filesystem::path& run_folder,
                                      const PageOptions& options = {});

/// Writes report_html to report.html in the folder, whole or not at all, and returns its path.
std::filesystem::path write_report(const std::filesystem::path& run_folder, const PageOptions& options = {});

/// Where the page's scripts and style lie: $SPINFLOW_SHARE_DIR, else beside the program (../share/spinflow),
/// in the build tree, or where it was installed. Error(failure) if nowhere.
[[nodiscard]] std::filesystem::path share_folder();

}  // namespace spinflow::report

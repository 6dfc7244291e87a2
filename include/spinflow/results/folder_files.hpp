// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::results {

// Names of the files in the folder of a run or an answer.
inline constexpr const char* recipe_file = "recipe.toml";    ///< what was asked; written first
inline constexpr const char* results_file = "results.json";  ///< as `to_json` writes it
inline constexpr const char* page_file = "report.html";
inline constexpr const char* log_file = "run.log";        ///< of a run only
inline constexpr const char* marker_file = "INCOMPLETE";  ///< stands there until all the others do

/// What an unfinished training has behind the name of its network: "v.h5.training", "s.h5.training-1" (a
/// layer).
inline constexpr const char* training_suffix = ".training";

// Folders in it. With --force the new run or answer replaces the old content only when it is complete.
inline constexpr const char* unfinished_folder = "unfinished";  ///< the new content while it is being made
inline constexpr const char* complete_folder = "complete";      ///< the same while it is moved into place

/// Which process makes which piece, while several fill the folder together.
inline constexpr const char* claims_folder = "claims";

}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "command/command.hpp"
#include "runs/output_folders.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/report/report.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::program {

/// The claims for a person: a line per claim: id, verdict, measured value with error, statement; its control
/// below.
[[nodiscard]] std::string claims_text(const results::Results& results);

/// The folders of -o: runs are those of the recipes, and of `critical`.
[[nodiscard]] const runs::OutputFolders& output_folders();

/// --resume, --force and --join of a command that runs in a folder.
[[nodiscard]] std::vector<Flag> run_flags();

/// The folder of a run of one of the named recipes, taken as these flags say. Whoever interrupts the program
/// reads how to go on. Error(input) if something is in the way.
[[nodiscard]] std::unique_ptr<runs::WorkFolder> run_folder(const Invocation& invocation,
                                                           const std::filesystem::path& folder,
                                                           const std::vector<std::string>& recipes);

/// body(manner), a run that fills the folder and ends with a page.
results::Results run_into(runs::WorkFolder& work, const report::PageOptions& page,
                          const std::function<results::Results(const runs::RunManner&)>& body);

/// -o and --force of a command that answers in a folder.
[[nodiscard]] std::vector<Flag> answer_flags();

/// The folder that `-o` asks for an answer of the kind `name` ("compare"): free, or with --force an earlier
/// answer of that kind, which is not yet removed. Empty without -o.
[[nodiscard]] std::filesystem::path answer_folder(const Invocation& invocation, const std::string& name);

/// Writes an answer as a run folder: recipe.toml, results.json, figures/, report.html. It is built in a
/// folder of its own inside `folder` and moved into place when it is complete; if it ends before, the old
/// content stays. No other command can write to `folder` meanwhile. `results.recipe` is its kind. `settings`:
/// what was asked; title and question go to [recipe]. Returns the path of the page. Error(input) without
/// `force` if another command has put an answer there meanwhile.
std::filesystem::path write_answer(const Invocation& invocation, const std::filesystem::path& folder,
                                   const results::Results& results, io::Settings settings, bool force);

/// The line that names the page of an answer; empty without one.
[[nodiscard]] std::string page_text(const std::filesystem::path& page);

}  // namespace spinflow::program

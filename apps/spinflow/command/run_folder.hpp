// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command/command.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/report/report.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::program {

/// The claims for a person: a line per claim: id, verdict, measured value with error, statement; its control
/// below.
[[nodiscard]] std::string claims_text(const results::Results& results);

/// Makes sure that a run or an answer may be written to the folder: it does not exist, is free, or with
/// `force` holds no more than an earlier one of one of the named recipes. Error(input) otherwise. Removes
/// nothing.
void expect_replaceable(const std::filesystem::path& folder, const std::vector<std::string>& recipes,
                        bool force);

/// The results of a finished run (or analysis). Error(input) beginning with the folder or the file for what
/// is none.
[[nodiscard]] results::Results finished_results(const std::filesystem::path& folder);

/// -o and --force of a command that answers in a folder.
[[nodiscard]] std::vector<Flag> answer_flags();

/// The folder that `-o` asks for an answer of the kind `name` ("compare"): free, or with --force an earlier
/// answer of that kind, which is not yet removed. Empty without -o.
[[nodiscard]] std::filesystem::path answer_folder(const Invocation& invocation, const std::string& name);

/// Writes an answer as a run folder: recipe.toml, results.json, figures/, report.html. It is built in a
/// folder of its own inside `folder` and moved into place when it is complete; if it ends before, the old
/// content stays. No other command can write to `folder` meanwhile. `results.recipe` is its kind. `settings`:
/// what was asked; title and question go to [recipe]. Returns the path of the page. Error(input) without
/// --force if another command has put an answer there meanwhile.
std::filesystem::path write_answer(const Invocation& invocation, const std::filesystem::path& folder,
                                   const results::Results& results, io::Settings settings);

/// The line that names the page of an answer; empty without one.
[[nodiscard]] std::string page_text(const std::filesystem::path& page);

}  // namespace spinflow::program

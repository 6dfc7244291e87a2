// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command/command.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/transformations/from_text.hpp"

namespace spinflow::program {

/// Flags for the options of all models.
[[nodiscard]] std::vector<Flag> model_flags();

/// Flags for the options of all registered transformations.
[[nodiscard]] std::vector<Flag> map_flags();

/// The map that `text` names, with those of `flags` that are given and that the text does not say itself.
/// Error(input) for a given one that the map does not have.
[[nodiscard]] transformations::MapText map_from(const Invocation& invocation, const std::string& text,
                                                const std::vector<Flag>& flags);

/// --hidden-mode; `help` says of what.
[[nodiscard]] base::OptionSpec hidden_mode_option(std::string help);
[[nodiscard]] networks::HiddenMode hidden_mode(const Invocation& invocation);

/// --boundary; `help` says of what.
[[nodiscard]] Flag boundary_flag(std::string help);

/// -L, -T, --model, --boundary: what files of other programs do not say of their spins.
[[nodiscard]] std::vector<Flag> spins_flags();
[[nodiscard]] ensemble::Origin spins_origin(const Invocation& invocation);
/// The configurations that `text` names (studies::configurations), or, with one of the flags, spins of
/// another program with what the flags say. Error(input) for one of them with a file of ours.
[[nodiscard]] ensemble::Ensemble configurations_of(const Invocation& invocation, const std::string& text);
/// Whether one of the flags is given.
[[nodiscard]] bool says_spins(const Invocation& invocation);

/// The output path of `-o`, checked before work starts: free or --force, in a folder that can be written to,
/// and none of the `inputs`. Empty if the flag is not given.
[[nodiscard]] std::filesystem::path checked_output(const Invocation& invocation,
                                                   const std::vector<std::filesystem::path>& inputs);

/// What an interrupted command left beside its output stays for --resume, goes with --force, and is refused
/// otherwise. `what`: "training"; `remove` takes one of the paths away.
void check_unfinished(const Invocation& invocation, const std::vector<std::filesystem::path>& left,
                      std::string_view what, const std::function<void(const std::filesystem::path&)>& remove);

/// What happens at the end of the work to an existing file of the name of `-o`: replaced with --force,
/// otherwise kept (it was made by another program during the work).
[[nodiscard]] io::Existing existing_output(const Invocation& invocation);

/// --temperatures, those rows of an ensemble; `help` says what for.
[[nodiscard]] Flag temperatures_flag(std::string help);
/// The rows of the temperatures that the flag names, or all. Error(input) for others than there are.
[[nodiscard]] ensemble::Ensemble rows_wanted(const Invocation& invocation, ensemble::Ensemble data,
                                             const std::filesystem::path& file);

/// Each of `wanted` must be among `available` (ascending; within rounding); the result has the available
/// values. Error(input) beginning with `where` and naming the available ones.
[[nodiscard]] std::vector<double> among(const std::vector<double>& wanted,
                                        const std::vector<double>& available, std::string_view where,
                                        const std::filesystem::path& file);

}  // namespace spinflow::program

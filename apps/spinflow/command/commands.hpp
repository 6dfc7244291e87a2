// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "command/command.hpp"

namespace spinflow::program {

// One file each.
[[nodiscard]] Command run_command();
[[nodiscard]] Command recipes_command();
[[nodiscard]] Command status_command();
[[nodiscard]] Command models_command();
[[nodiscard]] Command sample_command();
[[nodiscard]] Command import_command();
[[nodiscard]] Command export_command();
[[nodiscard]] Command merge_command();
[[nodiscard]] Command train_command();
[[nodiscard]] Command flow_command();
[[nodiscard]] Command measure_command();
[[nodiscard]] Command critical_command();
[[nodiscard]] Command analyze_command();
[[nodiscard]] Command compare_command();
[[nodiscard]] Command inspect_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command verify_command();
[[nodiscard]] Command cite_command();
[[nodiscard]] Command doctor_command();
[[nodiscard]] Command completion_command();

/// All of them, in the order of the help text.
[[nodiscard]] std::vector<Command> all_commands();

}  // namespace spinflow::program

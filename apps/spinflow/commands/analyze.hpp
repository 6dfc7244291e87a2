// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/command.hpp"

namespace spinflow::program {

// The subcommands of `spinflow analyze`, one file each.
[[nodiscard]] Command analyze_weights_command();
[[nodiscard]] Command analyze_likelihood_command();
[[nodiscard]] Command analyze_couplings_command();
[[nodiscard]] Command analyze_mcrg_command();
[[nodiscard]] Command analyze_rg_command();
[[nodiscard]] Command analyze_correlators_command();
[[nodiscard]] Command analyze_scaling_command();

}  // namespace spinflow::program

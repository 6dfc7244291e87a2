// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "command/command.hpp"

namespace spinflow::program {

/// `spinflow sample NET`: configurations of a network.
[[nodiscard]] int run_sample_network(const Invocation& invocation);
[[nodiscard]] std::vector<Flag> network_sampling_flags();

}  // namespace spinflow::program

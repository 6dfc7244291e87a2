// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/command.hpp"

namespace spinflow::program {

/// --time-limit, of commands that have --resume.
[[nodiscard]] Flag time_limit_flag();

/// To be called when the work of such a command begins: from now on the time limit, SIGUSR1 and SIGTERM end
/// it with the exit status 75. Error(input) for a limit that is no time.
void heed_time_limit(const Invocation& invocation);

/// For what cannot be resumed in a command that otherwise can be (`what`): Error(input) if there is a limit.
void refuse_time_limit(const Invocation& invocation, std::string_view what);

}  // namespace spinflow::program

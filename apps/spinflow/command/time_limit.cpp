// SPDX-License-Identifier: Apache-2.0
#include "command/time_limit.hpp"

#include <fmt/format.h>

#include "command/signals.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::program {

namespace {

constexpr double longest = 1e9;  // seconds

}  // namespace

Flag time_limit_flag() {
  return {.names = "--time-limit",
          .spec = {.name = "time_limit",
                   .help = "stop in order after this time (55m, 11.5h; 90 is seconds), as SIGTERM and "
                           "SIGUSR1 do: exit status 75, and "
                           "the same command with --resume goes on",
                   .fallback = std::string()},
          .shows_default = false};
}

void heed_time_limit(const Invocation& invocation) {
  if (invocation.has("time_limit")) {
    const std::string where = invocation.path + " --time-limit";
    const double seconds = studies::seconds_from(invocation.get<std::string>("time_limit"), where);
    if (!(seconds > 0 && seconds <= longest))
      throw input_error(where, "it must be more than 0 and less than thirty years",
                        "write it as 55m or 11.5h");
    stop_after(seconds);
  }
  end_to_go_on();
}

void refuse_time_limit(const Invocation& invocation, std::string_view what) {
  if (invocation.has("time_limit"))
    throw input_error(invocation.path + " --time-limit", fmt::format("{} cannot be resumed", what),
                      "leave it out");
}

}  // namespace spinflow::program

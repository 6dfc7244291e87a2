// SPDX-License-Identifier: Apache-2.0
#include "analyze.hpp"

#include "commands.hpp"

namespace spinflow::program {

Command analyze_command() {
  return {.name = "analyze",
          .help = "what trained networks have learnt, and what flows tell",
          .commands = {analyze_weights_command(), analyze_correlators_command(), analyze_scaling_command()}};
}

}  // namespace spinflow::program

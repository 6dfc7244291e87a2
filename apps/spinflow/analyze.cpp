// SPDX-License-Identifier: Apache-2.0
#include "analyze.hpp"

#include "commands.hpp"

namespace spinflow::program {

Command analyze_command() {
  return {.name = "analyze",
          .help = "what networks have learnt, and how couplings flow",
          .commands = {analyze_weights_command(), analyze_couplings_command(), analyze_mcrg_command()}};
}

}  // namespace spinflow::program

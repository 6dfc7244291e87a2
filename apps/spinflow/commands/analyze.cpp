// SPDX-License-Identifier: Apache-2.0
#include "commands/analyze.hpp"

#include "command/commands.hpp"

namespace spinflow::program {

Command analyze_command() {
  return {.name = "analyze",
          .help = "what networks have learnt, what flows tell, and how couplings flow",
          .commands = {analyze_weights_command(), analyze_likelihood_command(), analyze_correlators_command(),
                       analyze_scaling_command(), analyze_couplings_command(), analyze_mcrg_command(),
                       analyze_rg_command()}};
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "analyze.hpp"

#include "commands.hpp"

namespace spinflow::program {

Command analyze_command() {
  return {.name = "analyze",
          .help = "what a trained network has learnt",
          .commands = {analyze_weights_command()}};
}

}  // namespace spinflow::program

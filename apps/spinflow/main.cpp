// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "command/commands.hpp"
#include "command/ending.hpp"
#include "command/signals.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/kernels/simd.hpp"

namespace spinflow::program {

std::vector<Command> all_commands() {
  return {run_command(),    status_command(),  recipes_command(),  report_command(),  compare_command(),
          sample_command(), import_command(),  export_command(),   merge_command(),   train_command(),
          flow_command(),   measure_command(), critical_command(), analyze_command(), inspect_command(),
          models_command(), verify_command(),  doctor_command(),   cite_command(),    completion_command()};
}

}  // namespace spinflow::program

int main(int argc, char** argv) {
  using namespace spinflow;
  program::prepare_process();
  program::Listener listener;
  const base::StopScope scope(listener);
  const auto ending = program::ending_of([&] {
    if (const char* level = std::getenv("SPINFLOW_SIMD"); level != nullptr && *level != '\0')
      kernels::force_simd_level(level);
    return program::run_command_line(program::all_commands(), {argv + 1, argv + argc});
  });
  program::tell(ending);
  // Ends without freeing memory, which would only take time.
  if (ending.interrupted) std::_Exit(ending.status);
  return ending.status;
}

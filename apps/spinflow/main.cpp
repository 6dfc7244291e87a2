// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "command/commands.hpp"
#include "command/signals.hpp"
#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/kernels/simd.hpp"

namespace {

int tell(std::string_view sentence, int status) {
  const std::string line = fmt::format("spinflow: {}\n", spinflow::program::printable(sentence));
  std::fwrite(line.data(), 1, line.size(), stderr);
  return status;
}

int status_of(spinflow::Fault fault) {
  if (fault == spinflow::Fault::input) return 2;
  if (fault == spinflow::Fault::failure) return 1;
  return 128 + spinflow::program::stop_signal();
}

}  // namespace

namespace spinflow::program {

std::vector<Command> all_commands() {
  return {run_command(),     recipes_command(),  report_command(),  compare_command(),   sample_command(),
          import_command(),  export_command(),   merge_command(),   train_command(),     flow_command(),
          measure_command(), critical_command(), analyze_command(), inspect_command(),   models_command(),
          verify_command(),  doctor_command(),   cite_command(),    completion_command()};
}

}  // namespace spinflow::program

int main(int argc, char** argv) {
  using namespace spinflow;
  program::prepare_process();
  program::Listener listener;
  const base::StopScope scope(listener);
  try {
    if (const char* level = std::getenv("SPINFLOW_SIMD"); level != nullptr && *level != '\0')
      kernels::force_simd_level(level);
    return program::run_command_line(program::all_commands(), {argv + 1, argv + argc});
  } catch (const Error& error) {
    const int status = tell(error.what(), status_of(error.fault()));
    // Ends without freeing memory, which would only take time.
    if (error.fault() == Fault::interrupted) std::_Exit(status);
    return status;
  } catch (const std::bad_alloc&) {
    return tell("memory: there is not enough of it; ask for fewer or smaller configurations", 1);
  } catch (const std::length_error&) {  // arrays beyond the address space
    return tell("memory: there is not enough of it; ask for fewer or smaller configurations", 1);
  } catch (const std::system_error& error) {
    return tell(fmt::format("the system: {}; free some of its memory, threads or files", error.what()), 1);
  } catch (const std::exception& error) {
    return tell(
        fmt::format("internal error: {}; please report it with the command that led here", error.what()), 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "command/ranks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

#include "command/ending.hpp"
#include "command/mpi.hpp"
#include "command/signals.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::program {

namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();
// For the other processes to fail, too, before one concludes that it is alone in that.
constexpr double patience_seconds = 5;
// For the others to stop, too: less than the second after which mpirun kills.
constexpr double patience_when_stopped = 0.25;

base::Ranks* now = nullptr;

/// What a variable of the environment says; 0: nothing.
std::size_t number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return 0;
  std::size_t number = 0;
  const std::string_view digits = text;
  const auto end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, number).ptr == end ? number : 0;
}

/// How many processes were started together: by Open MPI's mpirun, by that of MPICH and Intel, by Slurm's
/// srun if it prepares MPI.
std::size_t started_together() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const auto n = number_in(variable); n > 0) return n;
  return std::getenv("PMIX_RANK") != nullptr ? number_in("SLURM_STEP_NUM_TASKS") : 0;
}

[[noreturn]] void end_alone(const Ending& ending) {
  tell(ending);
  std::fflush(stderr);
  std::_Exit(ending.status);
}

}  // namespace

base::Ranks& ranks() { return now != nullptr ? *now : base::alone(); }

int among_ranks(const std::function<int()>& command) {
  const std::size_t started = started_together();
  if (started < 2) return command();
  if (mpi_version().empty())
    throw input_error("mpirun", fmt::format("it started {} processes, and this build has no MPI", started),
                      "start one process, or build with -DSPINFLOW_MPI=ON");
  const auto world = mpi_ranks();
  if (world->size() != started)
    throw input_error(
        "mpirun",
        fmt::format("it started {} processes, of which {} finds {}", started, mpi_version(), world->size()),
        "use the mpirun of that MPI, or srun --mpi=pmix");
  now = world.get();
  if (world->rank() > 0) keep_quiet();

  Ending ending = ending_of(command);
  const double patience = ending.interrupted ? patience_when_stopped : patience_seconds;
  const auto statuses = world->statuses(ending.status, ending.status == 0 ? for_ever : patience);
  if (statuses.empty()) {  // the others wait for this one in the midst of work, and mpirun ends them
    if (!ending.interrupted)
      ending.sentence = fmt::format("process {}: {}", world->rank(), ending.sentence);
    else if (world->rank() > 0)
      ending.sentence.clear();
    end_alone(ending);
  }
  const auto first = std::ranges::find_if(statuses, [](int status) { return status != 0; });
  const int status = first == statuses.end() ? 0 : *first;
  if (first - statuses.begin() == static_cast<std::ptrdiff_t>(world->rank())) tell(ending);
  keep_quiet();  // a signal from mpirun would be told once more
  // mpirun ends all as soon as one has ended with an error: not before the sentence is out.
  if (world->statuses(status, patience).empty()) std::_Exit(status);
  now = nullptr;
  return status;
}

}  // namespace spinflow::program

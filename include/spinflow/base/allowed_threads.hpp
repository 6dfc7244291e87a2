// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace spinflow::base {

/// How many threads a process may use, and why so many.
struct AllowedThreads {
  int number = 1;    ///< >= 1
  std::string rule;  ///< "all cores", "the CPU affinity of the process", ..., for people to read
  /// A sentence on a variable that was passed over because its value is no number; empty: none was.
  std::string passed_over = {};
};

/// What this process was given: the least of the cores of the machine, the CPU affinity (`taskset`, batch
/// systems), the quotas of its control groups and all above them (containers; rounded up), and in a job of
/// Slurm of SLURM_CPUS_PER_TASK, or of SLURM_CPUS_ON_NODE where a task was not promised a number. The values
/// of variables that are no whole number from 1 on are passed over.
[[nodiscard]] AllowedThreads allowed_threads();

}  // namespace spinflow::base

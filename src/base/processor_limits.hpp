// SPDX-License-Identifier: Apache-2.0
// Where limits of processors are written: what `allowed_threads` takes the least of.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "spinflow/base/allowed_threads.hpp"

namespace spinflow::base {

/// The limits of a process; nothing where there is none.
struct ProcessorLimits {
  int cores = 1;                   ///< of the machine
  int affinity = 1;                ///< in the process's mask
  std::optional<double> quota;     ///< of its control groups, in processors
  const char* per_task = nullptr;  ///< SLURM_CPUS_PER_TASK and SLURM_CPUS_ON_NODE of a job
  const char* on_node = nullptr;
};

[[nodiscard]] AllowedThreads least_of(const ProcessorLimits& limits);

/// A whole number from 1 to a million, and nothing else.
[[nodiscard]] std::optional<int> count_of(std::string_view text);

/// The least quota, in processors, of the groups that /proc/self/cgroup names (`groups`: its text) and of all
/// above them, under `mount` (/sys/fs/cgroup): cpu.max of version 2, cpu.cfs_quota_us of version 1. Inside a
/// container the path may be that of the host, which is not there; the container's own group is then the
/// uppermost one.
[[nodiscard]] std::optional<double> cgroup_quota(std::string_view groups, const std::filesystem::path& mount);

}  // namespace spinflow::base

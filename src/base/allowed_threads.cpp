// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/allowed_threads.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ranges>
#include <vector>

#include "base/processor_limits.hpp"

namespace spinflow::base {

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "150000 100000" of cpu.max, or the two numbers of version 1; nothing for "max" and -1.
std::optional<double> ratio_of(const std::string& quota, const std::string& period) {
  const double time = std::strtod(quota.c_str(), nullptr);
  const double of = std::strtod(period.c_str(), nullptr);
  return time > 0 && of > 0 && std::isfinite(time / of) ? std::optional(time / of) : std::nullopt;
}

std::optional<double> quota_in(const fs::path& folder) {
  if (const std::string both = text_of(folder / "cpu.max"); !both.empty()) {
    const auto blank = std::min(both.find(' '), both.size());
    return ratio_of(both.substr(0, blank), both.substr(blank));
  }
  return ratio_of(text_of(folder / "cpu.cfs_quota_us"), text_of(folder / "cpu.cfs_period_us"));
}

int processors_in_mask(int otherwise) {
  // The mask of a machine with more processors than a cpu_set_t has bits does not fit into one.
  for (std::size_t processors = 1024; processors <= (std::size_t{1} << 20); processors *= 2) {
    std::vector<cpu_set_t> mask(CPU_ALLOC_SIZE(processors) / sizeof(cpu_set_t) + 1);
    const std::size_t bytes = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) return std::max(1, CPU_COUNT_S(bytes, mask.data()));
  }
  return otherwise;
}

}  // namespace

std::optional<int> count_of(std::string_view text) {
  int value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last || value < 1 || value > 1'000'000) return std::nullopt;
  return value;
}

std::optional<double> cgroup_quota(std::string_view groups, const fs::path& mount) {
  std::optional<double> least;
  for (const auto piece : std::views::split(groups, '\n')) {
    const std::string_view line(piece.begin(), piece.end());
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",cpu,") == std::string::npos) continue;
    const fs::path group = fs::path(line.substr(second + 1)).lexically_normal().relative_path();
    for (const char* root : unified ? std::vector{"", "unified"} : std::vector{"cpu", "cpu,cpuacct"})
      for (fs::path path = group;; path = path.parent_path()) {
        if (const auto quota = quota_in(mount / root / path))
          least = std::min(*quota, least.value_or(*quota));
        if (path.empty()) break;
      }
  }
  return least;
}

AllowedThreads least_of(const ProcessorLimits& limits) {
  AllowedThreads allowed{.number = std::max(1, limits.cores), .rule = "all cores"};
  const auto also = [&](int number, const char* rule) {
    if (number < allowed.number) allowed = {number, rule, allowed.passed_over};
  };
  also(limits.affinity, "the CPU affinity of the process");
  if (limits.quota)
    also(static_cast<int>(std::clamp(std::ceil(*limits.quota), 1.0, 1e6)),
         "the CPU quota of its control group");
  const auto variable = [&](const char* name, const char* text) {
    if (text == nullptr) return false;
    const auto number = count_of(text);
    if (number)
      also(*number, name);
    else
      allowed.passed_over = fmt::format("{}='{}' is no number of CPUs and is passed over", name, text);
    return number.has_value();
  };
  if (!variable("SLURM_CPUS_PER_TASK", limits.per_task)) variable("SLURM_CPUS_ON_NODE", limits.on_node);
  return allowed;
}

AllowedThreads allowed_threads() {
  ProcessorLimits limits;
  limits.cores = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  limits.affinity = processors_in_mask(limits.cores);
  limits.quota = cgroup_quota(text_of("/proc/self/cgroup"), "/sys/fs/cgroup");
  if (std::getenv("SLURM_JOB_ID") != nullptr) {
    limits.per_task = std::getenv("SLURM_CPUS_PER_TASK");
    limits.on_node = std::getenv("SLURM_CPUS_ON_NODE");
  }
  return least_of(limits);
}

}  // namespace spinflow::base

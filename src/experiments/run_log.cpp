// SPDX-License-Identifier: Apache-2.0
#include "experiments/run_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace spinflow::experiments {

RunLog::RunLog(const std::filesystem::path& path, base::Observer& next)
    : log_(path, std::ios::app), next_(next) {}

void RunLog::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
  next_.begin(what, total, unit);
}

void RunLog::advance(std::uint64_t n) { next_.advance(n); }

void RunLog::note(std::string_view line) {
  {
    const std::scoped_lock lock(mutex_);
    log_ << fmt::format("{:%Y-%m-%d %H:%M:%S} {}\n",
                        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                        line)
         << std::flush;
  }
  next_.note(line);
}

}  // namespace spinflow::experiments

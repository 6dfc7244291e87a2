// SPDX-License-Identifier: Apache-2.0
#include "runs/run_log.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "spinflow/base/error.hpp"

namespace spinflow::runs {

RunLog::RunLog(const std::filesystem::path& path, std::string writer, base::Observer& next)
    : descriptor_(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)),
      writer_(std::move(writer)),
      next_(next) {
  if (descriptor_ < 0)
    throw input_error(path.string(),
                      errno == ELOOP ? std::string("it is a link to another file")
                                     : fmt::format("it cannot be written ({})", std::strerror(errno)),
                      "remove it");
}

RunLog::~RunLog() { close(descriptor_); }

void RunLog::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
  next_.begin(what, total, unit);
}

void RunLog::advance(std::uint64_t n) { next_.advance(n); }

void RunLog::note(std::string_view line) {
  record(line);
  next_.note(line);
}

void RunLog::record(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  const std::string entry =
      fmt::format("{:%Y-%m-%d %H:%M:%S} {}{}{}\n",
                  fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                  writer_, writer_.empty() ? "" : " ", line);
  // A log that cannot be written (full disk) stops no run.
  [[maybe_unused]] const auto written = write(descriptor_, entry.data(), entry.size());
}

}  // namespace spinflow::runs

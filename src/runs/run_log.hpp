// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "spinflow/base/observer.hpp"

namespace spinflow::runs {

/// Passes everything on and keeps the notes, with the clock, in run.log.
class RunLog final : public base::Observer {
 public:
  /// `writer`: stands in every line, if several processes write; empty otherwise. Error(input) if the log
  /// cannot be appended to, or is a link: it could lead to any file.
  RunLog(const std::filesystem::path& path, std::string writer, base::Observer& next);
  ~RunLog() override;
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t n) override;
  void note(std::string_view line) override;
  /// A line for the file alone.
  void record(std::string_view line);

 private:
  std::mutex mutex_;
  int descriptor_;
  std::string writer_;
  base::Observer& next_;
};

}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <mutex>

#include "spinflow/base/observer.hpp"

namespace spinflow::experiments {

/// Passes everything on and keeps the notes, with the clock, in run.log.
class RunLog final : public base::Observer {
 public:
  RunLog(const std::filesystem::path& path, base::Observer& next);

  void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t n) override;
  void note(std::string_view line) override;

 private:
  std::mutex mutex_;
  std::ofstream log_;
  base::Observer& next_;
};

}  // namespace spinflow::experiments

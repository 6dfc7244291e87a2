// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace spinflow::io {

/// The name under which a file is written until it is complete. Makes an empty file of a name that nobody
/// uses, in the folder of `target`; removes it on destruction unless `publish` was called.
class AtomicFile {
 public:
  /// Error(failure) naming the target if the file cannot be made.
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }

  /// Flushes the temporary file to the disk and renames it. Error(failure) naming the target.
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool published_ = false;
};

/// "x.h5: writing failed (No space left on device); ..." from an errno value; 0: unknown reason.
[[noreturn]] void throw_write_failure(const std::filesystem::path& target, int error_number);

}  // namespace spinflow::io

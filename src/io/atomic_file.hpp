// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "spinflow/io/output.hpp"

namespace spinflow::io {

/// The name under which a file is written until it is complete. Makes an empty file of a name that nobody
/// uses, in the folder of `target` and with its permissions if it is there; removes it on destruction unless
/// `publish` was called.
class AtomicFile {
 public:
  /// Error(failure) naming the target if the file cannot be made.
  explicit AtomicFile(std::filesystem::path target, Existing existing = Existing::replaced);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }

  /// Flushes the temporary file to the disk and renames it. Error(failure) naming the target, also if another
  /// file has got the name meanwhile and is to be kept. Error(interrupted) if the user wants to stop.
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  Existing existing_;
  std::size_t slot_;  // in the list that remove_unfinished_files goes through
  bool published_ = false;
};

/// "x.h5: writing failed (No space left on device); ..." from an errno value; 0: unknown reason.
[[noreturn]] void throw_write_failure(const std::filesystem::path& target, int error_number);

}  // namespace spinflow::io

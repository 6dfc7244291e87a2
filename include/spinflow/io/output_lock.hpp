// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>

namespace spinflow::io {

/// Holds the name of an output file for one program, from before the work until the file is there: two that
/// work towards one name would take each other's savepoints for their own. Locks the empty file `.NAME.lock`
/// beside it, which is removed at the end; the lock itself goes with the process, however that ends. Where no
/// lock can be made (some NFS, very long names), programs are trusted.
class OutputLock {
 public:
  /// Error(input) beginning with the path of the output if another OutputLock holds it.
  explicit OutputLock(const std::filesystem::path& output);
  ~OutputLock();
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::size_t slot_ = static_cast<std::size_t>(-1);  // in the list of remove_unfinished_files
};

}  // namespace spinflow::io

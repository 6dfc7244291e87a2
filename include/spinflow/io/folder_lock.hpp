// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace spinflow::io {

/// Holds a folder for one run, or for several processes that fill it together: two that write the same files
/// without knowing of each other would mix their results. Goes with the process, however that ends; leaves no
/// file. File systems without locks (some NFS) are trusted.
class FolderLock {
 public:
  enum class Holders { one, several };

  /// Error(input) beginning with the path if another FolderLock holds it, unless both are for several, or if
  /// it is not a folder.
  explicit FolderLock(const std::filesystem::path& folder, Holders holders = Holders::one);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Makes the folder of a run and those above it that are missing. Error(input) if it cannot be made.
void make_folder(const std::filesystem::path& folder);

/// Removes unfinished files (`.NAME.<process>-<n>.partial`) of killed programs from a folder and from its
/// figures/. Links are not touched. The caller holds the FolderLock of the folder.
void remove_unfinished(const std::filesystem::path& folder);

}  // namespace spinflow::io

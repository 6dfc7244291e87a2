// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include "spinflow/base/error.hpp"

namespace spinflow::io {

FolderLock::FolderLock(const std::filesystem::path& folder, Holders holders)
    : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0)
    throw input_error(folder.string(), fmt::format("it cannot be opened ({})", std::strerror(errno)),
                      "give a folder that you may read and write");
  const int kind = holders == Holders::one ? LOCK_EX : LOCK_SH;
  // Whoever only looks whether the folder is held (`spinflow status`) holds it for a moment.
  for (int attempt = 0; attempt < 10; ++attempt) {
    if (flock(descriptor_, kind | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  close(descriptor_);
  throw input_error(folder.string(), "another run is at work there",
                    "wait for its end, stop it, or give another folder with -o");
}

FolderLock::~FolderLock() { close(descriptor_); }

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return;
  // Only a file system without new files (/proc) misses what is made above it.
  const bool takes_none = error == std::errc::no_such_file_or_directory;
  throw input_error(folder.string(),
                    fmt::format("the folder cannot be made ({})",
                                takes_none ? "its file system takes none" : error.message()),
                    "choose another folder with -o");
}

void remove_unfinished(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& place : {folder, folder / "figures"}) {
    if (place != folder && std::filesystem::is_symlink(place, ignored)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(place, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with('.') && name.ends_with(".partial") &&
          entry.symlink_status(ignored).type() == std::filesystem::file_type::regular)
        std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/output_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "io/unfinished_files.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace {

/// Whether the name still leads to the file that was opened, which its holder may have removed.
bool is_still(const std::filesystem::path& file, int descriptor) {
  struct stat named {};
  struct stat opened {};
  return stat(file.c_str(), &named) == 0 && fstat(descriptor, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

}  // namespace

OutputLock::OutputLock(const std::filesystem::path& output)
    : file_(output.parent_path() / fmt::format(".{}.lock", output.filename().string())) {
  do {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = open(file_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (descriptor_ < 0) return;
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      close(descriptor_);
      throw input_error(output.string(), "another command is making it",
                        "wait for its end, stop it, or give another name with -o");
    }
  } while (!is_still(file_, descriptor_));
  slot_ = remember_unfinished(file_.native());
}

OutputLock::~OutputLock() {
  forget_unfinished(slot_, false);
  if (descriptor_ < 0) return;
  struct stat opened {};
  const bool ours = fstat(descriptor_, &opened) == 0 && S_ISREG(opened.st_mode) && opened.st_size == 0;
  if (ours) unlink(file_.c_str());
  close(descriptor_);
}

}  // namespace spinflow::io

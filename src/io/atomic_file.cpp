// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "io/unfinished_files.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::io {

void throw_write_failure(const std::filesystem::path& target, int error_number) {
  std::string what = "it could not be written";
  if (error_number != 0) what += fmt::format(" ({})", std::strerror(error_number));
  std::string_view mend = "check that its folder exists and can be written to";
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG)
    mend = "make room on the disk or write elsewhere";
  throw failure(target.string(), what, mend);
}

namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target, Existing existing)
    : target_(std::move(target)), existing_(existing) {
  static std::atomic<unsigned> counter{0};
  // Long names are cut, so that the temporary one is not longer than a file system admits.
  const std::string stem = target_.filename().string().substr(0, 150);
  struct stat old {};
  const bool replaces = existing_ == Existing::replaced && stat(target_.c_str(), &old) == 0;
  if (replaces && !S_ISREG(old.st_mode))
    throw input_error(target_.string(), "it is not a regular file", "name another");
  for (int attempt = 0;; ++attempt) {
    temporary_ = folder_of(target_) / fmt::format(".{}.{}-{}.partial", stem, getpid(), counter++);
    const int descriptor =
        open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, replaces ? 0600 : 0666);
    if (descriptor >= 0) {
      slot_ = remember_unfinished(temporary_.native());
      close(descriptor);
      return;
    }
    if (errno != EEXIST || attempt == 1000) throw_write_failure(target_, errno);
  }
}

AtomicFile::~AtomicFile() {
  if (published_) return;
  unlink(temporary_.c_str());
  forget_unfinished(slot_, false);
}

namespace {

void flush_to_disk(const std::filesystem::path& path, const std::filesystem::path& target) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw_write_failure(target, errno);
  const int status = fsync(descriptor);
  const int error_number = errno;
  close(descriptor);
  // Some file systems cannot flush (EINVAL): the rename is atomic all the same.
  if (status != 0 && error_number != EINVAL) throw_write_failure(target, error_number);
}

/// Replaces `target`, or makes it with the permissions of any new file.
void rename_over(const std::filesystem::path& temporary, const std::filesystem::path& target) {
  struct stat old {};
  if (stat(target.c_str(), &old) == 0 && chmod(temporary.c_str(), old.st_mode & 07777) != 0)
    throw_write_failure(target, errno);
  if (rename(temporary.c_str(), target.c_str()) != 0) throw_write_failure(target, errno);
}

/// Gives the file its name unless another has it.
void rename_beside(const std::filesystem::path& temporary, const std::filesystem::path& target) {
  if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) return;
  int error_number = errno;
  // File systems without this kind of rename usually have links, which never replace a file; on the others
  // the name is checked before.
  if (error_number == EINVAL || error_number == ENOSYS) {
    if (link(temporary.c_str(), target.c_str()) == 0) {
      unlink(temporary.c_str());
      return;
    }
    error_number = errno;
    struct stat other {};
    if (error_number != EEXIST && lstat(target.c_str(), &other) != 0 && errno == ENOENT) {
      if (rename(temporary.c_str(), target.c_str()) == 0) return;
      error_number = errno;
    }
  }
  if (error_number != EEXIST) throw_write_failure(target, error_number);
  throw failure(target.string(), "another program has made it in the meantime",
                "name another file or give --force");
}

}  // namespace

void AtomicFile::publish() {
  flush_to_disk(temporary_, target_);
  base::check_stop();
  if (existing_ == Existing::replaced)
    rename_over(temporary_, target_);
  else
    rename_beside(temporary_, target_);
  published_ = true;
  forget_unfinished(slot_, true);
  // So that the new name survives a power cut; the file itself is complete either way.
  const int folder = open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "spinflow/base/error.hpp"

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

AtomicFile::AtomicFile(std::filesystem::path target) : target_(std::move(target)) {
  static std::atomic<unsigned> counter{0};
  // Long names are cut, so that the temporary one is not longer than a file system admits.
  const std::string stem = target_.filename().string().substr(0, 150);
  for (int attempt = 0;; ++attempt) {
    temporary_ = folder_of(target_) / fmt::format(".{}.{}-{}.partial", stem, getpid(), counter++);
    const int descriptor = open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      close(descriptor);
      return;
    }
    if (errno != EEXIST || attempt == 1000) throw_write_failure(target_, errno);
  }
}

AtomicFile::~AtomicFile() {
  if (!published_) unlink(temporary_.c_str());
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

}  // namespace

void AtomicFile::publish() {
  flush_to_disk(temporary_, target_);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) throw_write_failure(target_, errno);
  published_ = true;
  // So that the new name survives a power cut; the file itself is complete either way.
  const int folder = open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

}  // namespace spinflow::io

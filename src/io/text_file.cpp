// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "io/atomic_file.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace fs = std::filesystem;

void write_text(const fs::path& path, std::string_view text) {
  AtomicFile file(path);
  const int descriptor = open(file.temporary().c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw_write_failure(path, errno);
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error_number = errno;
      close(descriptor);
      throw_write_failure(path, error_number);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (close(descriptor) != 0) throw_write_failure(path, errno);
  file.publish();
}

void check_input(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    throw input_error(path.string(), "there is no such file", "check the name and the folder");
  if (status.type() == fs::file_type::directory)
    throw input_error(path.string(), "it is a folder", "give a file");
  if (status.type() == fs::file_type::none || status.type() == fs::file_type::unknown)
    throw input_error(path.string(), fmt::format("it cannot be reached ({})", error.message()),
                      "check the name and the folder");
  if (status.type() != fs::file_type::regular)
    throw input_error(path.string(), "it is no regular file", "give a file");
  if (access(path.c_str(), R_OK) != 0)
    throw input_error(path.string(), fmt::format("it cannot be read ({})", std::strerror(errno)),
                      "check its permissions");
  if (fs::file_size(path, error) == 0 && !error)
    throw input_error(path.string(), "it is empty", "give a complete file");
}

void remove_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw failure(path.string(), error.message(), "remove it by hand");
}

std::string read_text(const fs::path& path, std::size_t limit) {
  std::error_code error;
  if (fs::status(path, error).type() == fs::file_type::regular && fs::file_size(path, error) == 0 && !error)
    return {};
  check_input(path);
  std::ifstream stream(path, std::ios::binary);
  std::string text;
  std::string piece(std::size_t{1} << 16, '\0');
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece, 0, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > limit)
      throw input_error(path.string(), fmt::format("it holds more than {} bytes", limit),
                        "give a smaller file");
  }
  if (!stream.eof())
    throw input_error(path.string(), "reading it failed", "check the disk and the permissions");
  return text;
}

namespace {

/// The reason why no file can be made in the folder, 0 if one can. It is tried: permissions do not tell all
/// of it (/proc, a full disk).
int refusal_of_new_file(const fs::path& folder) {
  const fs::path trial = folder / fmt::format(".{}.partial", getpid());
  const int descriptor = open(trial.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno == EEXIST ? 0 : errno;
  close(descriptor);
  unlink(trial.c_str());
  return 0;
}

}  // namespace

void check_output(const fs::path& path, bool force) {
  const std::string where = path.string();
  if (path.filename().empty())
    throw input_error(where.empty() ? "output" : where, "it is no file name", "name a file");
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::directory) throw input_error(where, "it is a folder", "name a file");
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (error == std::errc::filename_too_long)
    throw input_error(where, "the name is too long for a file", "give a shorter one");
  if (status.type() == fs::file_type::none)
    throw input_error(where, fmt::format("it cannot be reached ({})", error.message()),
                      "choose another folder");
  if (!fs::is_directory(folder, error))
    throw input_error(where,
                      fs::exists(folder, error) ? fmt::format("'{}' is no folder", folder.string())
                                                : fmt::format("there is no folder '{}'", folder.string()),
                      fs::exists(folder, error) ? "choose another folder" : "make it first");
  if (status.type() != fs::file_type::not_found && status.type() != fs::file_type::regular)
    throw input_error(where, "it is no regular file", "name another");
  if (status.type() == fs::file_type::not_found && fs::is_symlink(fs::symlink_status(path, error)))
    throw input_error(where, "it is a link to a file that is not there", "name another or remove the link");
  if (status.type() == fs::file_type::regular && !force)
    throw input_error(where, "it exists already", "name another file or give --force");
  if (const int reason = refusal_of_new_file(folder); reason != 0)
    throw input_error(where,
                      fmt::format("no file can be made in its folder ({})",
                                  // of a folder that is there: /proc
                                  reason == ENOENT ? "its file system takes none" : std::strerror(reason)),
                      "choose another folder");
}

}  // namespace spinflow::io

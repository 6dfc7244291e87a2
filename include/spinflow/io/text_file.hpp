// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace spinflow::io {

/// Replaces or makes the file in one step: a temporary file in the same folder is written, flushed to the
/// disk and renamed, so that a reader sees the old text or the new one. Error(failure) naming the path if
/// that fails.
void write_text(const std::filesystem::path& path, std::string_view text);

/// Removes the file if it is there. Error(failure) naming the path if that fails.
void remove_file(const std::filesystem::path& path);

/// The whole file; an empty one is the empty text. Error(input) beginning with the path if it is missing, a
/// directory or no regular file, cannot be read, or holds more than `limit` bytes.
[[nodiscard]] std::string read_text(const std::filesystem::path& path,
                                    std::size_t limit = std::size_t{64} << 20);

/// To be called before work starts: Error(input) beginning with the path if it exists and `force` is false,
/// is a directory or no regular file, or lies in a folder that is missing or cannot be written to.
void check_output(const std::filesystem::path& path, bool force);

/// The same for a file that is to be read: Error(input) if it is missing, a directory or no regular file, or
/// empty.
void check_input(const std::filesystem::path& path);

}  // namespace spinflow::io

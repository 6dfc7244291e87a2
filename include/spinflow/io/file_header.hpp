// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

/// The root attributes that every file of ours has.
struct FileHeader {
  std::string format;         ///< "spinflow/ensemble"
  std::int64_t version = 1;   ///< `format_version`
  std::string software = {};  ///< read from a file; what writes is always this program
  std::uint64_t seed = 0;
  std::string command = {};  ///< how the file was made; may be empty
  std::string model = {};    ///< TOML text of the Hamiltonian; may be empty
};

void write_header(Hdf5Writer& file, const FileHeader& header);

/// The header of any file of ours. Error(input) if the file has none.
[[nodiscard]] FileHeader read_header(const Hdf5Reader& file);

/// The header of a file that must be of the given format and of no newer version: "x.h5: it holds a
/// spinflow/rbm where a spinflow/ensemble belongs; give a file made by `spinflow sample`".
[[nodiscard]] FileHeader expect_header(const Hdf5Reader& file, std::string_view format,
                                       std::int64_t version = 1);

/// "spinflow/ensemble", ...: what the file at `path` is. Error(input) if it is none of ours.
[[nodiscard]] std::string format_of(const std::filesystem::path& path);

}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

/// A kind of file of ours: what its header says, and which command writes it.
struct Format {
  std::string_view name;          ///< "spinflow/ensemble"
  std::string_view made_by = {};  ///< "spinflow sample"; empty if no command of its own writes it
  std::int64_t version = 1;       ///< the newest that this program reads and writes
};

/// The root attributes that every file of ours has.
struct FileHeader {
  std::string format;         ///< "spinflow/ensemble"
  std::int64_t version = 1;   ///< `format_version`
  std::string software = {};  ///< read from a file; what writes is always this program
  std::uint64_t seed = 0;
  std::string command = {};  ///< how the file was made; may be empty
  std::string model = {};    ///< TOML text of the Hamiltonian; may be empty
};

/// What was handed over is good, but of a version that this program does not read.
class VersionError : public Error {
 public:
  using Error::Error;
};

void write_header(Hdf5Writer& file, const FileHeader& header);

/// The header of any file of ours. Error(input) if the file has none.
[[nodiscard]] FileHeader read_header(const Hdf5Reader& file);

/// The header of a file that must be of the given format and of no newer version (VersionError): "x.h5: it holds a
/// spinflow/rbm where a spinflow/ensemble belongs; give a file made by `spinflow sample`".
[[nodiscard]] FileHeader expect_header(const Hdf5Reader& file, const Format& format);

}  // namespace spinflow::io

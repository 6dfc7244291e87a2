// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/file_header.hpp"

#include <fmt/format.h>

#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"

namespace spinflow::io {

void write_header(Hdf5Writer& file, const FileHeader& header) {
  file.attribute("/", "format", header.format);
  file.attribute("/", "format_version", header.version);
  file.attribute("/", "software", base::software());
  file.attribute("/", "seed", header.seed);
  file.attribute("/", "command", header.command);
  file.attribute("/", "model", header.model);
}

FileHeader read_header(const Hdf5Reader& file) {
  if (!file.has_attribute("/", "format"))
    throw input_error(file.path().string(), "it is no file of spinflow's: it has no attribute 'format'",
                      "give a file that spinflow wrote");
  FileHeader header;
  header.format = file.text_attribute("/", "format");
  header.version = file.integer_attribute("/", "format_version");
  header.software = file.text_attribute("/", "software");
  header.seed = file.unsigned_attribute("/", "seed");
  header.command = file.text_attribute("/", "command");
  header.model = file.text_attribute("/", "model");
  return header;
}

FileHeader expect_header(const Hdf5Reader& file, const Format& format) {
  if (file.has_attribute("/", "format")) {
    const std::string found = file.text_attribute("/", "format");
    if (found != format.name)
      throw input_error(file.path().string(),
                        fmt::format("it holds a {} where a {} belongs", found, format.name),
                        format.made_by.empty() ? std::string("give a file that spinflow wrote")
                                               : fmt::format("give a file made by `{}`", format.made_by));
  }
  FileHeader header = read_header(file);
  if (header.version < 1 || header.version > format.version) {
    const auto what = fmt::format("its format is {} version {}, this program reads up to {}", format.name,
                                  header.version, format.version);
    throw VersionError(
        Fault::input,
        input_error(file.path().string(), what, "use the program that wrote it, or a newer one").what());
  }
  return header;
}

}  // namespace spinflow::io

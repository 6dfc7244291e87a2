// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace spinflow::io {

/// A format of other programs that something of ours is written in.
struct ExportFormat {
  std::string_view name;                  ///< "netcdf"
  std::vector<std::string_view> endings;  ///< {".nc"}
  std::string_view help;
};

/// The name of the format that `path` is to have: `given`, or if that is empty the one of the path's ending.
/// Error(input) beginning with the path if there is none of that name or ending.
[[nodiscard]] std::string export_format(const std::filesystem::path& path, std::string_view given,
                                        const std::vector<ExportFormat>& formats);

}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "spinflow/base/options.hpp"

namespace spinflow::io {

/// A TOML document of sections, [a] or [a.b]: section ("a.b") -> key -> value; keys before the first section
/// are in "".
using Settings = std::map<std::string, base::Values, std::less<>>;

/// Sections and keys in alphabetical order, so that equal settings are equal bytes.
[[nodiscard]] std::string to_toml(const Settings& settings);

/// Error(input) beginning with `where` (and the line) for bad syntax, tables nested deeper, dates or mixed
/// lists.
[[nodiscard]] Settings settings_from_toml(std::string_view text, std::string_view where);

}  // namespace spinflow::io

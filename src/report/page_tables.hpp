// SPDX-License-Identifier: Apache-2.0
// The tables of the page; for .cpp files of this room only.
#pragma once

#include <cstddef>
#include <string>

#include "spinflow/results/results.hpp"

namespace spinflow::report {

/// A table of more rows is folded, and opened by its heading or by any link to it.
inline constexpr std::size_t most_open_rows = 12;

/// All tables, each at the anchor table-<name> with its CSV to save; empty if there are none. A column X and
/// its X_error are one column of value(error), whose cells say both in full where the pointer rests.
[[nodiscard]] std::string tables_section(const results::Results& results);

}  // namespace spinflow::report

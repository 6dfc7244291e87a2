// SPDX-License-Identifier: Apache-2.0
// Pieces of the page; for .cpp files of this room only.
#pragma once

#include <string>
#include <string_view>

namespace spinflow::report {

/// A file of share/spinflow, which is looked for in $SPINFLOW_SHARE_DIR, beside the program
/// (../share/spinflow), in the build tree and where it was installed. Error(failure) if it is nowhere.
[[nodiscard]] std::string share_file(const std::string& name);

/// With & < > " ' written as entities.
[[nodiscard]] std::string escaped(std::string_view text);

/// Escaped running text in which "T_c" or "N_h", one letter with an index, is set with the index below the
/// line, and "W^T" or "10^-5" with the power above it.
[[nodiscard]] std::string typeset(std::string_view text);

/// JSON that cannot end the script element it stands in: < is written as \u003c.
[[nodiscard]] std::string escaped_json(std::string_view json);

/// JavaScript likewise: </script is written as <\/script.
[[nodiscard]] std::string escaped_script(std::string_view script);

/// "2.295 ± 0.013": the error with two significant digits and the value to the same place; without a finite
/// positive error the value with six digits; "–" for no value.
[[nodiscard]] std::string measured(double value, double error);

/// The name with letters, digits and hyphens alone, for the file of a figure.
[[nodiscard]] std::string figure_name(std::string name);

/// "flow_of_T" as a heading says it: "flow of T".
[[nodiscard]] std::string spoken(std::string name);

/// A text as a URL that holds it, of the given media type.
[[nodiscard]] std::string data_url(std::string_view media_type, std::string_view text);

/// Six significant digits; "∞" for an infinite number, "–" for none.
[[nodiscard]] std::string plain(double value);

}  // namespace spinflow::report

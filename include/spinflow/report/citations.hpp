// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spinflow::report {

/// The BibTeX entry behind a key of the registries ("iso2018"), ending in a newline. Fields we are not
/// certain of are left out. Error(input) for an unknown key, naming the nearest one.
[[nodiscard]] std::string bibtex(std::string_view key);

/// "Iso, Shiba, Yokoo (2018)": for running text. The key itself if it is unknown.
[[nodiscard]] std::string short_citation(std::string_view key);

/// All keys, in alphabetical order.
[[nodiscard]] std::vector<std::string> citation_keys();

}  // namespace spinflow::report

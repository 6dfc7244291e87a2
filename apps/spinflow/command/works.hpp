// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "spinflow/report/citations.hpp"

namespace spinflow::program {

/// What an entry of any registry cites, by the entry's name.
struct Citing {
  std::string name;
  std::vector<base::Citation> citations;
};

/// All entries of all registries, recipes first.
[[nodiscard]] std::vector<Citing> citing_entries();

/// Every work that an entry or a study cites.
[[nodiscard]] report::Works all_works();

[[nodiscard]] std::vector<std::string> keys_of(const std::vector<base::Citation>& citations);

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
// What iso2018 declares of its figures and tables.
#pragma once

#include <string>
#include <vector>

#include "spinflow/results/results.hpp"

namespace spinflow::recipes::iso2018 {

/// The table of fixed points can be set beside that of another run.
[[nodiscard]] results::Schema schema_of(const results::Results& results);

/// Names of all figures and tables that a run can make.
[[nodiscard]] std::vector<std::string> declared_evidence();

}  // namespace spinflow::recipes::iso2018

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/report/report.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::program {

/// The claims for a person: a line per claim: id, verdict, measured value with error, statement; its control
/// below.
[[nodiscard]] std::string claims_text(const results::Results& results);

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command/json.hpp"
#include "spinflow/report/pooled.hpp"

namespace spinflow::program {

/// Runs with different seeds together, for a person: what they say of every claim, and means over them.
[[nodiscard]] std::string pooled_text(const report::Pooled& pooled);

[[nodiscard]] Json pooled_json(const report::Pooled& pooled);

}  // namespace spinflow::program

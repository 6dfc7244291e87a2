// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "module.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::python {

/// A Results of Python. `folder`: where its run is kept; may be empty.
[[nodiscard]] nb::object object_of(const results::Results& results, const std::filesystem::path& folder = {});

}  // namespace spinflow::python

// SPDX-License-Identifier: Apache-2.0
// What the claims of recipes use.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "recipes/frame.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

using results::Claim;
using results::none;
using results::Verdict;

}  // namespace spinflow::recipes

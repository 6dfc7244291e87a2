// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "runs/pieces.hpp"
#include "studies/critical_point/series.hpp"

namespace spinflow::studies::critical {

/// Samples rounds of the plan until `enough` says so after a whole round (with plan.precision = 0 there is
/// one round). Pieces of some batches are kept in `folder` as series-<round>-<piece>.h5 while work lasts, so
/// that a stopped run goes on; at the end series.h5 holds all, and the pieces are gone. Every chain has a
/// stream of its own, "critical" and its index under a seed derived from the plan's, and its own burn-in:
/// batches are independent, and nothing depends on where a run was stopped.
[[nodiscard]] Series sampled(const CriticalPlan& plan, const std::string& command,
                             const std::filesystem::path& folder,
                             const std::function<bool(const Series&)>& enough, const runs::Pieces& pieces);

inline constexpr const char* series_file = "series.h5";

}  // namespace spinflow::studies::critical

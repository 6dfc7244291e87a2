// SPDX-License-Identifier: Apache-2.0
// What the tests of gong-xia's claims share.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "spinflow/results/results.hpp"

namespace spinflow::recipes::gong_xia {

inline constexpr std::size_t n_seeds = 4;
/// Deviations of the seeds: mean 0, standard deviation 1.
inline constexpr std::array<double, n_seeds> scatter = {-1.162, -0.387, 0.387, 1.162};

inline results::Claim claim_of(const std::vector<results::Claim>& claims, const std::string& id) {
  for (const auto& claim : claims)
    if (claim.id == id) return claim;
  ADD_FAILURE() << "no claim " << id;
  return {};
}

}  // namespace spinflow::recipes::gong_xia

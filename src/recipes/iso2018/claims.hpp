// SPDX-License-Identifier: Apache-2.0
// The claims of iso2018.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

// Temperatures of which the claims do not ask whether they are T_c or another one.
inline constexpr double near_tc_lower = 2.1;
inline constexpr double near_tc_upper = 2.45;

/// A claim with its criterion from the settings, inconclusive and without a number.
[[nodiscard]] results::Claim begin_claim(const Measurements& measurements, std::string id,
                                         std::string statement, std::vector<std::string> evidence);
/// Says why, if fewer than two seeds gave a result: then there is no error and hence no verdict.
[[nodiscard]] bool enough_seeds(const FixedPoint& point, results::Claim& claim);
/// The variants of type V that [controls] names: one training setting other than the standard one.
enum class Control { length, decay, range };
[[nodiscard]] std::optional<Control> control_of(const Variant& variant, const Settings& settings);

[[nodiscard]] results::Claim claim_a(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b1(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b2(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_c(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_d(const Measurements& measurements);
[[nodiscard]] results::Claim claim_e(const Measurements& measurements);
[[nodiscard]] results::Claim claim_f(const Measurements& measurements);

}  // namespace spinflow::recipes::iso2018

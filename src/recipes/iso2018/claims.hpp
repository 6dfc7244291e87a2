// SPDX-License-Identifier: Apache-2.0
// The claims of iso2018.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

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

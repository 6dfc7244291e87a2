// SPDX-License-Identifier: Apache-2.0
// What the scaling dimensions, tables and figures of short-sighted share.
#pragma once

#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

inline constexpr int dimension = 2;

/// The quantities that scale, with their names in tables and on axes.
struct Scaled {
  const char* column;
  const char* axis;
  const char* exponent;
  stats::Estimate analysis::ScalingPoint::*member;
  analysis::PowerFit analysis::ScalingDimensions::*fit;
  std::vector<stats::Estimate> SeedDimensions::*seeds;

  [[nodiscard]] bool is_response() const { return member == &analysis::ScalingPoint::response; }
  /// The dimension of theory.
  [[nodiscard]] double theory(const Subject& subject) const {
    return is_response() ? subject.expected_epsilon() : subject.theory.delta_sigma;
  }
};
[[nodiscard]] const std::vector<Scaled>& quantities();

/// "data" and the arms of [rbm].
[[nodiscard]] std::vector<std::string> arms_of(const Measurements& m);

inline constexpr const char* ranges[] = {"narrow", "wide"};

/// T/T_c as a thermometer reads it.
[[nodiscard]] stats::Estimate ratio_of(const Subject& subject, const flow::FlowStep& step,
                                       const std::string& gauge = "bond-energy");

}  // namespace spinflow::recipes::short_sighted

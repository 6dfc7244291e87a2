// SPDX-License-Identifier: Apache-2.0
// Scaling dimensions of flows of several training seeds, and of the data they began with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/analysis/scaling.hpp"
#include "spinflow/analysis/universality.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"

namespace spinflow::studies {

/// What a flow, or the data, says at one size.
struct SizeReading {
  std::string model;
  std::string arm;  ///< how the network was trained; or "data"
  std::int64_t size = 0;
  std::size_t seed = 0;
  analysis::ScalingPoint point;
};
[[nodiscard]] results::Record<SizeReading> size_reading_record();

/// A number that scales with L, with its names in tables and on axes.
struct ScalingQuantity {
  const char* column;
  const char* axis;
  const char* exponent;
  stats::Estimate analysis::ScalingPoint::*member;
  analysis::PowerFit analysis::ScalingDimensions::*fit;

  /// Whether it is Y, which scales with Delta_epsilon.
  [[nodiscard]] bool is_response() const { return member == &analysis::ScalingPoint::response; }
  /// The dimension that theory has; NaN where it has none.
  [[nodiscard]] double dimension(const analysis::Universality& theory) const;
  /// The power of L that theory has.
  [[nodiscard]] double power(const analysis::Universality& theory) const;
};
/// <|m|>, |m_k|^2, Y.
[[nodiscard]] const std::vector<ScalingQuantity>& scaling_quantities();

/// The readings of one model and arm:
///
///     const studies::SeedScaling flow(readings, "nearest", "good", {6, 8, 12}, 5, 2);
///     for (const auto& quantity : studies::scaling_quantities())
///       over_seeds(flow.dimensions(quantity));
class SeedScaling {
 public:
  /// Of seeds 0 .. n_seeds - 1 at these sizes, ascending; `dimension`: d of the lattices.
  SeedScaling(std::span<const SizeReading> readings, const std::string& model, const std::string& arm,
              const std::vector<std::int64_t>& sizes, std::int64_t n_seeds, int dimension);

  /// One per seed, with the error of its fit; NaN where there is no fit, or a size is missing: dimensions of
  /// other sizes are others.
  [[nodiscard]] std::vector<stats::Estimate> dimensions(const ScalingQuantity& quantity) const;
  /// Averaged over seeds, errors over seeds, ascending sizes.
  [[nodiscard]] const std::vector<analysis::ScalingPoint>& means() const { return means_; }
  /// The power law of the means; NaN where there is none.
  [[nodiscard]] analysis::PowerFit fit(const ScalingQuantity& quantity) const;

 private:
  int dimension_;
  std::vector<std::optional<analysis::ScalingDimensions>> seeds_;
  std::vector<analysis::ScalingPoint> means_;
};

/// The means of a quantity as points of ln y against ln L, and their power law as a line; both look like
/// `begin`.
[[nodiscard]] std::vector<results::Series> log_series(const SeedScaling& scaling,
                                                      const ScalingQuantity& quantity,
                                                      const results::Series& begin);
/// The power law of theory through the first of the points, ln y against ln L; none where theory has none.
[[nodiscard]] std::vector<results::Series> theory_series(const std::vector<analysis::ScalingPoint>& points,
                                                         const ScalingQuantity& quantity,
                                                         const analysis::Universality& theory);

}  // namespace spinflow::studies

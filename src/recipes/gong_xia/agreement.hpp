// SPDX-License-Identifier: Apache-2.0
// How gong-xia holds numbers against exact ones.
#pragma once

#include <string>
#include <vector>

#include "recipes/gong_xia/training.hpp"

namespace spinflow::recipes::gong_xia {

/// A measured number and what it should be.
struct Pull {
  std::string where;
  stats::Estimate measured;
  double expected = 0;
};

/// In errors.
[[nodiscard]] inline double pull_of(const stats::Estimate& e, double expected) {
  return (e.value - expected) / e.error;
}

/// chi^2 of independent numbers without a free parameter.
struct Agreement {
  double chi2 = 0;
  int n = 0;
  double p = 1;
  std::string largest = "none";  ///< pull, in words
};
[[nodiscard]] Agreement agreement_of(const std::vector<Pull>& pulls);
/// "chi^2 57.0 of 60, p = 0.58".
[[nodiscard]] std::string words(const Agreement& a);

/// Doubts the trial where the exact map fails by itself on the same chains, its p below the criterion's
/// `control`.
void hold_beside(Trial& trial, double control_p);
/// What the trial measures is the answer farthest from 0.
void measure_farthest(Trial& trial);

/// The question whose number lies farthest from 0; none without a finite one.
[[nodiscard]] const Question* farthest(const std::vector<Question>& questions);
/// "of 12 means 11 are within the margin, beyond it: K = ...; largest: ...".
[[nodiscard]] std::string margin_words(const Trial& trial);

/// The nets of one kind at one K, N and b, one per seed.
struct Cell {
  double coupling;
  std::int64_t size;
  std::int64_t factor;
  Readings nets;  ///< at least one

  [[nodiscard]] const NetReading& any() const { return *nets.front(); }
  /// "K = 1, b = 4".
  [[nodiscard]] std::string text() const;
};
/// In order of appearance.
[[nodiscard]] std::vector<Cell> cells_of(const std::vector<NetReading>& readings, const std::string& study,
                                         const std::string& scheme);

/// Whether a ratio of correlations means something: four outputs or more, K_out above so many of its errors
/// as the criterion a4 says.
[[nodiscard]] bool stands_out(const Cell& cell, const Criteria& criteria);
/// c_2 of the outputs less that of the nearest-neighbour ring with their K_out. Of four outputs or more;
/// NaN where K_out is infinite.
[[nodiscard]] stats::Estimate beyond_nearest(const NetReading& r);
/// K_out after a step of an arm, by seed.
[[nodiscard]] std::vector<stats::Estimate> depth_readings(const Measurements& m, const std::string& arm,
                                                          int step);

/// "K = 1, b = 4, N = 64, seed 0".
[[nodiscard]] std::string cell_words(const NetReading& r);

/// Experiment B, the limits, the field.
[[nodiscard]] std::vector<results::Claim> claims_flow(const Measurements& m);

}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
// How gong-xia holds numbers against exact ones.
#pragma once

#include <string>
#include <vector>

#include "experiments/gong_xia_training.hpp"

namespace spinflow::experiments::gong_xia {

/// Whose theory a claim holds nets against, where it is not a reading of the theorem.
inline constexpr const char* exact_flow = "nelson1975";

// Of the criteria of several claims.
inline constexpr double supporting_p = 0.01;
inline constexpr double contradicting_p = 0.001;
inline constexpr double optimal_accuracy = 0.99;

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
  int without = 0;  ///< numbers or errors that are not finite
  double p = 1;
  std::string largest = "none";  ///< pull, in words
  double farthest = 0;           ///< largest difference
};
[[nodiscard]] Agreement agreement_of(const std::vector<Pull>& pulls);
/// "chi^2 57.0 of 60, p = 0.58".
[[nodiscard]] std::string words(const Agreement& a);

/// Supported from `supporting_p` on, if no number is missing; contradicted below `contradicting_p`;
/// inconclusive in between and where the control fails by itself.
[[nodiscard]] results::Verdict verdict_of_p(double p, double control_p, bool complete);

void set_measured(results::Claim& claim, const stats::Estimate& e);
/// chi^2 per number, which is 1 +- sqrt(2/n) where the numbers agree.
void set_measured(results::Claim& claim, const Agreement& a);

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

/// Whether a ratio of correlations means something: four outputs or more, K_out above 5 of its errors.
[[nodiscard]] bool stands_out(const Cell& cell);
/// c_2 of the outputs less that of the nearest-neighbour ring with their K_out. Of four outputs or more;
/// NaN where K_out is infinite.
[[nodiscard]] stats::Estimate beyond_nearest(const NetReading& r);
/// Mean over seeds of K_out after a step of an arm; error as `over_nets`.
[[nodiscard]] stats::Estimate depth_mean(const Measurements& m, const std::string& arm, int step);

/// "K = 1, b = 4, N = 64, seed 0".
[[nodiscard]] std::string cell_words(const NetReading& r);
/// Test chains behind a mean over so many nets: so many that intervals are normal.
[[nodiscard]] std::size_t rows_of(const Measurements& m, std::size_t nets);

/// Experiment B, the limits, the field.
[[nodiscard]] std::vector<results::Claim> claims_flow(const Measurements& m);

}  // namespace spinflow::experiments::gong_xia

// SPDX-License-Identifier: Apache-2.0
// What claims, tables and figures of gong-xia read off the nets.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "recipes/gong_xia/measurements.hpp"
#include "studies/pulls.hpp"

namespace spinflow::recipes::gong_xia {

inline constexpr const char* schemes[] = {"decimation", "majority"};

using Readings = std::vector<const NetReading*>;
using studies::chi_square_of;
using studies::Pull;
using studies::pull_of;

/// K_out; the exact map's on the same chains.
inline constexpr auto coupling_of = [](const auto& r) { return r.output.coupling; };
inline constexpr auto target_of = [](const auto& r) { return r.target.coupling; };
/// K_out less the exact K' of the map the net is asked for.
inline constexpr auto off_expected_of = [](const auto& r) { return minus(r.output.coupling, r.expected); };
/// K_out less what independent errors of the outputs would give.
[[nodiscard]] stats::Estimate off_flips_of(const NetReading& r);

/// A reading of every net.
template <class T, class Reading>
[[nodiscard]] std::vector<stats::Estimate> each_of(const std::vector<const T*>& nets,
                                                   const Reading& reading) {
  std::vector<stats::Estimate> readings;
  for (const auto* net : nets) readings.push_back(std::invoke(reading, *net));
  return readings;
}
/// Mean over nets, each with test chains of its own; error as `over_seeds`.
template <class T, class Reading>
[[nodiscard]] stats::Estimate over_nets(const std::vector<const T*>& nets, const Reading& reading) {
  return over_seeds(each_of(nets, reading));
}

/// The readings of nets of that kind.
[[nodiscard]] Readings nets_of(const std::vector<NetReading>& readings, const std::string& study,
                               const std::string& scheme);
/// "K = 1, b = 4, N = 64, seed 0"; "step 2, seed 0"; "K = 1, h = 0.2, seed 0".
[[nodiscard]] std::string where(const NetReading& r);
[[nodiscard]] std::string where(const DepthReading& r);
[[nodiscard]] std::string where(const FieldReading& r);
/// What was read off each against an exact number.
template <class T, class Reading, class Expected>
[[nodiscard]] std::vector<Pull> pulls_of(const std::vector<const T*>& nets, const Reading& reading,
                                         const Expected& expected) {
  std::vector<Pull> pulls;
  for (const auto* r : nets)
    pulls.push_back({where(*r), std::invoke(reading, *r), std::invoke(expected, *r)});
  return pulls;
}
/// The one that errs most; at least one.
template <class T>
[[nodiscard]] const T& worst_of(const std::vector<const T*>& nets) {
  return **std::ranges::min_element(nets, {}, [](const T* r) { return r->accuracy; });
}

/// The nets of that kind after their last update, one per seed.
[[nodiscard]] Readings last_of(const Measurements& m, const std::string& study, const std::string& scheme,
                               const std::string& variant);
/// The nets of the study "course" after that many updates.
[[nodiscard]] Readings at_update(const Measurements& m, const std::string& scheme, std::int64_t update);
/// All nets before their first update.
[[nodiscard]] Readings untrained_of(const Measurements& m);

/// Nets of one variant, after their last update.
struct Scan {
  std::string scheme;
  std::string study;      ///< "architecture", "data"; "course" for the nets as in [network]
  std::string name;       ///< "2 hidden layers", "1000 chains", ...
  bool standard = false;  ///< as in [network], which belongs to both scans
  Readings nets;

  [[nodiscard]] std::string text() const { return scheme + ", " + name; }
};
[[nodiscard]] std::vector<Scan> scans_of(const Measurements& m);
/// "1000 chains": the variant of the study "data".
[[nodiscard]] std::string rows_name(std::int64_t rows);
/// "hidden 128, tanh, adam".
[[nodiscard]] std::string standard_name(const Settings& s);

/// Doubts the trial where the exact map fails by itself on the same chains, its p below the criterion's
/// `control`.
void hold_beside(Trial& trial, double control_p);

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
/// The readings of an arm, by seed; after a step.
[[nodiscard]] std::vector<const DepthReading*> of_arm(const Measurements& m, const std::string& arm);
[[nodiscard]] std::vector<const DepthReading*> of_step(const Measurements& m, const std::string& arm,
                                                       int step);
/// The nets on chains in one field, by seed.
[[nodiscard]] std::vector<std::vector<const FieldReading*>> by_field(const Measurements& m);

/// Experiment B, the limits, the field.
[[nodiscard]] std::vector<results::Claim> claims_flow(const Measurements& m);

}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
// What claims, tables and figures about training share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recipes/gong_xia/measurements.hpp"

namespace spinflow::recipes::gong_xia {

inline constexpr const char* coupling_title = "K of the outputs";  ///< of an axis
inline constexpr const char* schemes[] = {"decimation", "majority"};

using Readings = std::vector<const NetReading*>;

/// K_out.
[[nodiscard]] stats::Estimate coupling_of(const NetReading& r);
/// K_out less what independent errors of the outputs would give.
[[nodiscard]] stats::Estimate off_flips_of(const NetReading& r);
/// K_out less the exact K' of the map the net is asked for.
[[nodiscard]] stats::Estimate off_expected_of(const NetReading& r);

/// A reading of every net.
[[nodiscard]] std::vector<stats::Estimate> each_of(
    const Readings& nets, const std::function<stats::Estimate(const NetReading&)>& reading);
/// Mean over nets, each with test chains of its own; error as `over_seeds`.
[[nodiscard]] stats::Estimate over_nets(const Readings& nets,
                                        const std::function<stats::Estimate(const NetReading&)>& reading);

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

/// "decimation: K_out 0.350(2) (no), ...".
[[nodiscard]] std::string words_of(const std::vector<Check>& checks);

}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The names of the numbers that other rooms ask for. A new observable needs none: its name stands in its own
/// file.
namespace spinflow::observables {

inline constexpr const char* energy = "energy";
inline constexpr const char* sd_energy = "sd_energy";
inline constexpr const char* abs_magnetization = "abs_magnetization";
inline constexpr const char* magnetization = "magnetization";
inline constexpr const char* susceptibility = "susceptibility";
inline constexpr const char* bonds = "bonds";
inline constexpr const char* mode_2 = "mode_2";
inline constexpr const char* response = "response";
inline constexpr const char* correlation = "correlation";
inline constexpr const char* connected_correlation = "connected_correlation";
inline constexpr const char* coupling = "coupling";
inline constexpr const char* clusters = "clusters";
inline constexpr const char* largest_cluster = "largest_cluster";
inline constexpr const char* clusters_per_site = "clusters_per_site";

}  // namespace spinflow::observables

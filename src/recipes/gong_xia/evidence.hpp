// SPDX-License-Identifier: Apache-2.0
// The figures and tables of gong-xia.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::gong_xia::evidence {

// A figure and a table.
inline constexpr Evidence depth{"depth"};

// Figures.
inline constexpr Evidence decimation{"decimation"};
inline constexpr Evidence majority{"majority"};
inline constexpr Evidence cell_residuals{"cell-residuals"};
inline constexpr Evidence correlation_ratio{"correlation-ratio"};
inline constexpr Evidence depth_residuals{"depth-residuals"};
inline constexpr Evidence limit_of_blocks{"limit-of-blocks"};
inline constexpr Evidence limit_of_chains{"limit-of-chains"};
inline constexpr Evidence field_flow{"field-flow"};
inline constexpr Evidence course_coupling{"course-coupling"};
inline constexpr Evidence course_loss{"course-loss"};
inline constexpr Evidence flips{"flips"};
inline constexpr Evidence architectures{"architectures"};
inline constexpr Evidence data{"data"};
inline constexpr Evidence generic_readings{"generic-readings"};
inline constexpr Evidence output_correlations{"output-correlations"};
inline constexpr Evidence hidden_correlations{"hidden-correlations"};

// Tables.
inline constexpr Evidence cell_means{"cell_means"};
inline constexpr Evidence cells{"cells"};
inline constexpr Evidence limits{"limits"};
inline constexpr Evidence fields{"fields"};
inline constexpr Evidence course{"course"};
inline constexpr Evidence scans{"scans"};
inline constexpr Evidence untrained{"untrained"};
inline constexpr Evidence generic{"generic"};

/// What a run can make.
inline constexpr Evidence all[] = {depth,
                                   limits,
                                   decimation,
                                   majority,
                                   cell_residuals,
                                   correlation_ratio,
                                   depth_residuals,
                                   limit_of_blocks,
                                   limit_of_chains,
                                   field_flow,
                                   course_coupling,
                                   course_loss,
                                   flips,
                                   architectures,
                                   data,
                                   generic_readings,
                                   output_correlations,
                                   hidden_correlations,
                                   cell_means,
                                   cells,
                                   fields,
                                   course,
                                   scans,
                                   untrained,
                                   generic};

}  // namespace spinflow::recipes::gong_xia::evidence

// SPDX-License-Identifier: Apache-2.0
// The figures and tables of short-sighted.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::short_sighted::evidence {

// Figures.
inline constexpr Evidence layer_temperatures{"layer-temperatures"};
inline constexpr Evidence layer_temperatures_large{"layer-temperatures-large"};
inline constexpr Evidence shrinkage_scan{"shrinkage-scan"};
inline constexpr Evidence off_critical{"off-critical"};
inline constexpr Evidence correlator_profiles{"correlator-profiles"};
inline constexpr Evidence layer_correlations{"layer-correlations"};
inline constexpr Evidence scaling_dimensions{"scaling-dimensions"};
inline constexpr Evidence range_flows{"range-flows"};
inline constexpr Evidence order_exponents{"order-exponents"};
inline constexpr Evidence flow_diagram{"flow-diagram"};
inline constexpr Evidence coupling_steps{"coupling-steps"};

// Figures of each model.
inline constexpr Evidence q_curves{"q-curves-{}"};
inline constexpr Evidence crossings{"crossings-{}"};
inline constexpr Evidence scaling{"scaling-{}"};
inline constexpr Evidence scaling_residuals{"scaling-residuals-{}"};
inline constexpr Evidence layer_readings{"layer-readings-{}"};
inline constexpr Evidence receptive_fields{"receptive-fields-{}"};
inline constexpr Evidence receptive_fields_shrinkage{"receptive-fields-shrinkage-{}"};

// Tables.
inline constexpr Evidence critical_points_table{"critical_points"};
inline constexpr Evidence scaling_dimensions_table{"scaling_dimensions"};
inline constexpr Evidence scaling_table{"scaling"};
inline constexpr Evidence range_flows_table{"range_flows"};
inline constexpr Evidence order_exponents_table{"order_exponents"};
inline constexpr Evidence couplings_table{"couplings"};
inline constexpr Evidence layer_temperatures_table{"layer_temperatures"};
inline constexpr Evidence layer_readings_table{"layer_readings"};
inline constexpr Evidence correlator_profiles_table{"correlator_profiles"};
inline constexpr Evidence correlators_table{"correlators"};
inline constexpr Evidence failed_stacks_table{"failed_stacks"};

/// What a run can make.
inline constexpr Evidence all[] = {layer_temperatures,
                                   layer_temperatures_large,
                                   shrinkage_scan,
                                   off_critical,
                                   correlator_profiles,
                                   layer_correlations,
                                   scaling_dimensions,
                                   range_flows,
                                   order_exponents,
                                   flow_diagram,
                                   coupling_steps,
                                   q_curves,
                                   crossings,
                                   scaling,
                                   scaling_residuals,
                                   layer_readings,
                                   receptive_fields,
                                   receptive_fields_shrinkage,
                                   critical_points_table,
                                   scaling_dimensions_table,
                                   scaling_table,
                                   range_flows_table,
                                   order_exponents_table,
                                   couplings_table,
                                   layer_temperatures_table,
                                   layer_readings_table,
                                   correlator_profiles_table,
                                   correlators_table,
                                   failed_stacks_table};

}  // namespace spinflow::recipes::short_sighted::evidence

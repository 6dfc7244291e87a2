// SPDX-License-Identifier: Apache-2.0
// The figures and tables of short-sighted.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::short_sighted {

struct Evidences : EvidenceList {
  // Figures.
  Evidence layer_temperatures = named("layer-temperatures");
  Evidence layer_temperatures_large = named("layer-temperatures-large");
  Evidence shrinkage_scan = named("shrinkage-scan");
  Evidence off_critical = named("off-critical");
  Evidence correlator_profiles = named("correlator-profiles");
  Evidence layer_correlations = named("layer-correlations");
  Evidence scaling_dimensions = named("scaling-dimensions");
  Evidence range_flows = named("range-flows");
  Evidence order_exponents = named("order-exponents");
  Evidence flow_diagram = named("flow-diagram");
  Evidence coupling_steps = named("coupling-steps");

  // Figures of each model.
  Evidence q_curves = named("q-curves-{}");
  Evidence crossings = named("crossings-{}");
  Evidence scaling = named("scaling-{}");
  Evidence scaling_residuals = named("scaling-residuals-{}");
  Evidence layer_readings = named("layer-readings-{}");
  Evidence receptive_fields = named("receptive-fields-{}");
  Evidence receptive_fields_shrinkage = named("receptive-fields-shrinkage-{}");

  // Tables.
  Evidence critical_points_table = named("critical_points");
  Evidence scaling_dimensions_table = named("scaling_dimensions");
  Evidence scaling_table = named("scaling");
  Evidence range_flows_table = named("range_flows");
  Evidence order_exponents_table = named("order_exponents");
  Evidence couplings_table = named("couplings");
  Evidence layer_temperatures_table = named("layer_temperatures");
  Evidence layer_readings_table = named("layer_readings");
  Evidence correlator_profiles_table = named("correlator_profiles");
  Evidence correlators_table = named("correlators");
  Evidence failed_stacks_table = named("failed_stacks");
};
inline constexpr Evidences evidence;

}  // namespace spinflow::recipes::short_sighted

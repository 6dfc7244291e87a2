// SPDX-License-Identifier: Apache-2.0
// The figures and tables of gong-xia.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::gong_xia {

struct Evidences : EvidenceList {
  // A figure and a table.
  Evidence depth = named("depth");

  // Figures.
  Evidence decimation = named("decimation");
  Evidence majority = named("majority");
  Evidence cell_residuals = named("cell-residuals");
  Evidence correlation_ratio = named("correlation-ratio");
  Evidence depth_residuals = named("depth-residuals");
  Evidence limit_of_blocks = named("limit-of-blocks");
  Evidence limit_of_chains = named("limit-of-chains");
  Evidence field_flow = named("field-flow");
  Evidence course_coupling = named("course-coupling");
  Evidence course_loss = named("course-loss");
  Evidence flips = named("flips");
  Evidence architectures = named("architectures");
  Evidence data = named("data");
  Evidence generic_readings = named("generic-readings");
  Evidence output_correlations = named("output-correlations");
  Evidence hidden_correlations = named("hidden-correlations");

  // Tables.
  Evidence cell_means = named("cell_means");
  Evidence cells = named("cells");
  Evidence limits = named("limits");
  Evidence fields = named("fields");
  Evidence course = named("course");
  Evidence scans = named("scans");
  Evidence untrained = named("untrained");
  Evidence generic = named("generic");
};
inline constexpr Evidences evidence;

}  // namespace spinflow::recipes::gong_xia

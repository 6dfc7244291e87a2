// SPDX-License-Identifier: Apache-2.0
// The figures and tables of iso2018.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::iso2018 {

struct Evidences : EvidenceList {
  // Figures.
  Evidence flow_temperature = named("flow-temperature");
  Evidence rg_flow = named("rg-flow");
  Evidence rbm_flow = named("rbm-flow");
  Evidence step_map = named("step-map");
  Evidence classifier_flow = named("classifier-flow");
  Evidence montage = named("montage");
  Evidence correlation = named("correlation");
  Evidence training_data = named("training-data");
  Evidence classifier_calibration = named("classifier-calibration");
  Evidence training = named("training");
  Evidence fixed_points = named("fixed-points");
  Evidence types = named("types");
  Evidence no_fixed_point = named("no-fixed-point");
  Evidence scan_hidden = named("scan-hidden");
  Evidence scan_decay = named("scan-decay");
  Evidence scan_method = named("scan-method");
  Evidence scan_size = named("scan-size");
  Evidence magnetization_histogram = named("magnetization-histogram");
  Evidence cluster_sizes = named("cluster-sizes");
  Evidence two_sample = named("two-sample");
  Evidence coupling_flow = named("coupling-flow");
  Evidence coupling_steps = named("coupling-steps");
  Evidence mean_field = named("mean-field");
  Evidence model_likelihood = named("model-likelihood");
  Evidence model_temperature = named("model-temperature");

  // Tables.
  Evidence fixed_points_table = named("fixed_points");
  Evidence scan_hidden_table = named("scan_hidden");
  Evidence scan_decay_table = named("scan_decay");
  Evidence scan_method_table = named("scan_method");
  Evidence scan_range_table = named("scan_range");
  Evidence scan_size_table = named("scan_size");
  Evidence rg_steps_table = named("rg_steps");
  Evidence flowed_ensembles_table = named("flowed_ensembles");
  Evidence magnetization_histogram_table = named("magnetization_histogram");
  Evidence cluster_sizes_table = named("cluster_sizes");
  Evidence two_sample_table = named("two_sample");
  Evidence couplings_table = named("couplings");
  Evidence mean_field_table = named("mean_field");
  Evidence model_quality_table = named("model_quality");

  // The two studies of the weights, which name their own figures and tables, and those of the first that
  // claim f names.
  static constexpr const char* weights_by_type = "weights";
  static constexpr const char* weights_by_training = "weights-training";
  Evidence weights_spectrum = named("weights-spectrum");
  Evidence weights_likeness = named("weights-likeness");
  Evidence weights_lambda = named("weights-lambda");
  Evidence weights_eigenvectors = named("weights-eigenvectors");
};
inline constexpr Evidences evidence;

}  // namespace spinflow::recipes::iso2018

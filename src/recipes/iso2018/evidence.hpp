// SPDX-License-Identifier: Apache-2.0
// The figures and tables of iso2018.
#pragma once

#include "recipes/evidence.hpp"

namespace spinflow::recipes::iso2018::evidence {

// Figures.
inline constexpr Evidence flow_temperature{"flow-temperature"};
inline constexpr Evidence rg_flow{"rg-flow"};
inline constexpr Evidence rbm_flow{"rbm-flow"};
inline constexpr Evidence step_map{"step-map"};
inline constexpr Evidence classifier_flow{"classifier-flow"};
inline constexpr Evidence montage{"montage"};
inline constexpr Evidence correlation{"correlation"};
inline constexpr Evidence training_data{"training-data"};
inline constexpr Evidence classifier_calibration{"classifier-calibration"};
inline constexpr Evidence training{"training"};
inline constexpr Evidence fixed_points{"fixed-points"};
inline constexpr Evidence types{"types"};
inline constexpr Evidence no_fixed_point{"no-fixed-point"};
inline constexpr Evidence scan_hidden{"scan-hidden"};
inline constexpr Evidence scan_decay{"scan-decay"};
inline constexpr Evidence scan_method{"scan-method"};
inline constexpr Evidence scan_size{"scan-size"};
inline constexpr Evidence magnetization_histogram{"magnetization-histogram"};
inline constexpr Evidence cluster_sizes{"cluster-sizes"};
inline constexpr Evidence two_sample{"two-sample"};
inline constexpr Evidence coupling_flow{"coupling-flow"};
inline constexpr Evidence coupling_steps{"coupling-steps"};
inline constexpr Evidence mean_field{"mean-field"};
inline constexpr Evidence model_likelihood{"model-likelihood"};
inline constexpr Evidence model_temperature{"model-temperature"};

// Tables.
inline constexpr Evidence fixed_points_table{"fixed_points"};
inline constexpr Evidence scan_hidden_table{"scan_hidden"};
inline constexpr Evidence scan_decay_table{"scan_decay"};
inline constexpr Evidence scan_method_table{"scan_method"};
inline constexpr Evidence scan_range_table{"scan_range"};
inline constexpr Evidence scan_size_table{"scan_size"};
inline constexpr Evidence rg_steps_table{"rg_steps"};
inline constexpr Evidence flowed_ensembles_table{"flowed_ensembles"};
inline constexpr Evidence magnetization_histogram_table{"magnetization_histogram"};
inline constexpr Evidence cluster_sizes_table{"cluster_sizes"};
inline constexpr Evidence two_sample_table{"two_sample"};
inline constexpr Evidence couplings_table{"couplings"};
inline constexpr Evidence mean_field_table{"mean_field"};
inline constexpr Evidence model_quality_table{"model_quality"};

// The two studies of the weights, which name their own figures and tables, and those of the first that claim
// f names.
inline constexpr const char* weights_by_type = "weights";
inline constexpr const char* weights_by_training = "weights-training";
inline constexpr Evidence weights_spectrum{"weights-spectrum"};
inline constexpr Evidence weights_likeness{"weights-likeness"};
inline constexpr Evidence weights_lambda{"weights-lambda"};
inline constexpr Evidence weights_eigenvectors{"weights-eigenvectors"};

/// What a run can make beside the studies of the weights (`studies::weight_study_names`).
inline constexpr Evidence all[] = {flow_temperature,
                                   rg_flow,
                                   rbm_flow,
                                   step_map,
                                   classifier_flow,
                                   montage,
                                   correlation,
                                   training_data,
                                   classifier_calibration,
                                   training,
                                   fixed_points,
                                   types,
                                   no_fixed_point,
                                   scan_hidden,
                                   scan_decay,
                                   scan_method,
                                   scan_size,
                                   magnetization_histogram,
                                   cluster_sizes,
                                   two_sample,
                                   coupling_flow,
                                   coupling_steps,
                                   mean_field,
                                   model_likelihood,
                                   model_temperature,
                                   fixed_points_table,
                                   scan_hidden_table,
                                   scan_decay_table,
                                   scan_method_table,
                                   scan_range_table,
                                   scan_size_table,
                                   rg_steps_table,
                                   flowed_ensembles_table,
                                   magnetization_histogram_table,
                                   cluster_sizes_table,
                                   two_sample_table,
                                   couplings_table,
                                   mean_field_table,
                                   model_quality_table};

}  // namespace spinflow::recipes::iso2018::evidence

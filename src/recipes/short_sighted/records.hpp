// SPDX-License-Identifier: Apache-2.0
// The columns of short-sighted's readings: what is kept of a finished stack in the run folder, and what
// tables show.
#pragma once

#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

// Kept of a stack.
[[nodiscard]] results::Records<StackMeasurements> stack_records();

// Shown.
[[nodiscard]] results::Record<LayerReading> layer_temperature_record(std::int64_t usual_size);
[[nodiscard]] results::Record<LayerReading> layer_reading_record();
[[nodiscard]] results::Record<LayerBin> profile_record();
[[nodiscard]] results::Record<LayerStudy> study_record();
[[nodiscard]] results::Record<std::string> failure_record();
[[nodiscard]] results::Record<SizeReading> size_record();

/// T/T_c of a reading of T_c/T over many configurations.
[[nodiscard]] stats::Estimate ratio_of_inverse(const stats::Estimate& inverse);

}  // namespace spinflow::recipes::short_sighted

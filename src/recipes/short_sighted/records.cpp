// SPDX-License-Identifier: Apache-2.0
#include "recipes/short_sighted/records.hpp"

#include <fmt/format.h>

namespace spinflow::recipes::short_sighted {

namespace {

using results::Record;

/// T_c/T as the thermometers gave it, which keeps T = infinity a number.
Record<LayerReading> kept_layer_record() {
  return Record<LayerReading>()
      .add("model", &LayerReading::model)
      .add("L", &LayerReading::size)
      .add("start", &LayerReading::start)
      .add("map", &LayerReading::map)
      .add("lambda", &LayerReading::shrinkage)
      .add("seed", &LayerReading::seed)
      .add("layer", &LayerReading::layer)
      .add("dead", &LayerReading::dead)
      .add("bonds", &LayerReading::bonds)
      .add("magnetization", &LayerReading::magnetization)
      .add("hamiltonian", &LayerReading::hamiltonian);
}

Record<LayerCorrelation> correlation_record() {
  return Record<LayerCorrelation>()
      .add("model", &LayerCorrelation::model)
      .add("L", &LayerCorrelation::size)
      .add("map", &LayerCorrelation::map)
      .add("lambda", &LayerCorrelation::shrinkage)
      .add("seed", &LayerCorrelation::seed)
      .add("layer", &LayerCorrelation::layer)
      .add("bin", &LayerCorrelation::bin)
      .add("distance", &LayerCorrelation::distance)
      .add("correlation", &LayerCorrelation::correlation);
}

}  // namespace

stats::Estimate ratio_of_inverse(const stats::Estimate& inverse) {
  return shown(thermometers::reading_of_inverse(inverse));
}

Record<ProfilePoint> profile_record() {
  return Record<ProfilePoint>()
      .add("model", &ProfilePoint::model)
      .add("L", &ProfilePoint::size)
      .add("map", &ProfilePoint::map)
      .add("lambda", &ProfilePoint::shrinkage)
      .add("seed", &ProfilePoint::seed)
      .add("layer", &ProfilePoint::layer)
      .add("distance", &ProfilePoint::distance)
      .add("correlation", &ProfilePoint::correlation, "error");
}

Record<LayerStudy> study_record() {
  return Record<LayerStudy>()
      .add("model", &LayerStudy::model)
      .add("L", &LayerStudy::size)
      .add("lambda", &LayerStudy::shrinkage)
      .add("seed", &LayerStudy::seed)
      .add("layer", &LayerStudy::layer)
      .add("pearson", &LayerStudy::pearson)
      .add("null_mean", &LayerStudy::null_mean)
      .add("null_sd", &LayerStudy::null_sd)
      .add("p_value", &LayerStudy::p_value)
      .add("participation", &LayerStudy::participation)
      .add("coherence", &LayerStudy::coherence)
      .add("dead_units", &LayerStudy::dead);
}

Record<std::string> failure_record() {
  return Record<std::string>().add(
      "failure", [](auto& text) -> auto& { return text; });
}

results::Records<StackMeasurements> stack_records() {
  return results::Records<StackMeasurements>()
      .add("readings", &StackMeasurements::readings, kept_layer_record())
      .add("profiles", &StackMeasurements::profiles, profile_record().add("bin", &ProfilePoint::bin))
      .add("studies", &StackMeasurements::studies, study_record())
      .add("correlations", &StackMeasurements::correlations, correlation_record())
      .add("failures", &StackMeasurements::failures, failure_record());
}

Record<LayerReading> layer_temperature_record(std::int64_t usual_size) {
  return Record<LayerReading>()
      .add("model", &LayerReading::model)
      .show("map",
            [usual_size](const LayerReading& r) {
              return r.size == usual_size ? r.map : fmt::format("{} from L = {}", r.map, r.size);
            })
      .add("lambda", &LayerReading::shrinkage)
      .add("seed", &LayerReading::seed)
      .add("layer", &LayerReading::layer)
      .show(
          "T_energy_over_Tc", [](const LayerReading& r) { return ratio_of_inverse(r.bonds); }, "error");
}

Record<LayerReading> layer_reading_record() {
  const auto ratio = [](stats::Estimate LayerReading::*gauge) {
    return [gauge](const LayerReading& r) { return ratio_of_inverse(r.*gauge); };
  };
  return Record<LayerReading>()
      .add("model", &LayerReading::model)
      .add("L", &LayerReading::size)
      .add("start_over_Tc", &LayerReading::start)
      .add("map", &LayerReading::map)
      .add("lambda", &LayerReading::shrinkage)
      .add("seed", &LayerReading::seed)
      .add("layer", &LayerReading::layer)
      .add("dead_units", &LayerReading::dead)
      .show("T_energy_over_Tc", ratio(&LayerReading::bonds), "T_energy_error")
      .show("T_magnetization_over_Tc", ratio(&LayerReading::magnetization), "T_magnetization_error")
      .show("T_hamiltonian_over_Tc", ratio(&LayerReading::hamiltonian), "T_hamiltonian_error");
}

Record<SizeReading> size_record() {
  return Record<SizeReading>()
      .add("model", &SizeReading::model)
      .add("arm", &SizeReading::arm)
      .add("L", &SizeReading::size)
      .add("seed", &SizeReading::seed)
      .add("abs_m", &SizeReading::point, &analysis::ScalingPoint::abs_m)
      .add(observables::mode_2, &SizeReading::point, &analysis::ScalingPoint::mode_2)
      .add(observables::response, &SizeReading::point, &analysis::ScalingPoint::response);
}

}  // namespace spinflow::recipes::short_sighted

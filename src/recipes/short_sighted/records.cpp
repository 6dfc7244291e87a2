// SPDX-License-Identifier: Apache-2.0
#include "recipes/short_sighted/records.hpp"

#include <fmt/format.h>

namespace spinflow::recipes::short_sighted {

using results::Record;

namespace {

/// Which layer it is; `map` is no column where there is one only.
template <class T>
Record<T> layer_columns(bool map = true) {
  Record<T> record;
  record.add("model", &T::model).add("L", &T::size);
  if (map) record.add("map", &T::map);
  return record.add("lambda", &T::shrinkage).add("seed", &T::seed).add("layer", &T::layer);
}

/// `error`: name of the column of errors.
Record<LayerBin> bin_record(std::string error) {
  return layer_columns<LayerBin>()
      .add("distance", &LayerBin::distance)
      .add("correlation", &LayerBin::correlation, std::move(error));
}

}  // namespace

stats::Estimate ratio_of_inverse(const stats::Estimate& inverse) {
  return shown(thermometers::reading_of_inverse(inverse));
}

Record<LayerBin> profile_record() { return bin_record("error"); }

Record<LayerStudy> study_record() {
  return layer_columns<LayerStudy>(false)
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
  // T_c/T as the thermometers gave it, which keeps T = infinity a number.
  return results::Records<StackMeasurements>()
      .add("readings", &StackMeasurements::readings,
           layer_columns<LayerReading>()
               .add("start", &LayerReading::start)
               .add("dead", &LayerReading::dead)
               .add("bonds", &LayerReading::bonds)
               .add("magnetization", &LayerReading::magnetization)
               .add("hamiltonian", &LayerReading::hamiltonian))
      .add("profiles", &StackMeasurements::profiles, profile_record().add("bin", &LayerBin::bin))
      .add("studies", &StackMeasurements::studies, study_record())
      .add("correlations", &StackMeasurements::correlations, bin_record("").add("bin", &LayerBin::bin))
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

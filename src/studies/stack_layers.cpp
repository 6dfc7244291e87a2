// SPDX-License-Identifier: Apache-2.0
#include "studies/stack_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "runs/run_folder.hpp"
#include "spinflow/analysis/correlators.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/results/series_by.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"

namespace spinflow::studies {

namespace {

using ensemble::Ensemble;
using results::Record;

/// Bins of the distance within a coarse lattice: 1, sqrt 2, 2 and sqrt 5, about 3, 4, 5.
constexpr std::array<double, 7> pair_edges = {0.5, 1.2, 1.7, 2.5, 3.5, 4.5, 5.7};

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

/// T/T_c of a reading of T_c/T over many configurations.
auto ratio_by(LayerGauge gauge) {
  return [gauge](const LayerReading& r) { return shown(thermometers::reading_of_inverse(r.*gauge)); };
}

}  // namespace

bool LayerOf::is(const LayerOf& other) const {
  const bool same_shrinkage =
      shrinkage == other.shrinkage || (std::isnan(shrinkage) && std::isnan(other.shrinkage));
  return model == other.model && size == other.size && map == other.map && same_shrinkage &&
         layer == other.layer;
}

void StackLayers::append(StackLayers more) {
  const auto move = [](auto& to, auto& from) { std::ranges::move(from, std::back_inserter(to)); };
  move(readings, more.readings);
  move(profiles, more.profiles);
  move(studies, more.studies);
  move(correlations, more.correlations);
  move(failures, more.failures);
}

Record<LayerBin> layer_bin_record() { return bin_record("error"); }

Record<LayerStudy> layer_study_record() {
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

results::Records<StackLayers> stack_layer_records() {
  // T_c/T as the thermometers gave it, which keeps T = infinity a number.
  return results::Records<StackLayers>()
      .add("readings", &StackLayers::readings,
           layer_columns<LayerReading>()
               .add("start", &LayerReading::start)
               .add("dead", &LayerReading::dead)
               .add("bonds", &LayerReading::bonds)
               .add("magnetization", &LayerReading::magnetization)
               .add("hamiltonian", &LayerReading::hamiltonian))
      .add("profiles", &StackLayers::profiles, layer_bin_record().add("bin", &LayerBin::bin))
      .add("studies", &StackLayers::studies, layer_study_record())
      .add("correlations", &StackLayers::correlations, bin_record("").add("bin", &LayerBin::bin))
      .add("failures", &StackLayers::failures, failure_record());
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
      .show("T_energy_over_Tc", ratio_by(&LayerReading::bonds), "error");
}

Record<LayerReading> layer_reading_record() {
  return Record<LayerReading>()
      .add("model", &LayerReading::model)
      .add("L", &LayerReading::size)
      .add("start_over_Tc", &LayerReading::start)
      .add("map", &LayerReading::map)
      .add("lambda", &LayerReading::shrinkage)
      .add("seed", &LayerReading::seed)
      .add("layer", &LayerReading::layer)
      .add("dead_units", &LayerReading::dead)
      .show("T_energy_over_Tc", ratio_by(&LayerReading::bonds), "T_energy_error")
      .show("T_magnetization_over_Tc", ratio_by(&LayerReading::magnetization), "T_magnetization_error")
      .show("T_hamiltonian_over_Tc", ratio_by(&LayerReading::hamiltonian), "T_hamiltonian_error");
}

LayerComparison::LayerComparison(LayerQuestion question, const LayerGauges& gauges, base::Observer& observer)
    : question_(std::move(question)), gauges_(gauges), observer_(observer), ratios_{1.0} {
  for (const double ratio : question_.starts)
    if (ratio != 1) ratios_.push_back(ratio);
}

std::string LayerComparison::place() const { return fmt::format("{}.{}", question_.id, side()); }

LayerOf LayerComparison::layer_of(const std::string& map, double shrinkage, std::size_t layer) const {
  return {question_.id, side(), map, shrinkage, question_.seed, static_cast<int>(layer)};
}

Ensemble LayerComparison::drawn(double ratio, const std::string& stream) const {
  return runs::sampled(question_.model, {ratio * question_.critical_temperature}, question_.configurations,
                       seed_of(stream), observer_);
}

Ensemble LayerComparison::training_set() const { return drawn(1, "stack-data." + place()); }

const Ensemble& LayerComparison::start(double ratio) {
  const auto found = starts_.find(ratio);
  if (found != starts_.end()) return found->second;
  return starts_.emplace(ratio, drawn(ratio, fmt::format("rows.{}.{}", place(), ratio))).first->second;
}

Ensemble LayerComparison::correlated_rows() {
  return runs::first_rows(start(1), static_cast<std::size_t>(question_.correlated));
}

std::vector<Ensemble> LayerComparison::blocked(const std::string& kind, const Ensemble& data) const {
  MapList maps;
  std::int64_t sites = side() * side();
  for (const auto units : question_.hidden) {
    const std::int64_t factor =
        std::llround(std::sqrt(static_cast<double>(sites) / static_cast<double>(units)));
    if (kind == "decimation")
      maps.push_back(std::make_unique<transformations::Decimation>(
          transformations::DecimationOptions{.factor = factor}));
    else
      maps.push_back(std::make_unique<transformations::BlockMajority>(
          transformations::BlockMajorityOptions{.factor = factor}));
    sites = units;
  }
  return layers_of(
      maps, data, [&](std::size_t l) { return seed_of(fmt::format("{}.{}.{}", kind, place(), l)); },
      observer_);
}

std::vector<Ensemble> LayerComparison::up(const networks::Stack& stack, networks::HiddenMode mode,
                                          const Ensemble& data, double shrinkage) const {
  return layers_of(
      stack, mode, data,
      [&](std::size_t l) { return seed_of(fmt::format("up.{}.{}.{}", place(), shrinkage, l)); }, observer_);
}

void LayerComparison::keep_layers(StackLayers& found, const std::vector<Ensemble>& layers,
                                  const std::string& map, double shrinkage, double ratio,
                                  const LiveUnits& live) const {
  const double t_c = question_.critical_temperature;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    observer_.advance(0);
    const auto by = gauges_.read(layers[l], live[l]);
    found.readings.push_back({layer_of(map, shrinkage, l), ratio,
                              static_cast<double>(std::ranges::count(live[l], false)), scaled(by.bonds, t_c),
                              scaled(by.magnetization, t_c), scaled(by.hamiltonian, t_c)});
  }
}

void LayerComparison::keep_correlations(StackLayers& found, const std::vector<Ensemble>& layers,
                                        const std::string& map, double shrinkage,
                                        const LiveUnits& live) const {
  const auto keep = [&](std::vector<LayerBin>& all, const auto& profile, std::size_t layer) {
    for (std::size_t b = 0; b < profile.mean.size(); ++b)
      if (profile.pairs[b] > 0)
        all.push_back({layer_of(map, shrinkage, layer), b, profile.distance[b], profile.mean[b]});
  };
  for (std::size_t l = 1; l < layers.size(); ++l) {
    observer_.advance(0);
    keep(found.profiles, analysis::distance_profile(layers[0], layers[l], analysis::profile_edges(), live[l]),
         l);
    keep(found.correlations, analysis::pair_profile(layers[l], pair_edges, live[l]), l);
  }
}

StackLayers LayerComparison::of_blocks() {
  StackLayers found;
  for (const double ratio : ratios_)
    for (const char* kind : {"block-majority", "decimation"}) {
      const auto layers = blocked(kind, start(ratio));
      keep_layers(found, layers, kind, results::none, ratio, all_live(layers));
    }
  const auto layers = blocked("block-majority", correlated_rows());
  keep_correlations(found, layers, "block-majority", results::none, all_live(layers));
  return found;
}

StackLayers LayerComparison::of_stack(const networks::Stack& stack, double shrinkage) {
  StackLayers found;
  const auto live = live_units(stack);
  for (const double ratio : ratios_)
    for (const auto& [mode, map] : {std::pair{networks::HiddenMode::sampled, "stack-sampled"},
                                    std::pair{networks::HiddenMode::sign, "stack-sign"}})
      keep_layers(found, up(stack, mode, start(ratio), shrinkage), map, shrinkage, ratio, live);

  const auto data = correlated_rows();
  const auto hidden = up(stack, networks::HiddenMode::sampled, data, shrinkage);
  keep_correlations(found, hidden, "stack-sampled", shrinkage, live);
  const auto spins = blocked("block-majority", data);
  for (std::size_t l = 1; l < hidden.size(); ++l) {
    observer_.advance(0);
    const auto likeness =
        analysis::correlator_likeness(hidden[0], hidden[l], spins[l], live[l], question_.permutations,
                                      seed_of(fmt::format("null.{}.{}.{}", place(), shrinkage, l)));
    const auto summary = networks::layer_summary(stack.layers[l - 1]);
    found.studies.push_back({layer_of("stack-sampled", shrinkage, l), likeness.pearson, likeness.null_mean,
                             likeness.null_sd, likeness.p_value, summary.participation, summary.coherence,
                             static_cast<double>(summary.dead)});
  }
  return found;
}

Excess excess_of(const std::vector<LayerReading>& readings, const LayerOf& of, double start, LayerGauge gauge,
                 double unit_error, std::int64_t rows) {
  std::vector<double> values;
  std::vector<double> errors;
  for (const auto& r : readings) {
    if (!r.is(of) || r.start != start) continue;
    values.push_back((r.*gauge).value - 1);
    errors.push_back((r.*gauge).error);
  }
  const double reading_error = std::hypot(over_seeds(errors).value, unit_error);
  auto mean = over_seeds(values);
  if (std::isnan(of.shrinkage)) {
    mean.error = reading_error;
    return {mean, static_cast<std::size_t>(rows)};
  }
  if (std::isfinite(reading_error)) mean.error = std::hypot(mean.error, reading_error);
  return {mean, finite_seeds(values)};
}

std::map<std::size_t, std::vector<double>> bin_differences(const std::vector<LayerBin>& bins,
                                                           const LayerOf& a, const LayerOf& b) {
  std::map<std::size_t, std::vector<double>> differences;
  for (const auto& p : bins) {
    if (!p.is(a)) continue;
    const auto other = std::ranges::find_if(
        bins, [&](const LayerBin& q) { return q.is(b) && q.seed == p.seed && q.bin == p.bin; });
    if (other != bins.end()) differences[p.bin].push_back(p.correlation.value - other->correlation.value);
  }
  return differences;
}

std::vector<results::Point> mean_bins(const std::vector<LayerBin>& bins, const LayerOf& of) {
  std::map<std::size_t, std::pair<std::vector<double>, std::vector<stats::Estimate>>> by_bin;
  for (const auto& p : bins)
    if (p.is(of)) {
      by_bin[p.bin].first.push_back(p.distance);
      by_bin[p.bin].second.push_back(p.correlation);
    }
  std::vector<results::Point> points;
  for (const auto& [bin, of_bin] : by_bin)
    points.push_back(results::point_at(over_seeds(of_bin.first).value, over_seeds(of_bin.second)));
  return points;
}

}  // namespace spinflow::studies

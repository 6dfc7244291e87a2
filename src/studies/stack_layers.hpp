// SPDX-License-Identifier: Apache-2.0
// What stacks of RBMs and block spins make of the same configurations, layer by layer.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/stats/estimate.hpp"
#include "studies/judging.hpp"
#include "studies/layer_temperatures.hpp"

namespace spinflow::studies {

/// A layer of a stack or of block spins.
struct LayerOf {
  std::string model;       ///< what tables call it: "sigma-1.25"
  std::int64_t size = 16;  ///< side of the lattice of layer 0
  std::string map = {};    ///< "stack-sampled", "stack-sign", "block-majority", "decimation"
  double shrinkage = 0;    ///< lambda; NaN for the renormalization group
  std::size_t seed = 0;
  int layer = 1;

  /// Whether it is the same layer, of any seed.
  [[nodiscard]] bool is(const LayerOf& other) const;
};

/// T_c/T of one layer, read at its own size. Inverse, so that T = infinity is a number.
struct LayerReading : LayerOf {
  double start = 1;                    ///< T/T_c of the configurations that went in
  double dead = 0;                     ///< units that were dropped
  stats::Estimate bonds = {};          ///< by bond energy: T_energy of the report
  stats::Estimate magnetization = {};  ///< by <|m|>
  stats::Estimate hamiltonian = {};    ///< by the energy of the full H; NaN with dead units
};

/// A mean correlation in a bin of distance: <v_i b_a> of layer 0 with a layer, or <s_a s_b> within a layer
/// (distance in sites of the layer).
struct LayerBin : LayerOf {
  std::size_t bin = 0;
  double distance = 0;
  stats::Estimate correlation;
};

/// Pearson coefficient of <v_i h_a> and <v_i S_a>, and what the rows of W look like.
struct LayerStudy : LayerOf {
  stats::Estimate pearson;
  double null_mean = 0;
  double null_sd = 0;
  double p_value = 1;
  double participation = 0;  ///< median over units, for layer > 1 of that layer's RBM
  double coherence = 0;
  double dead = 0;
};

struct StackLayers {
  std::vector<LayerReading> readings;
  std::vector<LayerBin> profiles;  ///< with layer 0
  std::vector<LayerStudy> studies;
  std::vector<LayerBin> correlations;  ///< within a layer
  std::vector<std::string> failures;   ///< trainings without a result, and why

  void append(StackLayers more);
};

// What is kept of them, and what tables show.
[[nodiscard]] results::Records<StackLayers> stack_layer_records();
/// T/T_c by bond energy, of the configurations at T_c. Maps from another side than the usual one say so.
[[nodiscard]] results::Record<LayerReading> layer_temperature_record(std::int64_t usual_size);
/// T/T_c by every reading.
[[nodiscard]] results::Record<LayerReading> layer_reading_record();
[[nodiscard]] results::Record<LayerBin> layer_bin_record();
[[nodiscard]] results::Record<LayerStudy> layer_study_record();
[[nodiscard]] results::Record<std::string> failure_record();

/// One lattice and seed.
struct LayerQuestion {
  std::string id;                              ///< of the model, in tables and streams
  std::shared_ptr<const models::Model> model;  ///< on the square lattice of layer 0
  double critical_temperature = 0;             ///< in J/k_B
  std::vector<std::int64_t> hidden = {};       ///< units of layers 1, 2, ..., on square lattices
  std::vector<double> starts = {};             ///< T/T_c of what goes up besides T_c
  std::int64_t configurations = 0;             ///< that go up from each
  std::int64_t correlated = 0;                 ///< of them, whose correlations are read
  std::size_t permutations = 99;               ///< of the null distribution of the Pearson coefficient
  std::size_t seed = 0;                        ///< in tables
  std::function<std::uint64_t(std::string_view stream)> stream;  ///< the seed of a stream of that name
};

/// The configurations of a lattice, and what maps make of them:
///
///     studies::LayerComparison layers(question, gauges, observer);   // gauges: prepared for all layers
///     auto found = layers.of_blocks();
///     found.append(layers.of_stack(stack, 0.006));                    // found.readings, .profiles, ...
class LayerComparison {
 public:
  LayerComparison(LayerQuestion question, const LayerGauges& gauges, base::Observer& observer);

  /// Configurations at T_c for training: others than those that go up.
  [[nodiscard]] ensemble::Ensemble training_set() const;
  /// Block majority and decimation, from all starts; correlations of block majority.
  [[nodiscard]] StackLayers of_blocks();
  /// Up a stack with sampled h and with sign(h), beside block majority of the same rows.
  [[nodiscard]] StackLayers of_stack(const networks::Stack& stack, double shrinkage);

 private:
  [[nodiscard]] std::uint64_t seed_of(const std::string& stream) const { return question_.stream(stream); }
  [[nodiscard]] std::string place() const;
  [[nodiscard]] std::int64_t side() const { return question_.model->lattice().lx(); }
  [[nodiscard]] LayerOf layer_of(const std::string& map, double shrinkage, std::size_t layer) const;
  [[nodiscard]] ensemble::Ensemble drawn(double ratio, const std::string& stream) const;
  [[nodiscard]] const ensemble::Ensemble& start(double ratio);
  [[nodiscard]] ensemble::Ensemble correlated_rows();
  [[nodiscard]] std::vector<ensemble::Ensemble> blocked(const std::string& kind,
                                                        const ensemble::Ensemble& data) const;
  [[nodiscard]] std::vector<ensemble::Ensemble> up(const networks::Stack& stack, networks::HiddenMode mode,
                                                   const ensemble::Ensemble& data, double shrinkage) const;
  void keep_layers(StackLayers& found, const std::vector<ensemble::Ensemble>& layers, const std::string& map,
                   double shrinkage, double ratio, const LiveUnits& live) const;
  void keep_correlations(StackLayers& found, const std::vector<ensemble::Ensemble>& layers,
                         const std::string& map, double shrinkage, const LiveUnits& live) const;

  LayerQuestion question_;
  const LayerGauges& gauges_;
  base::Observer& observer_;
  std::vector<double> ratios_;
  std::map<double, ensemble::Ensemble> starts_;
};

/// T_c/T - 1 of a layer: positive is colder than T_c.
struct Excess {
  stats::Estimate value;
  std::size_t n = 0;  ///< numbers whose scatter gave the error

  /// T/T_c.
  [[nodiscard]] thermometers::Reading ratio() const {
    return temperature_of({.value = 1 + value.value, .error = value.error}, n);
  }
};
/// Which reading of a layer.
using LayerGauge = stats::Estimate LayerReading::*;
/// Mean over seeds of that layer's readings from that start. Errors of stacks are over seeds, with that of
/// the reading (its calibration is common to all seeds); those of the renormalization group are those of one
/// reading, over its `rows` configurations. `unit_error`: relative error of T_c itself.
[[nodiscard]] Excess excess_of(const std::vector<LayerReading>& readings, const LayerOf& of, double start,
                               LayerGauge gauge, double unit_error, std::int64_t rows);

/// By bin and seed: the correlation of layer `a` less that of layer `b` of the same seed, whose own errors
/// cancel in part.
[[nodiscard]] std::map<std::size_t, std::vector<double>> bin_differences(const std::vector<LayerBin>& bins,
                                                                         const LayerOf& a, const LayerOf& b);
/// Correlations of a layer against distance, means over seeds (also of the distances: dead units move them a
/// little).
[[nodiscard]] std::vector<results::Point> mean_bins(const std::vector<LayerBin>& bins, const LayerOf& of);

}  // namespace spinflow::studies

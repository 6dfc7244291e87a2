// SPDX-License-Identifier: Apache-2.0
// The recipe iso2018 in four rooms: settings (here), stages that compute, claims that judge, figures that
// show.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/experiments/experiment.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::experiments::iso2018 {

struct EnsembleSettings {
  std::vector<double> temperatures = {0.0, 6.0};
  std::int64_t size = 10;
  std::int64_t samples_per_temperature = 1000;
};

struct RbmSettings {
  std::int64_t hidden = 64;
  bool biases = false;
  double initial_sigma = 0.01;
};

struct TrainSettings {
  std::string method = "cd";
  std::int64_t k = 1;
  double learning_rate = 0.01;
  double momentum = 0;
  double weight_decay = 0.1;
  std::int64_t batch_size = 100;
  double epochs = 20;
  std::int64_t seeds = 5;
  std::vector<std::string> types = {"V", "H", "L", "gap"};
};

struct FlowSettings {
  std::int64_t steps = 100;
  std::int64_t chains = 1000;
  std::vector<double> starts = {0.0, 6.0};
};

struct ClassifierSettings {
  std::int64_t samples_small = 1000;
  std::int64_t samples_large = 8000;
};

struct ControlSettings {
  std::vector<double> epochs_factors = {0.5, 2.0};
  std::vector<double> weight_decays = {0.03, 0.3};
  std::vector<double> upper_temperatures = {3.0, 10.0};
  std::vector<double> gap = {1.5, 3.0};
};

struct RgSettings {
  std::vector<double> sizes = {20, 40};
  std::vector<double> temperatures = {2.0, 2.5};
  std::int64_t samples = 2000;
};

struct Settings {
  EnsembleSettings ensemble;
  RbmSettings rbm;
  TrainSettings train;
  FlowSettings flow;
  ClassifierSettings classifier;
  ControlSettings controls;
  RgSettings rg;
  base::Values criteria;
};

/// Error(input) naming section and key.
[[nodiscard]] Settings settings_from(const io::Settings& settings);

/// One kind of RBM: which temperatures it saw and how long it was trained.
struct Variant {
  std::string id;    ///< "V", "V-epochs-0.5", "L-decay-0-epochs-2", ...
  std::string type;  ///< "V", "H", "L", "gap"
  double epochs = 20;
  double weight_decay = 0.1;
  std::vector<double> temperatures;  ///< of its training set
  bool full_gauges = false;          ///< read by every thermometer, with ensembles kept for the montage
};

[[nodiscard]] std::vector<Variant> variants(const Settings& settings);

/// What one training seed gave.
struct SeedResult {
  std::string failure;  ///< why there is no result (a training that diverged); empty: fine
  std::vector<flow::FlowStart> starts;
  std::vector<networks::RbmHistoryRow> history;
};

struct VariantResult {
  Variant variant;
  std::vector<SeedResult> seeds;
};

/// An exact mean (per site) turned into a temperature, with its error.
using Inversion = std::function<thermometers::Reading(const stats::Estimate&)>;

/// Everything the claims and figures are made from.
struct Measurements {
  Settings settings;
  std::shared_ptr<const models::Model> model;  ///< ising-square on the training lattice
  Inversion from_energy;
  Inversion from_magnetization;
  std::vector<VariantResult> variants;
  networks::Rbm example;        ///< type V, first seed: its weights are shown
  ensemble::Ensemble critical;  ///< true configurations at T_c
  ensemble::Ensemble pool;      ///< true configurations at all temperatures, first seed
  std::map<int, std::vector<flow::FlowStart>>
      blocked;                               ///< by size: one flow under block majority per temperature
  std::vector<flow::FlowStart> rbm_flows;    ///< flows of type V, first seed, from each temperature of [rg]
  std::vector<flow::FlowStart> calibration;  ///< true ensembles read by every thermometer, per temperature
  std::vector<double> classifier_temperatures;

  [[nodiscard]] const VariantResult* find(const std::string& id) const;
};

inline constexpr double critical_temperature = 2.269185314213022;  ///< 2 / ln(1 + sqrt 2)

/// Samples, trains, flows; every finished piece is a file in the run folder and is read back on resume.
[[nodiscard]] Measurements measure(const RunContext& context, const Settings& settings);

/// Where the flow of a variant stops: means over the last quarter of the steps, then over seeds; converted
/// last.
struct FixedPoint {
  std::size_t seeds = 0;   ///< that gave a result
  stats::Estimate energy;  ///< per site, over starts; error over seeds
  stats::Estimate abs_magnetization;
  thermometers::Reading by_energy;              ///< T whose exact <e> is `energy`
  thermometers::Reading by_magnetization;       ///< T whose exact <|m|> is `abs_magnetization`
  std::vector<stats::Estimate> start_energies;  ///< per start
  std::vector<stats::Estimate> start_magnetizations;
  stats::Estimate difference_energy;  ///< hot start minus cold, in T
  stats::Estimate difference_magnetization;
  stats::Estimate drift_energy;  ///< over the last quarter, in T, mean over starts
  stats::Estimate drift_magnetization;

  /// The starts agree within max(.05, 3 errors) and the drift is below .02, by both thermometers.
  [[nodiscard]] bool common() const;
};

[[nodiscard]] FixedPoint fixed_point(const VariantResult& result, const Measurements& measurements);

/// Observables of the flowed configurations of a variant at the last step, mean over starts, errors over
/// seeds.
struct Flowed {
  stats::Estimate energy;
  stats::Estimate sd_energy;
  stats::Estimate abs_magnetization;
  std::vector<stats::Estimate> correlation;
};
[[nodiscard]] Flowed flowed(const VariantResult& result);

/// +-m product measures on n_sites of a periodic square lattice: independent spins of mean m, sign at random.
struct ProductMeasure {
  double m = 0;
  double energy = 0;  ///< -2 m^2
  double sd_energy = 0;
  double abs_magnetization = 0;
};
[[nodiscard]] ProductMeasure product_measure(double m, int n_sites);
/// The one whose energy is e (<= 0), and the one whose <|m|> is given.
[[nodiscard]] ProductMeasure product_of_energy(double e, int n_sites);
[[nodiscard]] ProductMeasure product_of_magnetization(double abs_magnetization, int n_sites);

/// T'(T) of one step of a map, as a straight line through the points with lower <= T <= upper.
struct StepMap {
  stats::Estimate crossing;  ///< T'(T) = T
  stats::Estimate slope;     ///< dT'/dT there
};
[[nodiscard]] StepMap step_map(const std::vector<flow::FlowStart>& flows, double lower, double upper);

/// Classifier distribution at a step, averaged over seeds. `start`: index of the start.
[[nodiscard]] std::vector<double> mean_distribution(const VariantResult& result, const std::string& gauge,
                                                    std::size_t start, std::size_t step);

/// Mean over seeds; error of the mean (NaN for one seed). Non-finite values are left out.
[[nodiscard]] stats::Estimate over_seeds(const std::vector<double>& values);

/// Table `fixed_points`: every variant; and the values of the four types.
void fixed_point_table(const Measurements& measurements, results::Results& results);
/// Table `flowed_ensembles`: where type V stops beside Ising at T_c and the product measures.
void flowed_table(const Measurements& measurements, const VariantResult& v, results::Results& results);
[[nodiscard]] std::vector<results::Claim> claims(const Measurements& measurements, results::Results& results);
[[nodiscard]] std::vector<results::Figure> figures(const Measurements& measurements);

}  // namespace spinflow::experiments::iso2018

// SPDX-License-Identifier: Apache-2.0
// The recipe iso2018: settings, stages that compute, readings of the flows, studies of what came out, claims
// that judge, tables and figures that show.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recipes/frame.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/studies/weights.hpp"

namespace spinflow::recipes::iso2018 {

// Settings have their defaults in recipe.toml, and none here.

struct EnsembleSettings {
  std::vector<double> temperatures;
  std::int64_t size{};
  std::int64_t samples_per_temperature{};
};

struct RbmSettings {
  std::int64_t hidden{};
  bool biases{};
  double initial_sigma{};
};

struct TrainSettings {
  std::string method;
  std::int64_t k{};
  double learning_rate{};
  double momentum{};
  double weight_decay{};
  std::int64_t batch_size{};
  double epochs{};
  std::int64_t seeds{};
  std::vector<std::string> types;
};

struct FlowSettings {
  std::int64_t steps{};
  std::int64_t chains{};
  std::vector<double> starts;
};

struct ClassifierSettings {
  std::int64_t samples_small{};
  std::int64_t samples_large{};
};

struct ControlSettings {
  std::vector<double> epochs_factors;
  std::vector<double> weight_decays;
  std::vector<double> upper_temperatures;
  std::vector<double> gap;
};

/// What else type V is trained with. Empty lists: not scanned.
struct ScanSettings {
  std::vector<std::int64_t> hidden;
  std::vector<double> hidden_epochs;  ///< without weight decay
  std::vector<double> weight_decays;
  std::vector<double> decay_epochs;
  std::vector<std::string> methods;  ///< trainer and k, "cd-10"; with weight decay and without
  std::vector<std::int64_t> sizes;         ///< sides of the lattice
  double size_updates{};
  double size_hidden_share{};  ///< N_h / N_v, beside the fixed N_h of [rbm]
};

/// What the fixed point is and how good the models are.
struct StudySettings {
  std::int64_t permutations{};       ///< of each two-sample test
  std::int64_t flow_steps{};         ///< along which couplings are read
  std::vector<std::string> methods;  ///< trainer and k of the models whose likelihood is asked for
  std::vector<std::int64_t> hidden;
  double epochs{};
  std::int64_t test_samples{};  ///< per temperature, of the data the likelihood is taken on
  std::int64_t ais_chains{};
  std::int64_t ais_steps{};
  std::int64_t tempering_chains{};
  std::int64_t tempering_sweeps{};
};

struct RgSettings {
  std::vector<std::int64_t> sizes;
  std::vector<double> temperatures;
  std::int64_t samples{};
};

struct Settings {
  EnsembleSettings ensemble;
  RbmSettings rbm;
  TrainSettings train;
  FlowSettings flow;
  ClassifierSettings classifier;
  ControlSettings controls;
  ScanSettings scans;
  StudySettings study;
  RgSettings rg;
  Criteria criteria;
};

/// Error(input) naming section and key.
[[nodiscard]] Settings settings_from(const io::Settings& settings);

/// One kind of RBM: what it saw, its size and how it was trained.
struct Variant {
  std::string
      id;  ///< the type and whatever is not default: "V", "V-epochs-10", "L-decay-0", "V-hidden-16-decay-0"
  std::string type;        ///< "V", "H", "L", "gap", "C"
  std::int64_t size = 10;  ///< side of its lattice
  std::int64_t hidden = 64;
  std::string method = "cd";
  std::int64_t k = 1;
  double epochs = 20;
  double weight_decay = 0.1;
  double learning_rate = 0.01;
  std::vector<double> temperatures;  ///< of its training set
};

using exact::square_critical_temperature;

/// What the trainings of type V are compared over.
enum class Scan { hidden, decay, method, range, size };
/// Whether the variant is a point of that scan (one may belong to several).
[[nodiscard]] bool in_scan(const Variant& variant, const Settings& settings, Scan scan);

/// "cd-10": the trainer "cd" with k = 10. Error(input) naming `key` for what is no trainer with its k.
[[nodiscard]] std::pair<std::string, std::int64_t> method_of(const std::string& text, std::string_view key);
/// All that the settings ask for, each once.
[[nodiscard]] std::vector<Variant> variants(const Settings& settings);

/// What one training seed gave.
struct SeedResult {
  std::string failure;  ///< why there is no result (a training that diverged); empty: fine
  std::optional<networks::Rbm> rbm;
  std::vector<flow::Trajectory> starts;  ///< the types keep the ensembles of the last step
};

struct VariantResult {
  Variant variant;
  std::vector<SeedResult> seeds;

  /// The first training seed that gave a result.
  [[nodiscard]] std::optional<std::size_t> first_good() const;
};

/// An exact mean (per site) turned into a temperature, with its error.
using Inversion = std::function<thermometers::Reading(const stats::Estimate&)>;

/// Exact (or calibrated) curves of the model at one lattice size.
struct AtSize {
  std::shared_ptr<const models::Model> model;
  Inversion from_energy;
  Inversion from_magnetization;
};

/// Everything the claims and figures are made from.
struct Measurements {
  Settings settings;
  std::shared_ptr<const models::Model> model;  ///< ising-square on the training lattice
  std::map<std::int64_t, AtSize> sizes;        ///< by side, the training lattice included
  std::vector<VariantResult> variants;
  ensemble::Ensemble critical;  ///< true configurations at T_c: two flows' worth for each seed and one more
  studies::ReferenceCorrelation critical_correlation;       ///< theirs
  std::vector<studies::ReferenceCorrelation> correlations;  ///< of `pool`, per temperature
  ensemble::Ensemble pool;  ///< true configurations at all temperatures, first seed
  std::map<int, std::vector<flow::Trajectory>>
      blocked;  ///< by size: one flow under block majority per temperature
  /// Flows of type V from each temperature of [rg]: (training seeds that gave a result, temperatures).
  std::vector<std::vector<flow::Trajectory>> rbm_flows;
  std::vector<flow::Trajectory> calibration;  ///< true ensembles read by every thermometer, per temperature

  [[nodiscard]] const VariantResult* find(const std::string& id) const;
  /// The curves of the training lattice.
  [[nodiscard]] const AtSize& base() const { return sizes.at(settings.ensemble.size); }
};

/// Samples, trains, flows; every finished piece is a file in the run folder and is read back on resume.
[[nodiscard]] Measurements measure(const RunContext& context, const Settings& settings);

/// Where one thermometer sees the flow of a variant stop: means over the last quarter of the steps, then over
/// seeds, of what it reads (e, <|m|>, K, the classifier's mean T); converted to T last. A seed's mean has the
/// error over its chains (`flow::endings`).
struct Stop {
  std::vector<stats::Estimate> seeds;  ///< (training seeds): mean over starts; NaN where there is no result
  stats::Estimate mean;                ///< over seeds
  thermometers::Reading reading;       ///< the temperature of `mean`
  std::vector<std::vector<stats::Estimate>> start_seeds;  ///< (starts, training seeds): likewise per start
  std::vector<stats::Estimate> starts;                    ///< their means over seeds
  std::vector<thermometers::Reading> start_readings;
  stats::Estimate difference;                               ///< hot start minus cold, in T
  std::vector<stats::Estimate> drifts;                      ///< per start: change over the last quarter, in T
  double slope = std::numeric_limits<double>::quiet_NaN();  ///< dT / d mean
  double agree_within = 0;                                  ///< in T, of criterion a
  double drift_within = 0;                                  ///< likewise
  double agree_errors = 0;                                  ///< likewise, in errors

  /// The larger of `drifts`, so that two that cancel are not overlooked.
  [[nodiscard]] stats::Estimate drift() const;
  /// The starts agree within `agree_within` or `agree_errors` errors, whichever is more, and each drifts by
  /// less than `drift_within`: only then is `reading` a fixed point.
  [[nodiscard]] bool common() const;
};

struct FixedPoint {
  std::size_t seeds = 0;  ///< that gave a result
  Stop energy;
  Stop magnetization;
  Stop pseudo_likelihood;
  Stop classifier;  ///< mean reading of the large net; empty on other lattices than its own
  double classifier_mode =
      std::numeric_limits<double>::quiet_NaN();  ///< of the distribution at the last step

  /// By the energy and by the magnetization thermometer.
  [[nodiscard]] bool common() const { return energy.common() && magnetization.common(); }
};

[[nodiscard]] FixedPoint fixed_point(const VariantResult& result, const Measurements& measurements);

/// The thermometers of a fixed point, with their names in tables and in figures.
struct Gauge {
  std::string column;
  std::string label;
  Stop FixedPoint::*stop;
};
[[nodiscard]] const std::vector<Gauge>& gauges();

/// T of `a` minus T of `b`. Variants of one training seed share data, initial weights and random numbers, so
/// the error is that of the differences seed by seed.
[[nodiscard]] stats::Estimate paired_difference(const Stop& a, const Stop& b);

/// The reading of one of the point's thermometers where energy and magnetization have a common fixed point,
/// and that thermometer too; no number otherwise.
[[nodiscard]] stats::Estimate quoted_reading(const FixedPoint& point, const Stop& stop);
/// "no common fixed point by step n: ..." with what was not met.
[[nodiscard]] std::string no_fixed_point(const FixedPoint& point, std::int64_t steps);

/// Observables of the flowed configurations of a variant at the last step, mean over starts, errors over
/// seeds.
struct Flowed {
  stats::Estimate energy;
  stats::Estimate sd_energy;
  stats::Estimate abs_magnetization;
  std::vector<stats::Estimate> correlation;
  stats::Estimate fall;  ///< G(1) - G(r_max), its error from the falls of the seeds
};
[[nodiscard]] Flowed flowed(const VariantResult& result);

/// Classifier distribution at a step, averaged over seeds. `start`: index of the start.
[[nodiscard]] std::vector<double> mean_distribution(const VariantResult& result, const std::string& gauge,
                                                    std::size_t start, std::size_t step);

/// G(1) - G(r_max) of true configurations, paired row by row.
[[nodiscard]] stats::Estimate fall_of(const ensemble::Ensemble& ensemble);

/// Table `fixed_points`: every variant; and the values of the types.
void fixed_point_table(const Measurements& measurements, results::Results& results);
/// Tables `scan_hidden`, `scan_decay`, `scan_method`, `scan_range`, `scan_size` of what was scanned.
void scan_tables(const Measurements& measurements, results::Results& results);
/// Table `rg_steps`: what each step of the block spins and the first and last of the RBM do to T.
void step_table(const Measurements& measurements, results::Results& results);
[[nodiscard]] std::vector<results::Claim> claims(const Measurements& measurements);
/// The flow, the renormalization group and the thermometers.
[[nodiscard]] std::vector<results::Figure> figures(const Measurements& measurements);
/// The scans, and the flows without a common fixed point.
[[nodiscard]] std::vector<results::Figure> scan_figures(const Measurements& measurements);

/// What the flowed ensembles of the types are: tables `flowed_ensembles`, `two_sample`,
/// `magnetization_histogram`, `cluster_sizes` and their figures.
void study_ensembles(const RunContext& context, const Measurements& measurements, results::Results& results);
/// Couplings along the flow of type V and along block spins: table `couplings` and figures.
void study_couplings(const RunContext& context, const Measurements& measurements, results::Results& results);
/// The mean-field iteration beside the flow: table `mean_field` and a figure.
void study_mean_field(const Measurements& measurements, results::Results& results);
/// Likelihoods and samples of the models beside the mixture they were trained on: table `model_quality` and
/// figures.
void study_quality(const RunContext& context, const Measurements& measurements, results::Results& results);
/// What the weights know, by type and along training: tables and figures `weights-*`.
void study_weights(const Measurements& measurements, results::Results& results);

}  // namespace spinflow::recipes::iso2018

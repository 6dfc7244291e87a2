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
#include "recipes/recipe_settings.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/studies/weights.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "studies/flow_stop.hpp"

namespace spinflow::recipes::iso2018 {

inline constexpr double most_rows = 1e9;

struct EnsembleSettings : Section {
  using Section::Section;
  std::vector<double> temperatures = setting("temperatures", {.least = 0});
  std::int64_t size = setting("size", {.least = 4, .most = 64});
  std::int64_t samples_per_temperature = setting("samples_per_temperature", {.least = 2, .most = most_rows});
};

struct RbmSettings : Section {
  using Section::Section;
  std::int64_t hidden = setting("hidden", {.least = 1, .most = 100000});
  bool biases = setting("biases");
  double initial_sigma = setting("initial_sigma", {.least = 0});
};

struct TrainSettings : Section {
  using Section::Section;
  std::string method = setting("method", {}, trainers::registry().names());
  std::int64_t k = setting("k", {.least = 1, .most = 100000});
  double learning_rate = setting("learning_rate", {.least = 0, .most = 1e6});
  double momentum = setting("momentum", {.least = 0, .most = 0.9999});
  double weight_decay = setting("weight_decay", {.least = 0});
  std::int64_t batch_size = setting("batch_size", {.least = 1, .most = most_rows});
  double epochs = setting("epochs", {.least = 0.001, .most = 1e6});
  std::int64_t seeds = setting("seeds", {.least = 1, .most = 1000});
  std::vector<std::string> types = setting("types", {}, {"V", "H", "L", "gap", "C"});
};

struct FlowSettings : Section {
  using Section::Section;
  std::int64_t steps = setting("steps", {.least = 4, .most = 999999});
  std::int64_t chains = setting("chains", {.least = 2, .most = most_rows});
  std::vector<double> starts = setting("starts", {.least = 0});
};

struct ClassifierSettings : Section {
  using Section::Section;
  std::int64_t samples_small = setting("samples_small", {.least = 10, .most = most_rows});
  std::int64_t samples_large = setting("samples_large", {.least = 10, .most = most_rows});
};

struct ControlSettings : Section {
  using Section::Section;
  std::vector<double> epochs_factors = setting("epochs_factors", {.least = 0.001});
  std::vector<double> weight_decays = setting("weight_decays", {.least = 0});
  std::vector<double> upper_temperatures = setting("upper_temperatures", {.least = 0});
  std::vector<double> gap = setting("gap", {.least = 0});
};

/// What else type V is trained with. Empty lists: not scanned.
struct ScanSettings : Section {
  using Section::Section;
  std::vector<std::int64_t> hidden = setting("hidden", {.least = 1, .most = 100000});
  std::vector<double> hidden_epochs = setting("hidden_epochs", {.least = 0.001, .most = 1e6});
  std::vector<double> weight_decays = setting("weight_decays", {.least = 0});
  std::vector<double> decay_epochs = setting("decay_epochs", {.least = 0.001, .most = 1e6});
  std::vector<std::string> methods = setting("methods");
  std::vector<std::int64_t> sizes = setting("sizes", {.least = 4, .most = 64});
  double size_updates = setting("size_updates", {.least = 1, .most = 1e9});
  double size_hidden_share = setting("size_hidden_share", {.least = 0.001, .most = 100});
};

/// What the fixed point is and how good the models are.
struct StudySettings : Section {
  using Section::Section;
  std::int64_t permutations = setting("permutations", {.least = 9, .most = 1e6});
  std::int64_t flow_steps = setting("flow_steps", {.least = 1, .most = 999999});
  std::vector<std::string> methods = setting("methods");
  std::vector<std::int64_t> hidden = setting("hidden", {.least = 1, .most = 100000});
  double epochs = setting("epochs", {.least = 0.001, .most = 1e6});
  std::int64_t test_samples = setting("test_samples", {.least = 2, .most = most_rows});
  std::int64_t ais_chains = setting("ais_chains", {.least = 2, .most = 1e6});
  std::int64_t ais_steps = setting("ais_steps", {.least = 1, .most = 1e7});
  std::int64_t tempering_chains = setting("tempering_chains", {.least = 2, .most = 1e6});
  std::int64_t tempering_sweeps = setting("tempering_sweeps", {.least = 4, .most = 1e9});
};

struct RgSettings : Section {
  using Section::Section;
  std::vector<std::int64_t> sizes = setting("sizes", {.least = 4, .most = 1024});
  std::vector<double> temperatures = setting("temperatures", {.least = 0.1});
  std::int64_t samples = setting("samples", {.least = 2, .most = most_rows});
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
using studies::paired_difference;

/// Whether the likelihood and samples of the variant's models are asked for.
[[nodiscard]] bool in_study(const Variant& variant, const Settings& settings);
/// Names of the pieces that the stages keep.
[[nodiscard]] std::vector<std::string> pieces(const Settings& settings);

/// What the trainings of type V are compared over.
enum class Scan { hidden, decay, method, range, size };
/// Whether the variant is a point of that scan (one may belong to several).
[[nodiscard]] bool in_scan(const Variant& variant, const Settings& settings, Scan scan);

/// The variants of type V that [controls] names: one training setting other than the standard one.
enum class Control { length, decay, range };
[[nodiscard]] std::optional<Control> control_of(const Variant& variant, const Settings& settings);

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
  [[nodiscard]] studies::SeedFlows flows() const;
  /// Of one start, by the seeds that gave a result.
  [[nodiscard]] std::vector<const flow::Trajectory*> flows_from(std::size_t start) const;
};

using studies::Inversion;

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

[[nodiscard]] inline RunFolder run_folder(const RunContext& context) { return {context, "iso2018"}; }
/// Of the flow of a variant from a start, so that a study can repeat it.
[[nodiscard]] std::uint64_t flow_seed(const RunFolder& folder, const Variant& variant, std::size_t replicate,
                                      std::size_t start);
/// Samples, trains, flows; every finished piece is a file in the run folder and is read back on resume.
[[nodiscard]] Measurements measure(const RunContext& context, const Settings& settings);

using studies::Stop;

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

/// Table `fixed_points`: every variant; the values of the types; and that it can be set beside that of
/// another run.
void fixed_point_table(const Measurements& measurements, results::Results& results);
/// Tables `scan_hidden`, `scan_decay`, `scan_method`, `scan_range`, `scan_size` of what was scanned.
void scan_tables(const Measurements& measurements, results::Results& results);
/// Table `rg_steps`: what each step of the block spins and the first and last of the RBM do to T.
void step_table(const Measurements& measurements, results::Results& results);
[[nodiscard]] std::vector<results::Claim> claims(const Measurements& measurements);
[[nodiscard]] results::Claim claim_a(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b1(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b2(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_c(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_d(const Measurements& measurements);
[[nodiscard]] results::Claim claim_e(const Measurements& measurements);
[[nodiscard]] results::Claim claim_f(const Measurements& measurements);
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

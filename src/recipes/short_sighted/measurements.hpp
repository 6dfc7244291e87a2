// SPDX-License-Identifier: Apache-2.0
// The recipe short-sighted: settings, stages that compute, claims that judge, tables and figures that show.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "recipes/figure_texts.hpp"
#include "recipes/frame.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/analysis/universality.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "studies/coupling_flow.hpp"
#include "studies/flow_stop.hpp"
#include "studies/seed_scaling.hpp"
#include "studies/stack_layers.hpp"

namespace spinflow::recipes::short_sighted {

inline constexpr double most_rows = 1e9;
inline constexpr double largest_side = 256;

struct ModelSettings : Section {
  using Section::Section;
  std::vector<std::string> use = setting("use");
  std::vector<double> critical_couplings = setting("critical_couplings", {.least = 1e-6});
  std::vector<double> critical_coupling_errors = setting("critical_coupling_errors", {.least = 0});
};

struct McSettings : Section {
  using Section::Section;
  std::vector<std::int64_t> sizes = setting("sizes", {.least = 4, .most = 1024});
  std::vector<std::int64_t> records = setting("records", {.least = 4, .most = 1e9});
  std::int64_t batches = setting("batches", {.least = 8, .most = 10000});
  std::int64_t burn_in = setting("burn_in", {.least = 0, .most = 1e9});
  std::int64_t thinning = setting("thinning", {.least = 1, .most = 1e6});
  double spread = setting("spread", {.least = 0.01, .most = 2});
};

struct RbmSettings : Section {
  using Section::Section;
  std::vector<std::int64_t> sizes = setting("sizes", {.least = 4, .most = 64});
  std::int64_t configurations = setting("configurations", {.least = 2, .most = most_rows});
  std::int64_t seeds = setting("seeds", {.least = 1, .most = 1000});
  std::vector<std::string> arms = setting("arms", {}, {"good", "cheap"});
  std::int64_t batch_size = setting("batch_size", {.least = 1, .most = most_rows});
  double momentum = setting("momentum", {.least = 0, .most = 0.9999});
  double initial_sigma = setting("initial_sigma", {.least = 0});
  std::int64_t steps = setting("steps", {.least = 4, .most = 999999});
  std::int64_t chains = setting("chains", {.least = 2, .most = most_rows});
};

struct ArmSettings : Section {
  using Section::Section;
  std::int64_t k = setting("k", {.least = 1, .most = 100000});
  double hidden_share = setting("hidden_share", {.least = 0.001, .most = 100});
  double learning_rate = setting("learning_rate", {.least = 0, .most = 1e6});
  double final_learning_rate = setting("final_learning_rate", {.least = 0, .most = 1e6});
  std::int64_t updates = setting("updates", {.least = 1, .most = 1e9});
};

struct RangeSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 4, .most = 64});
  std::vector<double> narrow = setting("narrow", {.least = 0, .most = 100});
  std::vector<double> wide = setting("wide", {.least = 0, .most = 100});
  std::vector<double> starts = setting("starts", {.least = 0, .most = 100});
  std::int64_t seeds = setting("seeds", {.least = 1, .most = 1000});
  std::int64_t steps = setting("steps", {.least = 4, .most = 999999});
  std::int64_t chains = setting("chains", {.least = 2, .most = most_rows});
  std::int64_t early_steps = setting("early_steps", {.least = 1, .most = 999999});
};

struct StackSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 4, .most = largest_side});
  std::vector<std::int64_t> hidden = setting("hidden", {.least = 4, .most = 100000});
  std::vector<double> shrinkages = setting("shrinkages", {.least = 0, .most = 1e3});
  std::int64_t configurations = setting("configurations", {.least = 2, .most = most_rows});
  std::int64_t seeds = setting("seeds", {.least = 1, .most = 1000});
  std::int64_t batch_size = setting("batch_size", {.least = 1, .most = most_rows});
  std::int64_t updates = setting("updates", {.least = 1, .most = 1e9});
  double learning_rate = setting("learning_rate", {.least = 1e-9, .most = 1e6});
  double final_learning_rate = setting("final_learning_rate", {.least = 1e-9, .most = 1e6});
  double momentum = setting("momentum", {.least = 0, .most = 0.9999});
  double initial_sigma = setting("initial_sigma", {.least = 0});
  std::vector<double> starts = setting("starts", {.least = 0.01, .most = 100});
};

struct CorrelatorSettings : Section {
  using Section::Section;
  std::int64_t configurations = setting("configurations", {.least = 10, .most = most_rows});
  std::int64_t permutations = setting("permutations", {.least = 9, .most = 1e6});
};

struct CouplingSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 8, .most = 256});
  std::vector<double> temperatures = setting("temperatures", {.least = 0.01, .most = 100});
  std::int64_t configurations = setting("configurations", {.least = 10, .most = most_rows});
  std::vector<std::int64_t> rbm_steps = setting("rbm_steps", {.least = 0, .most = 999999});
};

struct Settings {
  ModelSettings models;
  McSettings mc;
  RbmSettings rbm;
  ArmSettings good;
  ArmSettings cheap;
  RangeSettings range;
  StackSettings stack;
  StackSettings large;
  CorrelatorSettings correlators;
  CouplingSettings couplings;
  Criteria criteria;
};

/// Error(input) naming section and key.
[[nodiscard]] Settings settings_from(const io::Settings& settings);

/// One of the models, with the critical point that data and readings refer to.
struct Subject {
  std::string id;                              ///< "sigma-1.25", "nearest": in tables and names of files
  std::string label;                           ///< "sigma = 1.25", "nearest neighbours"
  std::shared_ptr<const models::Model> model;  ///< on some square lattice
  double critical_coupling = 0;                ///< K_c
  double critical_coupling_error = 0;
  analysis::Universality theory;

  [[nodiscard]] double critical_temperature() const { return 1 / critical_coupling; }
  [[nodiscard]] bool long_range() const { return id != "nearest"; }
  /// The id where points are not allowed: in the names of figures.
  [[nodiscard]] std::string figure_id() const;
  [[nodiscard]] std::shared_ptr<const models::Model> on(std::int64_t side) const;
};
[[nodiscard]] std::vector<Subject> subjects(const ModelSettings& settings);

// --- Part (a): Monte Carlo.

struct CriticalRun {
  std::string model;
  results::Results results;  ///< of `spinflow critical`
};
/// Names of the pieces that the stages keep.
[[nodiscard]] std::vector<std::string> pieces(const Settings& settings);
/// The fixed plan of a model's run.
[[nodiscard]] studies::CriticalPlan plan_of(const McSettings& settings, const Subject& subject,
                                            std::uint64_t seed);
/// Runs the plan of every model in a folder of its own (critical-<model>) in the run folder.
[[nodiscard]] std::vector<CriticalRun> run_critical_points(const RunFolder& folder, const Settings& settings,
                                                           const std::vector<Subject>& models);

// --- Part (b): the flow of one RBM.

/// What a flow at T_c (arm "good", "cheap"), or the data ("data"), says at one size.
using studies::SizeReading;
/// A flow of an RBM that saw a range of temperatures.
struct RangeFlow {
  std::string model;
  std::string range;  ///< "narrow", "wide"
  std::size_t seed = 0;
  std::vector<flow::Trajectory> starts;  ///< empty if the training failed
};
[[nodiscard]] std::vector<SizeReading> run_flows(const RunFolder& folder, const Settings& settings,
                                                 const std::vector<Subject>& models);
[[nodiscard]] std::vector<RangeFlow> run_ranges(const RunFolder& folder, const Settings& settings,
                                                const std::vector<Subject>& models);

// --- Parts (c) and (d): stacks beside the renormalization group.

using studies::Excess;
using studies::LayerBin;
using studies::LayerGauge;
using studies::LayerReading;
using studies::StackLayers;

/// The file of a trained stack, without its ending.
[[nodiscard]] std::string stack_name(const std::string& model, std::int64_t size, double shrinkage,
                                     std::size_t seed);
[[nodiscard]] StackLayers run_stacks(const RunFolder& folder, const Settings& settings,
                                     const std::vector<Subject>& models);

// --- Couplings of ensembles under all maps.

/// Empty if the nearest-neighbour model is not among the models.
[[nodiscard]] std::vector<studies::CouplingStep> run_couplings(const RunFolder& folder,
                                                               const Settings& settings,
                                                               const std::vector<Subject>& models);

/// Everything the claims and figures are made from.
struct Measurements {
  Settings settings;
  std::vector<Subject> models;
  std::vector<CriticalRun> critical;
  std::vector<SizeReading> sizes;
  std::vector<RangeFlow> ranges;
  StackLayers stacks;
  std::vector<studies::CouplingStep> couplings;

  [[nodiscard]] const Subject& subject(const std::string& id) const;
  /// "a2": the id of a claim about the second model.
  [[nodiscard]] std::string numbered(const std::string& claim, const Subject& subject) const;
  [[nodiscard]] const CriticalRun* critical_run(const std::string& id) const;
};

/// "data" and the arms of [rbm].
[[nodiscard]] std::vector<std::string> arms_of(const Measurements& m);
/// The readings of an arm.
[[nodiscard]] studies::SeedScaling scaling_of(const Measurements& m, const Subject& subject,
                                              const std::string& arm);

inline constexpr const char* ranges[] = {"narrow", "wide"};
/// T/T_c as a thermometer reads it.
[[nodiscard]] stats::Estimate ratio_of(const Subject& subject, const flow::FlowStep& step,
                                       const std::string& gauge = "bond-energy");
/// Where the flows from the coldest and the hottest start of a range stop, in T/T_c by one thermometer.
[[nodiscard]] studies::Stop range_stop(const Measurements& m, const std::string& model,
                                       const std::string& range, const std::string& gauge = "bond-energy");
/// The exponent of |m| against 1 - T/T_c after `step` reconstructions, per seed.
[[nodiscard]] std::vector<stats::Estimate> order_exponents(const Measurements& m, const std::string& model,
                                                           const std::string& range, int step);

/// T_c/T - 1 of a layer, a mean over seeds: studies::excess_of.
[[nodiscard]] Excess excess_of(const Measurements& m, const studies::LayerOf& of, double start = 1,
                               LayerGauge gauge = &LayerReading::bonds);
/// Layer of a map (and its shrinkage; NaN for the renormalization group) on the lattice of [stack].
[[nodiscard]] studies::LayerOf layer_of(const Measurements& m, const Subject& subject, const std::string& map,
                                        double shrinkage, int layer);

[[nodiscard]] std::vector<results::Claim> claims(const Measurements& m);
/// Claim (a) of one model; (b); (c) and (d) of one model.
[[nodiscard]] results::Claim claim_a(const Measurements& m, const Subject& subject);
[[nodiscard]] std::vector<results::Claim> claims_b(const Measurements& m);
[[nodiscard]] results::Claim claim_c(const Measurements& m, const Subject& subject);
[[nodiscard]] results::Claim claim_d(const Measurements& m, const Subject& subject);

/// Tables and values of the parts.
void add_critical_tables(const Measurements& m, results::Results& results);
void add_scaling_tables(const Measurements& m, results::Results& results);
void add_stack_tables(const Measurements& m, results::Results& results);
void add_coupling_tables(const Measurements& m, results::Results& results);

/// What the TOML says of the figures.
[[nodiscard]] inline const FigureTexts& texts() { return FigureTexts::of("short-sighted"); }
/// Figures of the parts.
[[nodiscard]] std::vector<results::Figure> critical_figures(const Measurements& m);
[[nodiscard]] std::vector<results::Figure> scaling_figures(const Measurements& m);
/// `folder`: that of the run, for the stacks themselves.
[[nodiscard]] std::vector<results::Figure> stack_figures(const RunFolder& folder, const Measurements& m);
[[nodiscard]] std::vector<results::Figure> coupling_figures(const Measurements& m);

}  // namespace spinflow::recipes::short_sighted

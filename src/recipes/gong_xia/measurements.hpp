// SPDX-License-Identifier: Apache-2.0
// The recipe gong-xia: settings, stages that compute, claims that judge, tables and figures that show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recipes/frame.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/analysis/feature_couplings.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/studies/chain_net.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "studies/unit_correlations.hpp"

namespace spinflow::recipes::gong_xia {

inline constexpr double most_rows = 1e9;
inline constexpr double longest_chain = 4096;
inline constexpr double largest_block = 1024;
// Chains are drawn at T = 1/K; beyond, all outputs of a scheme agree in any number of rows.
inline constexpr double weakest_coupling = 0.01;
inline constexpr double strongest_coupling = 10;

/// Experiment A: one net per scheme, K, b and seed.
struct CellSettings : Section {
  using Section::Section;
  std::vector<double> couplings =
      setting("couplings", {.least = weakest_coupling, .most = strongest_coupling});
  std::int64_t decimation_size = setting("decimation_size", {.least = 4, .most = longest_chain});
  std::vector<std::int64_t> decimation_factors =
      setting("decimation_factors", {.least = 2, .most = largest_block});
  std::int64_t majority_size = setting("majority_size", {.least = 4, .most = longest_chain});
  std::vector<std::int64_t> majority_factors =
      setting("majority_factors", {.least = 3, .most = largest_block});
  std::int64_t training = setting("training", {.least = 10, .most = most_rows});
  std::int64_t test = setting("test", {.least = 10, .most = most_rows});
  std::int64_t seeds = setting("seeds", {.least = 1, .most = 1000});
};

/// Experiment B: nets on top of each other.
struct DepthSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 4, .most = longest_chain});
  double coupling = setting("coupling", {.least = weakest_coupling, .most = strongest_coupling});
  std::int64_t factor = setting("factor", {.least = 2, .most = largest_block});
  std::int64_t steps = setting("steps", {.least = 1, .most = 12});
};

/// Experiment C and its scans, at one cell.
struct CourseSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 4, .most = longest_chain});
  double coupling = setting("coupling", {.least = weakest_coupling, .most = strongest_coupling});
  std::int64_t factor = setting("factor", {.least = 2, .most = largest_block});
  std::vector<std::int64_t> updates = setting("updates", {.least = 0, .most = 1e9});
  std::vector<std::int64_t> depths = setting("depths", {.least = 0, .most = 16});
  std::vector<std::int64_t> widths = setting("widths", {.least = 1, .most = 100000});
  std::vector<std::string> activations = setting("activations", {}, {"tanh", "relu"});
  std::vector<std::string> optimizers = setting("optimizers", {}, {"adam", "sgd"});
  double sgd_learning_rate = setting("sgd_learning_rate", {.least = 1e-9, .most = 1e6});
  double sgd_momentum = setting("sgd_momentum", {.least = 0, .most = 0.9999});
  std::vector<std::int64_t> rows = setting("rows", {.least = 10, .most = most_rows});
};

/// N -> infinity at fixed b, and b -> N.
struct LimitSettings : Section {
  using Section::Section;
  double coupling = setting("coupling", {.least = weakest_coupling, .most = strongest_coupling});
  std::int64_t factor = setting("factor", {.least = 2, .most = largest_block});
  std::vector<std::int64_t> sizes = setting("sizes", {.least = 4, .most = longest_chain});
  std::int64_t size = setting("size", {.least = 4, .most = longest_chain});
  std::vector<std::int64_t> factors = setting("factors", {.least = 2, .most = largest_block});
};

/// Chains in a field, for the flow in the plane (K, h).
struct FieldSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 6, .most = longest_chain});
  std::int64_t factor = setting("factor", {.least = 2, .most = largest_block});
  std::vector<double> couplings =
      setting("couplings", {.least = weakest_coupling, .most = strongest_coupling});
  std::vector<double> fields = setting("fields", {.least = -5, .most = 5});
};

/// Nets with another task, read at their hidden units.
struct GenericSettings : Section {
  using Section::Section;
  std::int64_t size = setting("size", {.least = 4, .most = longest_chain});
  std::vector<double> couplings =
      setting("couplings", {.least = weakest_coupling, .most = strongest_coupling});
  std::vector<std::string> targets =
      setting("targets", {}, {"label:temperature", "sign-magnetization", "magnetization", "autoencode"});
  std::vector<std::int64_t> updates = setting("updates", {.least = 0, .most = 1e9});
};

struct Settings {
  trainers::SupervisedOptions network;
  CellSettings cells;
  DepthSettings depth;
  CourseSettings course;
  LimitSettings limits;
  FieldSettings field;
  GenericSettings generic;
  Criteria criteria;
};

/// Error(input) naming section and key.
[[nodiscard]] Settings settings_from(const io::Settings& settings);

/// A net and what its signs are on test chains of its own.
struct NetReading : studies::ChainNetReading {
  std::string study;   ///< "cells", "untrained", "course", "architecture", "data", "size", "factor"
  std::string scheme;  ///< "decimation", "majority"
  double coupling = 0;
  std::int64_t size = 0;
  std::int64_t factor = 0;
  std::string variant = {};  ///< "3 hidden layers", "relu", "sgd", "1000 chains", ...; empty: as in [network]
  std::size_t seed = 0;
  std::int64_t update = 0;  ///< updates done
};

/// Draws training and test chains of its own, trains, and reads the net at `updates` (the last update is
/// always among them). `net` names the streams.
struct NetPlan {
  NetReading begin;  ///< study, scheme, coupling, size, factor, variant, seed
  trainers::SupervisedOptions options = {};
  std::int64_t training = 0;               ///< chains
  std::int64_t test = 0;                   ///< chains
  std::vector<std::int64_t> updates = {};  ///< further looks
};
[[nodiscard]] std::vector<NetReading> read_nets(const RunFolder& folder, const std::vector<NetPlan>& plans);

/// A step of experiment B.
struct DepthReading : studies::ComposedStep {
  std::string arm;  ///< "exact": net n was trained on exact chains at K_(n-1); "predecessor": on its input
  std::size_t seed = 0;
};

/// A net on chains in a field.
struct FieldReading : studies::FieldNetReading {
  double coupling = 0;
  double field = 0;
  std::size_t seed = 0;
};

/// Hidden units of a net with another task.
struct GenericReading {
  std::string target;
  std::size_t seed = 0;
  std::int64_t update = 0;
  double loss = 0;      ///< on the test chains
  double accuracy = 0;  ///< of classes and of autoencoded spins; NaN for a number
  analysis::FeatureCouplings features;
};

/// Correlations of outputs (or hidden units) of one net: "hidden units, autoencode, trained", ...
using studies::CorrelationMatrix;

// The stages. Each keeps its results in the folder.
/// Names of the pieces that the stages keep.
[[nodiscard]] std::vector<std::string> pieces(const Settings& settings);
[[nodiscard]] std::vector<NetReading> run_cells(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<NetReading> run_limits(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<DepthReading> run_depth(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<FieldReading> run_fields(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<NetReading> run_course(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<GenericReading> run_generic(const RunFolder& folder, const Settings& settings);
[[nodiscard]] std::vector<CorrelationMatrix> run_matrices(const RunFolder& folder, const Settings& settings);

/// Everything the claims and figures are made from.
struct Measurements {
  Settings settings;
  std::vector<NetReading> cells;   ///< trained and untrained
  std::vector<NetReading> limits;  ///< studies "size", "factor"
  std::vector<DepthReading> depth;
  std::vector<FieldReading> fields;
  std::vector<NetReading> course;  ///< studies "course", "architecture", "data"
  std::vector<GenericReading> generic;
  std::vector<CorrelationMatrix> matrices;
};

[[nodiscard]] std::vector<results::Claim> claims_rg(const Measurements& m);        ///< A, B, limits
[[nodiscard]] std::vector<results::Claim> claims_training(const Measurements& m);  ///< C, controls, generic

void add_rg_tables(const Measurements& m, results::Results& results);
void add_training_tables(const Measurements& m, results::Results& results);
[[nodiscard]] std::vector<results::Figure> rg_figures(const Measurements& m);
[[nodiscard]] std::vector<results::Figure> training_figures(const Measurements& m);

}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spinflow/analysis/weight_analysis.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::studies {

/// A network whose weights are looked at.
struct StudiedNetwork {
  std::string name;  ///< "V", or "30 epochs" within a group
  networks::Rbm rbm;
  double sigma0 = 0;  ///< standard deviation of its initial weights
  /// Networks of one group are one thing growing (training lengths of type V): they share a panel and a ramp
  /// of colours, and where a figure has room for few the last one stands for all. Empty for all, or for none.
  std::string group = {};
};

/// Spin correlations that A = W^T W is held against.
struct ReferenceCorrelation {
  std::string name;                              ///< "T = 2.25"
  double temperature = 0;                        ///< in J/k_B; NaN: not known
  std::vector<stats::Estimate> by_distance;      ///< G(r), r = 1, 2, ...: ensemble::correlation
  std::vector<stats::Estimate> by_displacement;  ///< ensemble::displacement_correlation
  /// Means of the same over stretches of rows, for errors of what is computed from all displacements
  /// together; empty: there is no error.
  stats::Pieces pieces = {.n_observables = 0, .means = {}, .weights = {}};
};

/// Of every temperature of an ensemble, ascending; up to 20 pieces each, of successive rows (a chain's rows
/// stand in time order, so these are long stretches of it).
[[nodiscard]] std::vector<ReferenceCorrelation> reference_correlations(const ensemble::Ensemble& ensemble);

/// Pearson coefficient of A and the spin correlations over all pairs of different sites; its error is that of
/// the correlations, by jackknife over the reference's pieces.
[[nodiscard]] stats::Estimate likeness(const networks::Rbm& rbm, const analysis::WeightAnalysis& weights,
                                       const ReferenceCorrelation& reference);

/// What the weights of one network have of spin correlations.
struct CorrelationsInWeights {
  stats::Estimate likeness;  ///< `likeness`
  double uniform = 0;        ///< overlap^2 of the first eigenvector of A with the uniform mode
  double longest = 0;        ///< share of the longest waves in the next eigenvectors, as many as these are
};
/// `sigma0`: standard deviation of its initial weights.
[[nodiscard]] CorrelationsInWeights correlations_in_weights(const networks::Rbm& rbm, double sigma0,
                                                            const ReferenceCorrelation& reference);

/// Those of networks of several training seeds.
struct SeedCorrelations {
  std::vector<double> likeness;
  std::vector<double> uniform;
  std::vector<double> longest;
  double reference_error = 0;  ///< of `likeness`, from the sampled correlations, the same for all seeds

  void add(const networks::Rbm& rbm, double sigma0, const ReferenceCorrelation& reference);
  /// The mean of `likeness`: the scatter over seeds and the error of the reference.
  [[nodiscard]] stats::Estimate coefficient() const;
};

/// Analyses the networks (one at least, all on the lattice of the references; references may be none) and
/// appends to `out` the figures <prefix>-spectrum, -distance, -likeness, -displacements, -lambda, -shells,
/// -eigenvectors, -patterns, -receptive-fields, and the tables <prefix>_networks, _spectrum, _distance,
/// _shells, _likeness (hyphens of the prefix as underscores). Returns the analyses
/// in the order of the networks.
std::vector<analysis::WeightAnalysis> weight_study(std::span<const StudiedNetwork> networks,
                                                   std::span<const ReferenceCorrelation> references,
                                                   results::Results& out,
                                                   const std::string& prefix = "weights");

/// Appends the numbers that stand for one network: largest_eigenvalue, noise_edge, eigenvalues_above_noise,
/// uniform_overlap_of_the_first.
void add_weight_values(const analysis::WeightAnalysis& weights, results::Results& out);

/// The names of those figures and tables.
[[nodiscard]] std::vector<std::string> weight_study_names(const std::string& prefix = "weights");

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
// Numbers of several ensembles beside each other: observables, P(|m|), sizes of clusters.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

/// An ensemble, as tables and figures call it.
struct NamedEnsemble {
  std::string name;
  std::vector<ensemble::Ensemble> parts;
  /// The parts are of training seeds: numbers are means over them, with errors over them. Otherwise there is
  /// one part, and errors are those over its rows.
  bool of_seeds = false;

  /// The numbers that `of` reads, of the parts together.
  [[nodiscard]] std::vector<stats::Estimate> numbers(
      const std::function<std::vector<stats::Estimate>(const ensemble::Ensemble&)>& of) const;
};

/// A row per ensemble: e, sd(e), N Var(e), <|m|>, largest cluster, clusters per site, G(1), G(2), ...
[[nodiscard]] results::Table ensemble_table(const std::vector<NamedEnsemble>& ensembles);

/// A probability of one ensemble: of a value of |m|, or of a range of sizes.
struct EnsembleBin {
  std::string ensemble;
  double least = 0;
  double most = 0;
  stats::Estimate share;
};

/// P(|m|): `shares[i]` belongs to the i-th value that |m| of `sites` spins can take.
[[nodiscard]] std::vector<EnsembleBin> magnetization_bins(const std::string& ensemble,
                                                          const std::vector<stats::Estimate>& shares,
                                                          int sites);
/// That of an ensemble.
[[nodiscard]] std::vector<EnsembleBin> magnetization_bins(const NamedEnsemble& ensemble);
/// The exact one of independent spins of mean m, and that of the nearest-neighbour Ising model at T (in
/// J/k_B): both without errors. The latter is empty where the lattice is too wide for it.
[[nodiscard]] std::vector<EnsembleBin> magnetization_bins_of_product(const std::string& name, double m,
                                                                     int sites);
[[nodiscard]] std::vector<EnsembleBin> magnetization_bins_of_ising(const std::string& name,
                                                                   const lattice::Lattice& lattice,
                                                                   double temperature);
/// Columns ensemble, abs_m, probability, error.
[[nodiscard]] results::Record<EnsembleBin> magnetization_bin_record();

/// Share of the sites in clusters of some size, by `ensemble::clusters`.
[[nodiscard]] std::vector<EnsembleBin> cluster_bins(const NamedEnsemble& ensemble);
/// Columns ensemble, least, most, share, error.
[[nodiscard]] results::Record<EnsembleBin> cluster_bin_record();

/// A configuration to be drawn.
[[nodiscard]] results::Image image_of(const ensemble::Ensemble& ensemble, std::size_t row,
                                      std::string label = {});

/// G(1) - G(r_max), r_max half the side, with its error over 100 parts of the rows: distances of one
/// configuration fluctuate together.
[[nodiscard]] stats::Estimate correlation_fall(const ensemble::Ensemble& ensemble);

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
// What the units of dense nets have in common: correlations, and couplings read off them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "spinflow/analysis/feature_couplings.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/trainers/supervised_targets.hpp"

namespace spinflow::studies {

/// The last hidden units of a net with any task, on test rows.
struct HiddenUnits {
  double loss = 0;
  double accuracy = 0;  ///< of classes and of autoencoded spins; NaN for a number
  analysis::FeatureCouplings couplings;
};
/// Couplings given the label are of the class of a classifier's row; of other nets of the sign of M (0 counts
/// as up), as the target sign-magnetization has it. `targets`: of the rows.
[[nodiscard]] HiddenUnits hidden_units(const networks::Dense& net, const ensemble::Ensemble& rows,
                                       const trainers::Targets& targets);

/// Correlations between units of one net, (units, units).
struct CorrelationMatrix {
  std::string net;  ///< "decimation, trained", ...
  std::size_t units = 0;
  std::vector<double> values = {};
};
/// Of its last hidden units, or of the signs of its outputs; the first 32, where there are more.
[[nodiscard]] CorrelationMatrix hidden_correlations(std::string name, const networks::Dense& net,
                                                    const ensemble::Ensemble& rows);
[[nodiscard]] CorrelationMatrix output_correlations(std::string name, const networks::Dense& net,
                                                    const ensemble::Ensemble& rows);

/// An element of a matrix, as a table keeps it: net, units, value.
struct CorrelationEntry {
  std::string net;
  std::size_t units = 0;
  double value = 0;
};
[[nodiscard]] results::Record<CorrelationEntry> correlation_entry_record();
[[nodiscard]] std::vector<CorrelationEntry> entries_of(const CorrelationMatrix& matrix);
/// Successive entries of one net are one matrix, whole or not.
[[nodiscard]] std::vector<CorrelationMatrix> matrices_of(const std::vector<CorrelationEntry>& entries);

/// `figure` with the matrices beside each other; of one size, one at least.
[[nodiscard]] results::Figure correlation_map(results::HeatMap figure,
                                              const std::vector<CorrelationMatrix>& matrices);

}  // namespace spinflow::studies

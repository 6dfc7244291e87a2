// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

/// How likely configurations are under a network, in nats per configuration, with the errors of the rows.
struct LikelihoodOfRows {
  double temperature = 0;  ///< in J/k_B; NaN: not known, or of several
  std::size_t n = 0;
  stats::Estimate log_likelihood;     ///< <ln P(v)>; the error of ln Z is not in it
  stats::Estimate pseudo_likelihood;  ///< <sum_i ln P(v_i | all other v)>, exact (Besag 1975)
};

struct Likelihoods {
  networks::LogPartition partition;
  std::vector<LikelihoodOfRows> groups;  ///< one per temperature, ascending
  LikelihoodOfRows all;
  networks::LogLikelihood mean;  ///< of all rows, with the error of ln Z alone: networks::converged judges it
};

/// Likelihoods of a data set under an RBM that is trained already.
///
///     auto found = studies::likelihoods(rbm, data, {}, 1);
///     double nats = found.all.log_likelihood.value;
///
/// `options`, `seed`: of ln Z where it is not exact. Error(input) for no rows or another number of spins than
/// the network has.
[[nodiscard]] Likelihoods likelihoods(const networks::Rbm& rbm, const ensemble::Ensemble& data,
                                      const networks::AisOptions& options, std::uint64_t seed,
                                      base::Observer& observer = base::silent());

}  // namespace spinflow::studies

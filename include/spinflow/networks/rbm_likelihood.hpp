// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "spinflow/base/observer.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::networks {

/// How ln Z is estimated where the exact sum is out of reach.
struct AisOptions {
  std::int64_t chains = 256;   ///< independent annealed chains, >= 2
  std::int64_t steps = 5000;   ///< inverse temperatures after the first, evenly spaced from 0 to 1, >= 1
  std::int64_t replicas = 20;  ///< of the tempering that makes the samples of the reverse estimate, >= 1
  std::int64_t rounds = 1000;  ///< of that tempering before each chain gives its one sample, >= 1
};

/// ln Z of an RBM.
struct LogPartition {
  double value = 0;            ///< nats
  double error = 0;            ///< one standard error, jackknife over the chains; 0 if exact
  std::string method = "ais";  ///< "exact", "ais" or "reverse-ais"
  /// (sum of the chains' weights)^2 / sum of their squares: 1 ... chains; 0 if exact.
  double effective_sample_size = 0;
  /// The estimate from the other side, of `log_partition` only; empty if exact.
  std::optional<stats::Estimate> reverse = {};
};

/// ln Z by annealed importance sampling (Neal 2001; Salakhutdinov and Murray 2008). With the hidden units
/// summed out, -F_beta(v) = beta b.v + sum_a ln 2 cosh(beta (c + W v)_a) belongs to beta times the energy, so
/// that beta = 0 is uniform over v with ln Z_0 = (N_v + N_h) ln 2. A chain begins there and goes through
/// beta_k = k / steps by the step h ~ P_beta(h | v), v ~ P_beta(v | h), with the weight
///   w = prod_k exp(F_beta_{k-1}(v_{k-1}) - F_beta_k(v_{k-1})),   Z = Z_0 <w>.
/// The mean weight has no bias, so ln Z comes out too small on average, and much too small where the chains
/// miss a mode: a likelihood from it is optimistic. A small effective sample size says that the error is
/// not to be trusted.
///
/// Chains run in pieces of 64, streams (seed and identity of the network, "rbm.ais", piece): same seed, same
/// bits, for any number of threads and SIMD level. Error(input) for options outside their limits;
/// Error(failure) for parameters so large that the fields overflow.
[[nodiscard]] LogPartition ais_log_partition(const Rbm& rbm, const AisOptions& options, std::uint64_t seed,
                                             base::Observer& observer = base::silent());

/// ln Z from the other side (Burda, Grosse, Salakhutdinov 2015): the chains begin at `samples` (n,
/// n_visible), n >= 2, which must be independent draws of the RBM, and go from beta = 1 to 0; Z_0 / Z = <w>,
/// so that ln Z comes out too large on average: a likelihood from it is pessimistic. It is no better than its
/// samples. Uses only `options.steps`; streams as above with "rbm.reverse_ais".
[[nodiscard]] LogPartition reverse_ais_log_partition(const Rbm& rbm, const kernels::PackedSpins& samples,
                                                     const AisOptions& options, std::uint64_t seed,
                                                     base::Observer& observer = base::silent());

/// ln Z: the exact sum if the smaller layer has at most `most_exact_units`, otherwise by AIS, and beside it
/// the reverse estimate from as many independent chains of RbmTempering, `options.rounds` rounds after a
/// random start.
[[nodiscard]] LogPartition log_partition(const Rbm& rbm, const AisOptions& options, std::uint64_t seed,
                                         base::Observer& observer = base::silent());

/// Mean of ln P(v) over the rows of a data set.
struct LogLikelihood {
  double value = 0;            ///< nats per configuration
  double error = 0;            ///< that of ln Z, one standard error; the choice of the rows is not in it
  std::string method = "ais";  ///< "exact" or "ais"
  double effective_sample_size = 0;  ///< as in LogPartition
  /// With ln Z from the other side, likewise; empty if exact.
  std::optional<stats::Estimate> reverse = {};
};

/// -`mean_free_energy` - ln Z, in nats per configuration: that of the rows with this mean.
[[nodiscard]] LogLikelihood likelihood_of(double mean_free_energy, const LogPartition& log_z);

/// Whether the number can be quoted: exact, or by AIS with an effective sample size of at least 10 and the
/// two sides within max(0.5 nats, 3 of their combined standard errors).
[[nodiscard]] bool converged(const LogLikelihood& likelihood);

/// -<F(v)> - ln Z: the mean free energy of the rows of `v` (n, n_visible), n >= 1, and the ln Z of
/// `log_partition(rbm, options, seed, observer)`. Error(input) for no rows or another number of spins, else
/// as `log_partition`.
[[nodiscard]] LogLikelihood log_likelihood(const Rbm& rbm, const kernels::PackedSpins& v,
                                           const AisOptions& options, std::uint64_t seed,
                                           base::Observer& observer = base::silent());

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/exact/mixture.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

// What it rests on.
inline constexpr base::Work neal2001{.key = "neal2001",
                                     .kind = "article",
                                     .author = "Neal, Radford M.",
                                     .title = "Annealed importance sampling",
                                     .journal = "Statistics and Computing",
                                     .volume = "11",
                                     .pages = "125--139",
                                     .year = 2001,
                                     .doi = "10.1023/A:1008923215028",
                                     .arxiv = "physics/9803008"};
inline constexpr base::Work salakhutdinov2008{
    .key = "salakhutdinov2008",
    .kind = "inproceedings",
    .author = "Salakhutdinov, Ruslan and Murray, Iain",
    .title = "On the quantitative analysis of deep belief networks",
    .journal = "Proceedings of the 25th International Conference on Machine Learning (ICML '08)",
    .pages = "872--879",
    .year = 2008,
    .doi = "10.1145/1390156.1390266"};
inline constexpr base::Work burda2015{
    .key = "burda2015",
    .kind = "inproceedings",
    .author = "Burda, Yuri and Grosse, Roger and Salakhutdinov, Ruslan",
    .title = "Accurate and conservative estimates of MRF log-likelihood using reverse annealing",
    .journal =
        "Proceedings of the Eighteenth International Conference on Artificial Intelligence and Statistics",
    .volume = "38",
    .pages = "102--110",
    .year = 2015,
    .arxiv = "1412.8566"};

/// How hard it is looked at; the ranges are those of networks::AisOptions and networks::RbmTempering.
struct ModelQualityOptions {
  std::int64_t ais_chains = 256;
  std::int64_t ais_steps = 5000;         ///< inverse temperatures
  std::int64_t tempering_chains = 100;   ///< chains that sample the model
  std::int64_t tempering_sweeps = 4000;  ///< of each of them, after a quarter as many
  std::int64_t replicas = 20;
  // Of the three streams.
  std::uint64_t tempering_seed = 1;
  std::uint64_t ais_seed = 2;
  std::uint64_t reverse_seed = 3;
};

/// How good a model of a mixture of Ising ensembles an RBM is. In nats per configuration, per site in J.
struct ModelQuality {
  stats::Estimate log_likelihood = {};             ///< by the exact sum if it is in reach, else by AIS
  stats::Estimate log_likelihood_ais = {};         ///< optimistic
  stats::Estimate ais_effective_sample_size = {};  ///< without an error
  stats::Estimate log_likelihood_reverse = {};     ///< pessimistic
  stats::Estimate kl_divergence = {};              ///< of the model from the mixture
  stats::Estimate free_energy_gap = {};            ///< how much better it knows the seen rows than fresh ones
  stats::Estimate energy = {};                     ///< of the model's own samples, as the next two
  stats::Estimate sd_energy = {};
  stats::Estimate abs_m = {};
  stats::Estimate least_swap_rate = {};  ///< of the tempering, without an error
  stats::Estimate round_trips = {};      ///< likewise
};

/// A number of it, with its name in tables.
struct ModelQualityNumber {
  const char* name;
  stats::Estimate ModelQuality::*member;
  bool has_error = true;
};
[[nodiscard]] const std::vector<ModelQualityNumber>& model_quality_numbers();

/// Whether ln Z of such a network is a sum over the smaller layer.
[[nodiscard]] bool has_exact_likelihood(std::size_t n_visible, std::size_t n_hidden);

///     const exact::IsingMixture mixture(lattice, {1.5, 2.5});
///     const auto quality = studies::model_quality(rbm, mixture, fresh, seen);
///     quality.kl_divergence;   // value, error
///
/// `fresh`: configurations of the mixture, of which the network saw none; `seen`: those that it was trained
/// on; as many at each temperature. Errors over configurations and chains, and that of ln Z. Error(failure)
/// as `networks::ais_log_partition`, Error(input) for rows of another number of spins.
[[nodiscard]] ModelQuality model_quality(const networks::Rbm& rbm, const exact::IsingMixture& mixture,
                                         const ensemble::Ensemble& fresh, const ensemble::Ensemble& seen,
                                         const ModelQualityOptions& options = {},
                                         base::Observer& observer = base::silent());

/// Over networks of several training seeds: to the scatter is added the mean error of one network, which all
/// may share (that of the fresh rows).
[[nodiscard]] ModelQuality mean_quality(const std::vector<ModelQuality>& seeds);

/// What one network gives, or why it gives nothing (annealing that found no finite ln Z, say).
struct SeedQuality {
  std::string failure = {};
  ModelQuality found = {};
};
/// `model_quality`; its Error(failure) is what is found too.
[[nodiscard]] SeedQuality seed_quality(const networks::Rbm& rbm, const exact::IsingMixture& mixture,
                                       const ensemble::Ensemble& fresh, const ensemble::Ensemble& seen,
                                       const ModelQualityOptions& options = {},
                                       base::Observer& observer = base::silent());
/// Columns failure, and the numbers with their errors.
[[nodiscard]] results::Record<SeedQuality> seed_quality_record();

/// A kind of network, over its training seeds.
struct StudiedModel {
  std::string id;
  std::string method;
  double k = results::none;
  double hidden = results::none;
  double failures = results::none;  ///< seeds whose ln Z or samples failed
  ModelQuality mean = {};

  /// Takes mean and failures of what its seeds gave.
  void average(const std::vector<SeedQuality>& seeds);
};
/// Columns model, method, k, N_h, failed_seeds, and the numbers with their errors.
[[nodiscard]] results::Record<StudiedModel> studied_model_record();
/// The mixture itself beside its models; `ceiling`: likelihood_ceiling.
[[nodiscard]] StudiedModel perfect_model(const exact::IsingMixture& mixture, const stats::Estimate& ceiling);
/// Its log-likelihoods as points of a figure: "exact" (if it is), "AIS" and "reverse AIS".
[[nodiscard]] std::vector<results::CategoryPoint> likelihood_points(const std::string& category,
                                                                    const ModelQuality& quality, bool exact);

/// What a perfect model would reach: the mean log-likelihood of the mixture itself on these rows, in nats per
/// configuration. Errors over the rows of each temperature.
[[nodiscard]] stats::Estimate likelihood_ceiling(const exact::IsingMixture& mixture,
                                                 const ensemble::Ensemble& fresh);

}  // namespace spinflow::studies

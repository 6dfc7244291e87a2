// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/model_quality.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

namespace {

using ensemble::Ensemble;

/// Mean over temperatures of the means at each: as many rows at each, so the scatter between temperatures is
/// no error.
stats::Estimate stratified(const Ensemble& rows, const std::vector<double>& values) {
  stats::Estimate all{.value = 0, .error = 0};
  const auto groups = ensemble::by_temperature(rows);
  const double share = 1 / static_cast<double>(groups.size());
  for (const auto& group : groups) {
    std::vector<double> here;
    for (const std::size_t row : group.rows) here.push_back(values[row]);
    const auto mean = stats::mean_of_pieces(here);
    all.value += share * mean.value;
    all.error = std::hypot(all.error, share * mean.error);
  }
  return all;
}

/// Of samples of the model itself.
void read_samples(ModelQuality& quality, networks::RbmTempering& chains, const Ensemble& like,
                  std::int64_t sweeps, base::Observer& observer) {
  constexpr std::int64_t stride = 10;  // sweeps between measurements
  chains.sweep(sweeps / 4, 1, observer);
  // e, e^2, |m| of each chain: chains are independent of each other, sweeps of one are not.
  stats::Pieces pieces{
      .n_observables = 3, .means = std::vector<double>(3 * chains.n_chains()), .weights = {}};
  const std::int64_t n = std::max<std::int64_t>(1, sweeps / stride);
  for (std::int64_t i = 0; i < n; ++i) {
    chains.sweep(stride, 1, observer);
    const auto rows = ensemble::from_spins(chains.visible(), like.lattice, like.model);
    for (std::size_t c = 0; c < rows.size(); ++c) {
      pieces.means[3 * c] += rows.energy[c] / static_cast<double>(n);
      pieces.means[3 * c + 1] += rows.energy[c] * rows.energy[c] / static_cast<double>(n);
      pieces.means[3 * c + 2] += std::abs(rows.magnetization[c]) / static_cast<double>(n);
    }
  }
  quality.energy = stats::mean_of_pieces(pieces, 0);
  quality.sd_energy = stats::jackknife(
      pieces, [](std::span<const double> x) { return std::sqrt(std::max(0.0, x[1] - x[0] * x[0])); });
  quality.abs_m = stats::mean_of_pieces(pieces, 2);
  const auto rates = chains.swap_rates();
  quality.least_swap_rate.value =
      rates.empty() ? std::numeric_limits<double>::quiet_NaN() : *std::ranges::min_element(rates);
  quality.round_trips.value = static_cast<double>(chains.round_trips());
}

stats::Estimate log_likelihood_of(const stats::Estimate& free_energy, double log_z, double log_z_error) {
  return {.value = -free_energy.value - log_z, .error = std::hypot(free_energy.error, log_z_error)};
}

}  // namespace

const std::vector<ModelQualityNumber>& model_quality_numbers() {
  static const std::vector<ModelQualityNumber> all = {
      {"log_likelihood", &ModelQuality::log_likelihood},
      {"log_likelihood_ais", &ModelQuality::log_likelihood_ais},
      {"ais_effective_sample_size", &ModelQuality::ais_effective_sample_size, false},
      {"log_likelihood_reverse", &ModelQuality::log_likelihood_reverse},
      {"kl_divergence", &ModelQuality::kl_divergence},
      {"free_energy_gap", &ModelQuality::free_energy_gap},
      {"energy", &ModelQuality::energy},
      {"sd_energy", &ModelQuality::sd_energy},
      {"abs_m", &ModelQuality::abs_m},
      {"least_swap_rate", &ModelQuality::least_swap_rate, false},
      {"round_trips", &ModelQuality::round_trips, false}};
  return all;
}

bool has_exact_likelihood(std::size_t n_visible, std::size_t n_hidden) {
  return std::min(n_visible, n_hidden) <= networks::most_exact_units;
}

ModelQuality model_quality(const networks::Rbm& rbm, const exact::IsingMixture& mixture,
                           const Ensemble& fresh, const Ensemble& seen, const ModelQualityOptions& options,
                           base::Observer& observer) {
  ModelQuality quality;
  networks::RbmTempering chains(rbm, networks::even_betas(static_cast<std::size_t>(options.replicas)),
                                static_cast<std::size_t>(options.tempering_chains), options.tempering_seed);
  read_samples(quality, chains, fresh, options.tempering_sweeps, observer);
  const networks::AisOptions ais{.chains = options.ais_chains, .steps = options.ais_steps};
  const auto forward = networks::ais_log_partition(rbm, ais, options.ais_seed, observer);
  const auto back =
      networks::reverse_ais_log_partition(rbm, chains.visible(), ais, options.reverse_seed, observer);
  const bool exact = has_exact_likelihood(rbm.n_visible(), rbm.n_hidden);
  const double log_z = exact ? networks::exact_log_partition(rbm) : forward.value;
  const double log_z_error = exact ? 0 : forward.error;
  // F + ln p of the mixture, row by row: up to ln Z how far the model is behind there. What is common to the
  // rows of a temperature cancels in it.
  const auto excess = [&](const Ensemble& rows, const std::vector<double>& free_energies) {
    std::vector<double> values;
    for (std::size_t r = 0; r < rows.size(); ++r)
      values.push_back(mixture.log_density(rows.energy[r]) + free_energies[r]);
    return stratified(rows, values);
  };
  const auto free = networks::free_energy(rbm, fresh.spins);
  const auto fresh_excess = excess(fresh, free);
  const auto seen_excess = excess(seen, networks::free_energy(rbm, seen.spins));
  const auto mean = stratified(fresh, free);
  quality.log_likelihood = log_likelihood_of(mean, log_z, log_z_error);
  quality.log_likelihood_ais = log_likelihood_of(mean, forward.value, forward.error);
  quality.ais_effective_sample_size.value = forward.effective_sample_size;
  quality.log_likelihood_reverse = log_likelihood_of(mean, back.value, back.error);
  quality.kl_divergence = {.value = fresh_excess.value + log_z,
                           .error = std::hypot(fresh_excess.error, log_z_error)};
  // The rows that were held out make the gap a tenth too small.
  quality.free_energy_gap = {.value = fresh_excess.value - seen_excess.value,
                             .error = std::hypot(fresh_excess.error, seen_excess.error)};
  return quality;
}

ModelQuality mean_quality(const std::vector<ModelQuality>& seeds) {
  ModelQuality mean;
  for (const auto& [name, member, has_error] : model_quality_numbers()) {
    std::vector<double> values;
    std::vector<double> errors;
    for (const auto& seed : seeds) {
      values.push_back((seed.*member).value);
      errors.push_back((seed.*member).error);
    }
    mean.*member = over_seeds(values);
    if (has_error) (mean.*member).error = std::hypot((mean.*member).error, over_seeds(errors).value);
  }
  return mean;
}

namespace {

/// All numbers of a member, in the order of the table.
template <class T>
results::Record<T> with_quality(results::Record<T> record, ModelQuality T::*member) {
  for (const auto& number : model_quality_numbers()) record.add(number.name, member, number.member);
  return record;
}

}  // namespace

SeedQuality seed_quality(const networks::Rbm& rbm, const exact::IsingMixture& mixture, const Ensemble& fresh,
                         const Ensemble& seen, const ModelQualityOptions& options, base::Observer& observer) {
  try {
    return {.found = model_quality(rbm, mixture, fresh, seen, options, observer)};
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    return {.failure = error.what()};
  }
}

results::Record<SeedQuality> seed_quality_record() {
  return with_quality(results::Record<SeedQuality>().add("failure", &SeedQuality::failure),
                      &SeedQuality::found);
}

void StudiedModel::average(const std::vector<SeedQuality>& seeds) {
  std::vector<ModelQuality> good;
  for (const auto& seed : seeds)
    if (seed.failure.empty()) good.push_back(seed.found);
  failures = static_cast<double>(seeds.size() - good.size());
  mean = mean_quality(good);
}

results::Record<StudiedModel> studied_model_record() {
  return with_quality(results::Record<StudiedModel>()
                          .add("model", &StudiedModel::id)
                          .add("method", &StudiedModel::method)
                          .add("k", &StudiedModel::k)
                          .add("N_h", &StudiedModel::hidden)
                          .add("failed_seeds", &StudiedModel::failures),
                      &StudiedModel::mean);
}

StudiedModel perfect_model(const exact::IsingMixture& mixture, const stats::Estimate& ceiling) {
  StudiedModel model{.id = "the mixture itself", .method = "exact"};
  model.mean.log_likelihood = ceiling;
  model.mean.kl_divergence = {.value = 0, .error = 0};
  model.mean.energy = {.value = mixture.energy, .error = 0};
  model.mean.sd_energy = {.value = mixture.sd_energy, .error = 0};
  model.mean.abs_m = {.value = mixture.abs_magnetization, .error = 0};
  return model;
}

std::vector<results::CategoryPoint> likelihood_points(const std::string& category,
                                                      const ModelQuality& quality, bool exact) {
  std::vector<results::CategoryPoint> points;
  const auto add = [&](const char* series, const stats::Estimate& mean) {
    points.push_back({category, series, mean.value, mean.error});
  };
  if (exact) add("exact", quality.log_likelihood);
  add("AIS", quality.log_likelihood_ais);
  add("reverse AIS", quality.log_likelihood_reverse);
  return points;
}

stats::Estimate likelihood_ceiling(const exact::IsingMixture& mixture, const Ensemble& fresh) {
  std::vector<double> densities;
  for (const double e : fresh.energy) densities.push_back(mixture.log_density(e));
  return stratified(fresh, densities);
}

}  // namespace spinflow::studies

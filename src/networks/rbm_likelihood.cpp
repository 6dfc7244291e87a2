// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_likelihood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/elementary.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/identity.hpp"
#include "spinflow/networks/rbm_parameters.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::networks {

namespace {

constexpr std::size_t chains_per_piece = 64;
constexpr double log_two = 0.6931471805599453;

void require_at_least(std::int64_t least, std::int64_t value, std::string_view name) {
  if (value < least)
    throw input_error("ais", fmt::format("{} = {}", name, value), fmt::format("give at least {}", least));
}

// Chains that walk together through inverse temperatures.
class AnnealedChains {
 public:
  AnnealedChains(const RbmParameters& parameters, const kernels::FloatMatrix& visible_bias_column,
                 bool has_visible_bias, kernels::PackedSpins start, base::RandomStream stream)
      : parameters_(parameters),
        visible_bias_column_(visible_bias_column),
        has_visible_bias_(has_visible_bias),
        n_(start.n_rows()),
        random_(stream),
        visible_(std::move(start)),
        hidden_(n_, parameters.n_hidden()),
        hidden_fields_(n_, parameters.n_hidden()),
        scaled_(n_, parameters.n_hidden()),
        visible_fields_(n_, parameters.n_visible()),
        bias_sums_(n_, 1),
        log_weights_(n_),
        before_(n_),
        after_(n_) {}

  // Every spin by a coin: beta = 0.
  void begin_uniform() {
    kernels::sample_spins(visible_fields_, 0, n_, random_, visible_, nullptr);  // the fields are still zero
  }

  // ln w += F_from(v) - F_to(v), for the chains as they stand.
  void weigh(double from, double to) {
    kernels::signed_row_sums(visible_, 0, n_, parameters_.to_hidden, parameters_.hidden_bias.row(0),
                             hidden_fields_);
    kernels::scale_rows(hidden_fields_, 0, n_, static_cast<float>(from), scaled_);
    kernels::log_two_cosh_sums(scaled_, 0, n_, before_);
    kernels::scale_rows(hidden_fields_, 0, n_, static_cast<float>(to), scaled_);
    kernels::log_two_cosh_sums(scaled_, 0, n_, after_);
    if (has_visible_bias_) kernels::signed_row_sums(visible_, 0, n_, visible_bias_column_, {}, bias_sums_);
    for (std::size_t c = 0; c < n_; ++c)
      log_weights_[c] += after_[c] - before_[c] + (to - from) * double{bias_sums_.row(c)[0]};
  }

  // h ~ P(h | v), v ~ P(v | h) at the inverse temperature that `weigh` went to.
  void step(double beta) {
    kernels::sample_spins(scaled_, 0, n_, random_, hidden_, nullptr);
    kernels::signed_row_sums(hidden_, 0, n_, parameters_.to_visible, parameters_.visible_bias.row(0),
                             visible_fields_);
    kernels::scale_rows(visible_fields_, 0, n_, static_cast<float>(beta), visible_fields_);
    kernels::sample_spins(visible_fields_, 0, n_, random_, visible_, nullptr);
  }

  [[nodiscard]] const std::vector<double>& log_weights() const { return log_weights_; }

 private:
  const RbmParameters& parameters_;
  const kernels::FloatMatrix& visible_bias_column_;  // (n_visible, 1)
  bool has_visible_bias_;
  std::size_t n_;
  kernels::LaneRandom random_;
  kernels::PackedSpins visible_;
  kernels::PackedSpins hidden_;
  kernels::FloatMatrix hidden_fields_;
  kernels::FloatMatrix scaled_;  // hidden_fields_ times beta
  kernels::FloatMatrix visible_fields_;
  kernels::FloatMatrix bias_sums_;  // b.v
  std::vector<double> log_weights_;
  std::vector<double> before_;
  std::vector<double> after_;
};

// ln w of `n_chains` chains; they rise from beta = 0, or fall from 1 where `samples` are given.
std::vector<double> annealed_log_weights(const Rbm& rbm, std::size_t n_chains,
                                         const kernels::PackedSpins* samples, std::int64_t steps,
                                         std::uint64_t seed, base::Observer& observer) {
  const RbmParameters parameters(rbm);
  const auto bias_column = kernels::transposed(parameters.visible_bias);
  const bool has_bias = std::ranges::any_of(rbm.visible_bias, [](float b) { return b != 0; });
  const std::string_view purpose = samples == nullptr ? "rbm.ais" : "rbm.reverse_ais";
  observer.begin(samples == nullptr ? "annealed importance sampling" : "reverse annealing",
                 static_cast<std::uint64_t>(steps) * n_chains, "chain steps");
  const std::uint64_t words = base::derived_seed(seed, identity(rbm));
  std::vector<double> log_weights(n_chains);
  base::parallel_for_rows(
      n_chains, chains_per_piece, [&](std::size_t piece, std::size_t first, std::size_t last) {
        const std::size_t n = last - first;
        kernels::PackedSpins start(n, rbm.n_visible());
        if (samples != nullptr)
          for (std::size_t c = 0; c < n; ++c)
            std::ranges::copy(samples->row(first + c), start.row(c).begin());
        AnnealedChains chains(parameters, bias_column, has_bias, std::move(start),
                              base::RandomStream(words, purpose, piece));
        if (samples == nullptr) chains.begin_uniform();
        const auto beta = [&](std::int64_t k) {
          return static_cast<double>(samples == nullptr ? k : steps - k) / static_cast<double>(steps);
        };
        for (std::int64_t k = 1; k <= steps; ++k) {
          chains.weigh(beta(k - 1), beta(k));
          if (k < steps) chains.step(beta(k));
          observer.advance(n);
        }
        std::ranges::copy(chains.log_weights(), log_weights.begin() + static_cast<std::ptrdiff_t>(first));
      });
  return log_weights;
}

// ln <w> with its error.
LogPartition log_mean(const std::vector<double>& log_weights) {
  if (!std::ranges::all_of(log_weights, [](double x) { return std::isfinite(x); }))
    throw failure("ais", "the network's fields are too large for single precision",
                  "train it with a smaller learning rate");
  const double largest = *std::ranges::max_element(log_weights);
  std::vector<double> weights;
  double sum = 0;
  double squares = 0;
  for (const double log_weight : log_weights) {
    weights.push_back(kernels::exp_fixed(log_weight - largest));
    sum += weights.back();
    squares += weights.back() * weights.back();
  }
  // The jackknife, unlike the linearised error, grows without bound as one chain outweighs all others.
  const auto mean = stats::jackknife({.means = weights, .weights = {}}, [](std::span<const double> means) {
    return kernels::log_fixed(std::max(means[0], 1e-300));
  });
  // Weights are continuous, so they do not agree by chance. If all agree, the path between the distributions
  // is exact.
  const double error = stats::constant(weights) && weights.size() > 1 ? 0.0 : mean.error;
  return {.value = largest + mean.value, .error = error, .effective_sample_size = sum * sum / squares};
}

double mean_free_energy(const Rbm& rbm, const kernels::PackedSpins& v) {
  if (v.n_rows() == 0) throw input_error("rbm", "there are no configurations", "give at least one");
  double sum = 0;
  for (const double f : free_energy(rbm, v)) sum += f;
  return sum / static_cast<double>(v.n_rows());
}

double log_z_of_uniform(const Rbm& rbm) {
  return static_cast<double>(rbm.n_visible() + rbm.n_hidden) * log_two;
}

}  // namespace

LogPartition ais_log_partition(const Rbm& rbm, const AisOptions& options, std::uint64_t seed,
                               base::Observer& observer) {
  require_at_least(2, options.chains, "chains");
  require_at_least(1, options.steps, "steps");
  LogPartition result = log_mean(annealed_log_weights(rbm, static_cast<std::size_t>(options.chains), nullptr,
                                                      options.steps, seed, observer));
  result.value += log_z_of_uniform(rbm);
  return result;
}

LogPartition reverse_ais_log_partition(const Rbm& rbm, const kernels::PackedSpins& samples,
                                       const AisOptions& options, std::uint64_t seed,
                                       base::Observer& observer) {
  require_at_least(2, static_cast<std::int64_t>(samples.n_rows()), "samples");
  require_at_least(1, options.steps, "steps");
  if (samples.n_columns() != rbm.n_visible())
    throw input_error(
        "ais",
        fmt::format("the samples have {} spins, the visible layer {}", samples.n_columns(), rbm.n_visible()),
        "use samples of the same network");
  LogPartition result =
      log_mean(annealed_log_weights(rbm, samples.n_rows(), &samples, options.steps, seed, observer));
  result.value = log_z_of_uniform(rbm) - result.value;
  result.method = "reverse-ais";
  return result;
}

LogPartition log_partition(const Rbm& rbm, const AisOptions& options, std::uint64_t seed,
                           base::Observer& observer) {
  const base::StopScope scope(observer);
  if (std::min(rbm.n_hidden, rbm.n_visible()) <= most_exact_units)
    return {.value = exact_log_partition(rbm), .method = "exact"};
  require_at_least(1, options.replicas, "replicas");
  require_at_least(1, options.rounds, "rounds");
  LogPartition result = ais_log_partition(rbm, options, seed, observer);
  RbmTempering tempering(rbm, even_betas(static_cast<std::size_t>(options.replicas)),
                         static_cast<std::size_t>(options.chains), seed);
  observer.begin("tempering", static_cast<std::uint64_t>(options.rounds), "rounds");
  tempering.sweep(options.rounds, 1, observer);
  const auto reverse = reverse_ais_log_partition(rbm, tempering.visible(), options, seed, observer);
  result.reverse = {.value = reverse.value, .error = reverse.error};
  return result;
}

LogLikelihood likelihood_of(double mean_free_energy, const LogPartition& log_z) {
  LogLikelihood result{.value = -mean_free_energy - log_z.value,
                       .error = log_z.error,
                       .method = log_z.method,
                       .effective_sample_size = log_z.effective_sample_size};
  if (log_z.reverse)
    result.reverse =
        stats::Estimate{.value = -mean_free_energy - log_z.reverse->value, .error = log_z.reverse->error};
  return result;
}

LogLikelihood log_likelihood(const Rbm& rbm, const kernels::PackedSpins& v, const AisOptions& options,
                             std::uint64_t seed, base::Observer& observer) {
  const base::StopScope scope(observer);
  const double mean = mean_free_energy(rbm, v);
  return likelihood_of(mean, log_partition(rbm, options, seed, observer));
}

bool converged(const LogLikelihood& likelihood) {
  if (likelihood.method == "exact") return true;
  if (!likelihood.reverse || !(likelihood.effective_sample_size >= 10)) return false;
  const double allowed = std::max(0.5, 3 * std::hypot(likelihood.error, likelihood.reverse->error));
  return std::abs(likelihood.value - likelihood.reverse->value) <= allowed;
}

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/rbm_energies.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"

namespace spinflow::networks {

namespace {

constexpr std::size_t configurations_per_piece = 512;
// A stop is heard between two calls.
constexpr std::size_t rows_of_free_energies = 512;
constexpr std::size_t rows_of_pseudo_likelihoods = 128;

void require_columns(const kernels::PackedSpins& spins, std::size_t expected, std::string_view layer) {
  if (spins.n_columns() != expected)
    throw input_error(
        "rbm", fmt::format("the rows have {} spins, the {} layer {}", spins.n_columns(), layer, expected),
        "use configurations of the lattice it was trained on");
}

// Each row of `given` (n, n_given) draws its row of the other layer; `rows`: (n_given, n_other).
kernels::PackedSpins sampled(const kernels::PackedSpins& given, const kernels::FloatMatrix& rows,
                             std::span<const float> bias, std::uint64_t seed, std::string_view purpose) {
  kernels::PackedSpins result(given.n_rows(), rows.n_columns());
  kernels::FloatMatrix fields(given.n_rows(), rows.n_columns());
  base::parallel_for_rows(given.n_rows(), configurations_per_piece,
                          [&](std::size_t piece, std::size_t first, std::size_t last) {
                            kernels::LaneRandom random(base::RandomStream(seed, purpose, piece));
                            kernels::signed_row_sums(given, first, last, rows, bias, fields);
                            kernels::sample_spins(fields, first, last, random, result, nullptr);
                          });
  return result;
}

}  // namespace

Rbm random_rbm(const lattice::Lattice& visible, std::size_t n_hidden, double sigma, std::uint64_t seed) {
  if (n_hidden < 1) throw input_error("rbm", "it has no hidden units", "hidden must be at least 1");
  if (!std::isfinite(sigma) || sigma < 0)
    throw input_error("rbm", "the standard deviation of the initial weights is not a finite number >= 0",
                      "0.01 is a good choice");
  Rbm rbm{.visible = visible, .n_hidden = n_hidden, .seed = seed};
  rbm.weights.resize(n_hidden * rbm.n_visible());
  rbm.visible_bias.resize(rbm.n_visible());
  rbm.hidden_bias.resize(n_hidden);
  base::RandomStream stream(seed, "rbm.weights");
  // Normal deviates in multiples of 2^-20, because the last bits of libm's differ between machines.
  for (auto& w : rbm.weights)
    w = static_cast<float>(sigma * (std::round(stream.normal() * 0x1p20) * 0x1p-20));
  return rbm;
}

namespace {

using RowKernel = void (*)(const kernels::RbmRows&, const kernels::PackedSpins&, std::size_t, std::size_t,
                           std::span<double>);

/// A number of each row, pieces of rows side by side.
std::vector<double> of_rows(const Rbm& rbm, const kernels::PackedSpins& v, RowKernel kernel,
                            std::size_t rows_per_call) {
  require_columns(v, rbm.n_visible(), "visible");
  const kernels::RbmRows rows(rbm.weights, rbm.visible_bias, rbm.hidden_bias);
  std::vector<double> result(v.n_rows());
  base::parallel_for_rows(v.n_rows(), rows_per_call, [&](std::size_t, std::size_t first, std::size_t last) {
    base::check_stop();
    kernel(rows, v, first, last, std::span(result).subspan(first, last - first));
  });
  return result;
}

}  // namespace

std::vector<double> free_energy(const Rbm& rbm, const kernels::PackedSpins& v) {
  return of_rows(rbm, v, kernels::free_energies, rows_of_free_energies);
}

std::vector<double> pseudo_log_likelihood(const Rbm& rbm, const kernels::PackedSpins& v) {
  return of_rows(rbm, v, kernels::pseudo_log_likelihoods, rows_of_pseudo_likelihoods);
}

kernels::FloatMatrix hidden_means(const Rbm& rbm, const kernels::PackedSpins& v) {
  require_columns(v, rbm.n_visible(), "visible");
  const auto rows = kernels::transposed(kernels::FloatMatrix(rbm.n_hidden, rbm.n_visible(), rbm.weights));
  kernels::FloatMatrix means(v.n_rows(), rbm.n_hidden);
  base::parallel_for_rows(v.n_rows(), configurations_per_piece,
                          [&](std::size_t, std::size_t first, std::size_t last) {
                            base::check_stop();
                            kernels::signed_row_sums(v, first, last, rows, rbm.hidden_bias, means);
                            kernels::tanh_rows(means, first, last, 1.0f, means);
                          });
  return means;
}

namespace {

// ln sum_s exp(b.s + sum_l ln 2 cosh(c_l + (w s)_l)), s the states of the smaller layer.
struct StateSum {
  std::size_t n_small;
  std::size_t n_large;
  const std::vector<float>& small_bias;
  const std::vector<float>& large_bias;
  std::vector<double> w;  // w[s][l]: coupling of unit s of the smaller layer to unit l of the larger
  std::size_t n_low;      // units that run in Gray-code order, so that one step changes one unit

  // The other units number the pieces. Returns m and x, where the piece's sum is x e^m.
  [[nodiscard]] std::pair<double, double> piece(std::size_t number) const;
};

// weight + sum_l ln 2 cosh(field_l).
double log_weight(double weight, std::span<const double> field) {
  double exponent = weight;
  for (std::size_t l = 0; l < field.size();) {
    // A product of factors 1 + exp(-2 |x|) in [1, 2] is as good as the sum of their logarithms.
    double product = 1;
    for (const std::size_t end = std::min(l + 512, field.size()); l < end; ++l) {
      exponent += std::abs(field[l]);
      product *= 1 + std::exp(-2 * std::abs(field[l]));
    }
    exponent += std::log(product);
  }
  return exponent;
}

std::pair<double, double> StateSum::piece(std::size_t number) const {
  std::vector<int> spin(n_small, -1);
  for (std::size_t s = n_low; s < n_small; ++s) spin[s] = ((number >> (s - n_low)) & 1u) != 0 ? 1 : -1;
  std::vector<double> field(large_bias.begin(), large_bias.end());
  double weight = 0;
  for (std::size_t s = 0; s < n_small; ++s) {
    weight += small_bias[s] * spin[s];
    for (std::size_t l = 0; l < n_large; ++l) field[l] += w[s * n_large + l] * spin[s];
  }
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  const std::size_t n_states = std::size_t{1} << n_low;
  for (std::size_t state = 0;; ++state) {
    const double exponent = log_weight(weight, field);
    if (exponent > largest) {
      sum = sum * std::exp(largest - exponent) + 1;
      largest = exponent;
    } else {
      sum += std::exp(exponent - largest);
    }
    if (state + 1 == n_states) return {largest, sum};
    const auto s = static_cast<std::size_t>(std::countr_zero(state + 1));
    spin[s] = -spin[s];
    weight += 2 * small_bias[s] * spin[s];
    const double* row = w.data() + s * n_large;
    for (std::size_t l = 0; l < n_large; ++l) field[l] += 2 * spin[s] * row[l];
  }
}

}  // namespace

double exact_log_partition(const Rbm& rbm) {
  const std::size_t n_visible = rbm.n_visible();
  const bool sum_over_hidden = rbm.n_hidden <= n_visible;
  const std::size_t n_small = std::min(rbm.n_hidden, n_visible);
  const std::size_t n_large = std::max(rbm.n_hidden, n_visible);
  if (n_small > most_exact_units)
    throw input_error(
        "rbm",
        fmt::format("the exact partition function needs a layer of at most {} units, the smaller has {}",
                    most_exact_units, n_small),
        "leave out the exact likelihood or train fewer hidden units");
  StateSum states{.n_small = n_small,
                  .n_large = n_large,
                  .small_bias = sum_over_hidden ? rbm.hidden_bias : rbm.visible_bias,
                  .large_bias = sum_over_hidden ? rbm.visible_bias : rbm.hidden_bias,
                  .w = std::vector<double>(n_small * n_large),
                  .n_low = std::min<std::size_t>(n_small, 12)};
  for (std::size_t a = 0; a < rbm.n_hidden; ++a)
    for (std::size_t i = 0; i < n_visible; ++i)
      states.w[sum_over_hidden ? a * n_large + i : i * n_large + a] = rbm.weights[a * n_visible + i];

  const std::size_t n_pieces = std::size_t{1} << (n_small - states.n_low);
  std::vector<double> most(n_pieces);
  std::vector<double> scaled_sum(n_pieces);
  base::parallel_for(
      n_pieces, [&](std::size_t piece) { std::tie(most[piece], scaled_sum[piece]) = states.piece(piece); });
  const double largest = *std::max_element(most.begin(), most.end());
  double sum = 0;
  for (std::size_t piece = 0; piece < n_pieces; ++piece)
    sum += scaled_sum[piece] * std::exp(most[piece] - largest);
  return largest + std::log(sum);
}

kernels::PackedSpins sample_hidden(const Rbm& rbm, const kernels::PackedSpins& v, std::uint64_t seed) {
  require_columns(v, rbm.n_visible(), "visible");
  const kernels::FloatMatrix weights(rbm.n_hidden, rbm.n_visible(), rbm.weights);
  return sampled(v, kernels::transposed(weights), rbm.hidden_bias, seed, "rbm.hidden");
}

kernels::PackedSpins sample_visible(const Rbm& rbm, const kernels::PackedSpins& h, std::uint64_t seed) {
  require_columns(h, rbm.n_hidden, "hidden");
  return sampled(h, kernels::FloatMatrix(rbm.n_hidden, rbm.n_visible(), rbm.weights), rbm.visible_bias, seed,
                 "rbm.visible");
}

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/pseudo_likelihood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "reading_checks.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::thermometers {

namespace {

// s_i times the sum of its neighbours is a whole number from -4 to 4: how often each occurs says everything.
constexpr int most_neighbours = 4;
using Counts = std::array<double, 2 * most_neighbours + 1>;

/// The K at which sum_a counts[a] a (1 - tanh(K a)) = 0 (the score, a = s_i sum_j s_j).
double coupling_of(std::span<const double> counts) {
  const auto score = [&](double k) {
    double sum = 0;
    for (int a = -most_neighbours; a <= most_neighbours; ++a)
      sum += counts[static_cast<std::size_t>(a + most_neighbours)] * a * (1 - std::tanh(k * a));
    return sum;
  };
  double positive = 0;
  double negative = 0;
  for (int a = 1; a <= most_neighbours; ++a) {
    positive += counts[static_cast<std::size_t>(most_neighbours + a)];
    negative += counts[static_cast<std::size_t>(most_neighbours - a)];
  }
  if (positive + negative == 0) return std::numeric_limits<double>::quiet_NaN();
  if (negative == 0) return std::numeric_limits<double>::infinity();
  if (positive == 0) return -std::numeric_limits<double>::infinity();
  double low = -20;
  double high = 20;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (score(middle) > 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Counts counts_of(const ensemble::Ensemble& ensemble, std::size_t row, std::vector<std::int8_t>& spins) {
  ensemble.spins.unpack(row, spins);
  Counts counts{};
  for (int site = 0; site < ensemble.lattice.n_sites(); ++site) {
    int sum = 0;
    for (const auto j : ensemble.lattice.neighbours(site)) sum += spins[static_cast<std::size_t>(j)];
    counts[static_cast<std::size_t>(spins[static_cast<std::size_t>(site)] * sum + most_neighbours)] += 1;
  }
  return counts;
}

class PseudoLikelihood final : public Thermometer {
 public:
  explicit PseudoLikelihood(std::shared_ptr<const models::Model> model) : model_(std::move(model)) {
    const auto coupling = model_->nearest_neighbour_coupling();
    if (!coupling || *coupling == 0 || model_->field() != 0)
      throw input_error("thermometer pseudo-likelihood",
                        fmt::format("model {} is not a nearest-neighbour one without field", model_->name()),
                        "use another thermometer");
    coupling_ = *coupling;
  }

  [[nodiscard]] std::string_view name() const override { return "pseudo-likelihood"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return model_->lattice(); }
  [[nodiscard]] std::pair<double, double> range() const override {
    return {0, std::numeric_limits<double>::infinity()};
  }

  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override {
    check_lattice(*this, ensemble);
    const auto k = pseudo_likelihood_coupling(ensemble);
    if (std::isnan(k.value)) return {};
    const double signed_k = k.value * (coupling_ > 0 ? 1 : -1);
    if (signed_k <= 0) return {.value = std::numeric_limits<double>::infinity(), .censored = true};
    if (std::isinf(signed_k)) return {.value = 0, .censored = true};
    const double t = std::abs(coupling_) / signed_k;
    return {.value = t, .error = t * k.error / signed_k};
  }

 private:
  std::shared_ptr<const models::Model> model_;
  double coupling_ = 1;
};

}  // namespace

stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble) {
  // Blocks of whole pieces: a few dozen are enough for the error and keep the number of fits small.
  constexpr std::size_t most_blocks = 50;
  const bool chains = ensemble.independent_pieces == ensemble::IndependentPieces::chain;
  std::vector<std::size_t> piece_of(ensemble.size());
  std::size_t n_pieces = 0;
  if (chains) {
    std::vector<std::int32_t> names(ensemble.chain);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    n_pieces = names.size();
    for (std::size_t row = 0; row < ensemble.size(); ++row)
      piece_of[row] =
          static_cast<std::size_t>(std::ranges::lower_bound(names, ensemble.chain[row]) - names.begin());
  } else {
    n_pieces = ensemble.size();
    for (std::size_t row = 0; row < ensemble.size(); ++row) piece_of[row] = row;
  }
  const std::size_t n_blocks = std::min(most_blocks, n_pieces);
  std::vector<Counts> rows(ensemble.size());
  constexpr std::size_t rows_per_task = 512;
  base::parallel_for((ensemble.size() + rows_per_task - 1) / rows_per_task, [&](std::size_t task) {
    std::vector<std::int8_t> spins(ensemble.spins.n_columns());
    for (std::size_t row = task * rows_per_task; row < std::min(ensemble.size(), (task + 1) * rows_per_task);
         ++row)
      rows[row] = counts_of(ensemble, row, spins);
  });
  stats::Pieces pieces{.n_observables = std::tuple_size_v<Counts>,
                       .means = std::vector<double>(n_blocks * std::tuple_size_v<Counts>),
                       .weights = std::vector<double>(n_blocks)};
  for (std::size_t row = 0; row < ensemble.size(); ++row) {
    const std::size_t block = piece_of[row] * n_blocks / n_pieces;
    pieces.weights[block] += 1;
    for (std::size_t a = 0; a < rows[row].size(); ++a)
      pieces.means[block * rows[row].size() + a] += rows[row][a];
  }
  for (std::size_t block = 0; block < n_blocks; ++block)
    for (std::size_t a = 0; a < std::tuple_size_v<Counts>; ++a)
      pieces.means[block * std::tuple_size_v<Counts> + a] /= pieces.weights[block];
  return stats::jackknife(pieces, [](std::span<const double> counts) { return coupling_of(counts); });
}

void register_pseudo_likelihood() {
  registry().add({"pseudo-likelihood",
                  "temperature of the nearest-neighbour coupling that maximizes the pseudo-likelihood",
                  {"besag1975"},
                  false,
                  [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
                     base::Observer&) { return std::make_unique<PseudoLikelihood>(model); }});
}

}  // namespace spinflow::thermometers

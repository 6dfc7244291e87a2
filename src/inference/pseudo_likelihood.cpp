// SPDX-License-Identifier: Apache-2.0
#include "spinflow/inference/pseudo_likelihood.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "inference/local_products.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::inference {

namespace {

// Blocks of whole pieces: a few dozen are enough for the error and keep the number of fits small.
constexpr std::size_t most_blocks = 50;
// Fewer chains than this do not tell their scatter; their rows do, as correlated series.
constexpr std::size_t enough_chains = 16;

/// Which independent piece each row belongs to, 0, 1, ...
std::vector<std::size_t> piece_of_row(const ensemble::Ensemble& ensemble) {
  std::vector<std::size_t> piece(ensemble.size());
  if (ensemble.independent_pieces == ensemble::IndependentPieces::sample) {
    std::iota(piece.begin(), piece.end(), std::size_t{0});
    return piece;
  }
  std::vector<std::int32_t> names(ensemble.chain);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (std::size_t row = 0; row < ensemble.size(); ++row)
    piece[row] =
        static_cast<std::size_t>(std::ranges::lower_bound(names, ensemble.chain[row]) - names.begin());
  return piece;
}

/// The rows of at most `most_blocks` blocks of whole pieces.
std::vector<std::vector<std::size_t>> blocks_of(const ensemble::Ensemble& ensemble) {
  const auto piece = piece_of_row(ensemble);
  const std::size_t n_pieces = piece.empty() ? 0 : 1 + *std::ranges::max_element(piece);
  std::vector<std::vector<std::size_t>> rows(std::min(most_blocks, n_pieces));
  for (std::size_t row = 0; row < piece.size(); ++row)
    rows[piece[row] * rows.size() / n_pieces].push_back(row);
  return rows;
}

constexpr std::size_t most_interactions = 16;

using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most_interactions, 1>;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, most_interactions, most_interactions>;

/// Newton's method on the concave function sum_keys n ln sigma(2 K.g); the step is halved while it
/// overshoots. Empty where the maximum lies at infinity or is not a single point.
Vector maximum(const ProductCounts& counts, std::span<const double> n, Vector k) {
  const auto dimension = static_cast<Eigen::Index>(counts.n_interactions);
  const auto product = [&](std::size_t key) {
    return Eigen::Map<const Vector>(counts.products.data() + key * counts.n_interactions, dimension);
  };
  const auto value = [&](const Vector& at) {
    double sum = 0;
    for (std::size_t key = 0; key < n.size(); ++key) {
      const double x = -2 * at.dot(product(key));
      sum -= n[key] * (x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)));
    }
    return sum;
  };
  constexpr double beyond = 20;  // no coupling of a sample of spins is that large: it runs to infinity
  double here = value(k);
  for (int iteration = 0; iteration < 100; ++iteration) {
    Vector gradient = Vector::Zero(dimension);
    Matrix curvature = Matrix::Zero(dimension, dimension);
    for (std::size_t key = 0; key < n.size(); ++key) {
      const auto g = product(key);
      const double t = std::tanh(k.dot(g));
      gradient += n[key] * (1 - t) * g;
      curvature += n[key] * (1 - t * t) * g * g.transpose();
    }
    const Eigen::LDLT<Matrix> solver(curvature);
    const auto pivots = solver.vectorD();
    if (!(pivots.minCoeff() > 1e-12 * std::max(pivots.maxCoeff(), 1e-12))) return {};
    Vector step = solver.solve(gradient);
    double there = value(k + step);
    while (!(there >= here) && step.norm() > 1e-14) {
      step *= 0.5;
      there = value(k + step);
    }
    k += step;
    here = there;
    if (k.cwiseAbs().maxCoeff() > beyond) return {};
    if (step.cwiseAbs().maxCoeff() < 1e-12 * (1 + k.cwiseAbs().maxCoeff())) return k;
  }
  return k;
}

/// The maximum moves by H^-1 psi_r / n with every row r, psi_r its gradient there, H the mean curvature: a
/// time series for each coupling, whose mean has the coupling's error. `couplings` get it.
void errors_along_chains(const LocalProducts& local, const ProductCounts& counts,
                         const ensemble::Ensemble& ensemble,
                         const std::vector<std::vector<std::size_t>>& chains,
                         std::vector<stats::Estimate>& couplings) {
  const auto dimension = static_cast<Eigen::Index>(couplings.size());
  Vector k(dimension);
  for (Eigen::Index a = 0; a < dimension; ++a) k(a) = couplings[static_cast<std::size_t>(a)].value;
  Matrix curvature = Matrix::Zero(dimension, dimension);
  std::unordered_map<std::uint64_t, Vector> gradient;
  double total = 0;
  for (const double rows : counts.pieces.weights) total += rows;
  for (std::size_t key = 0; key < counts.keys.size(); ++key) {
    const auto g = Eigen::Map<const Vector>(counts.products.data() + key * couplings.size(), dimension);
    const double t = std::tanh(k.dot(g));
    gradient[counts.keys[key]] = (1 - t) * g;
    for (std::size_t block = 0; block < counts.pieces.size(); ++block)
      curvature += counts.pieces.weights[block] / total *
                   counts.pieces.means[block * counts.keys.size() + key] * (1 - t * t) * g * g.transpose();
  }
  const Eigen::LDLT<Matrix> solver(curvature);
  std::vector<std::vector<double>> moves(couplings.size());
  std::vector<std::int8_t> spins(ensemble.spins.n_columns());
  for (const auto& rows : chains)
    for (const std::size_t row : rows) {
      ensemble.spins.unpack(row, spins);
      Vector sum = Vector::Zero(dimension);
      for (std::size_t site = 0; site < spins.size(); ++site) sum += gradient.at(local.key(spins, site));
      const Vector move = solver.solve(sum);
      for (std::size_t a = 0; a < couplings.size(); ++a)
        moves[a].push_back(move(static_cast<Eigen::Index>(a)));
    }
  for (std::size_t a = 0; a < couplings.size(); ++a) {
    stats::Chains series;
    std::span<const double> rest = moves[a];
    for (const auto& rows : chains) {
      series.push_back(rest.first(rows.size()));
      rest = rest.subspan(rows.size());
    }
    const auto mean = stats::mean_of_chains(series);
    couplings[a].error = mean.error;
    couplings[a].tau_int = mean.tau_int;
  }
}

std::vector<stats::Estimate> couplings_of(const LocalProducts& local, const ProductCounts& counts,
                                          const ensemble::Ensemble& ensemble,
                                          const std::vector<std::vector<std::size_t>>& blocks) {
  const std::size_t n = local.n_interactions();
  if (counts.pieces.means.empty()) return std::vector<stats::Estimate>(n);
  // The first solution starts those of the jackknife.
  Vector start = Vector::Zero(static_cast<Eigen::Index>(n));
  const auto solution = [&](std::span<const double> means) {
    const Vector k = maximum(counts, means, start);
    if (k.size() == 0) return std::vector<double>(n, std::numeric_limits<double>::quiet_NaN());
    if (start.isZero(0)) start = k;
    return std::vector<double>(k.begin(), k.end());
  };
  auto couplings = stats::jackknife_of_several(counts.pieces, solution);
  const bool correlated = ensemble.independent_pieces == ensemble::IndependentPieces::chain;
  if (correlated && blocks.size() < enough_chains && !std::isnan(couplings.front().value))
    errors_along_chains(local, counts, ensemble, blocks, couplings);
  return couplings;
}

}  // namespace

std::vector<stats::Estimate> pseudo_likelihood_couplings(const ensemble::Ensemble& ensemble,
                                                         std::span<const lattice::Interaction> basis) {
  if (basis.empty())
    throw input_error("pseudo-likelihood", "the basis holds no interaction", "name at least one");
  if (basis.size() > most_interactions)
    throw input_error("pseudo-likelihood", fmt::format("the basis holds {} interactions", basis.size()),
                      fmt::format("give at most {}", most_interactions));
  const int dimension = ensemble.lattice.dimension();
  for (std::size_t a = 0; a < basis.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (lattice::images(basis[a], dimension) == lattice::images(basis[b], dimension))
        throw input_error("pseudo-likelihood",
                          fmt::format("interaction {} stands twice in the basis", basis[a].name),
                          "name each interaction once");
  const LocalProducts local(basis, ensemble.lattice);
  const auto blocks = blocks_of(ensemble);
  return couplings_of(local, count_products(local, ensemble, blocks), ensemble, blocks);
}

stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble) {
  const std::array basis = {
      lattice::interaction_from("nearest", ensemble.lattice.dimension(), "pseudo-likelihood")};
  const LocalProducts local(basis, ensemble.lattice);
  const auto blocks = blocks_of(ensemble);
  const ProductCounts counts = count_products(local, ensemble, blocks);
  const auto any = [&](auto test) { return std::ranges::any_of(counts.products, test); };
  const bool positive = any([](double product) { return product > 0; });
  const bool negative = any([](double product) { return product < 0; });
  if (positive && !negative) return {.value = std::numeric_limits<double>::infinity()};
  if (negative && !positive) return {.value = -std::numeric_limits<double>::infinity()};
  return couplings_of(local, counts, ensemble, blocks).front();
}

}  // namespace spinflow::inference

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/pseudo_likelihood.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "reading_checks.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::thermometers {

namespace {

// Blocks of whole pieces: a few dozen are enough for the error and keep the number of fits small.
constexpr std::size_t most_blocks = 50;

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

constexpr int most_neighbours = 4;
constexpr std::size_t values_per_operator = 2 * most_neighbours + 1;
constexpr std::size_t most_operators = 5;

using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most_operators, 1>;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, most_operators, most_operators>;

/// The products of spins whose sum is f_a(i): one to four groups of other sites per site.
struct LocalTerms {
  std::vector<std::vector<std::vector<std::int32_t>>> groups;  ///< [site][group]: sites multiplied
};

LocalTerms local_terms(const lattice::Lattice& lattice, Operator op) {
  LocalTerms terms;
  terms.groups.resize(static_cast<std::size_t>(lattice.n_sites()));
  const bool chain = lattice.dimension() == 1;
  using Step = std::pair<int, int>;
  std::vector<std::vector<Step>> shapes;  // displacements of the sites of each group
  switch (op) {
    case Operator::nearest:
      shapes = {{{1, 0}}, {{-1, 0}}, {{0, 1}}, {{0, -1}}};
      break;
    case Operator::next_nearest:
      shapes = chain ? std::vector<std::vector<Step>>{{{2, 0}}, {{-2, 0}}}
                     : std::vector<std::vector<Step>>{{{1, 1}}, {{-1, 1}}, {{1, -1}}, {{-1, -1}}};
      break;
    case Operator::third:
      shapes = chain ? std::vector<std::vector<Step>>{{{3, 0}}, {{-3, 0}}}
                     : std::vector<std::vector<Step>>{{{2, 0}}, {{-2, 0}}, {{0, 2}}, {{0, -2}}};
      break;
    case Operator::plaquette:
      if (chain)
        throw input_error("pseudo-likelihood", "a chain has no plaquettes",
                          "leave the operator plaquette out of the basis");
      for (const int dx : {1, -1})
        for (const int dy : {1, -1}) shapes.push_back({{dx, 0}, {0, dy}, {dx, dy}});
      break;
    case Operator::field:
      shapes = {{}};
      break;
  }
  if (chain) std::erase_if(shapes, [](const auto& shape) { return !shape.empty() && shape[0].second != 0; });
  const int lx = lattice.lx();
  const int ly = lattice.ly();
  const bool periodic = lattice.boundary() == lattice::Boundary::periodic;
  for (int y = 0; y < ly; ++y)
    for (int x = 0; x < lx; ++x)
      for (const auto& shape : shapes) {
        std::vector<std::int32_t> group;
        bool inside = true;
        for (const auto& [dx, dy] : shape) {
          const int to_x = periodic ? (x + dx + 3 * lx) % lx : x + dx;
          const int to_y = periodic ? (y + dy + 3 * ly) % ly : y + dy;
          inside = inside && to_x >= 0 && to_x < lx && to_y >= 0 && to_y < ly;
          if (!inside) break;
          if (to_x == x && to_y == y)
            throw input_error("pseudo-likelihood",
                              fmt::format("on {} sites operator {} joins a site with itself", lattice.text(),
                                          to_string(op)),
                              "use a larger lattice or leave the operator out");
          group.push_back(lattice.site(to_x, to_y));
        }
        if (inside) terms.groups[static_cast<std::size_t>(lattice.site(x, y))].push_back(std::move(group));
      }
  return terms;
}

/// How often each combination (s_i f_a(i))_a of whole numbers occurs: all that the pseudo-likelihood depends
/// on.
struct Counts {
  std::size_t n_operators = 0;
  std::vector<double> products;  ///< (n_keys, n_operators): s_i f_a(i)
  stats::Pieces pieces;          ///< one observable per key: occurrences per row
};

Counts counts_of(const ensemble::Ensemble& ensemble, std::span<const Operator> basis) {
  std::vector<LocalTerms> terms;
  std::size_t n_keys = 1;
  for (const Operator op : basis) {
    terms.push_back(local_terms(ensemble.lattice, op));
    n_keys *= values_per_operator;
  }
  const auto rows = blocks_of(ensemble);
  const std::size_t n_blocks = rows.size();
  std::vector<std::vector<double>> occurrences(n_blocks, std::vector<double>(n_keys));
  base::parallel_for(n_blocks, [&](std::size_t block) {
    std::vector<std::int8_t> spins(ensemble.spins.n_columns());
    for (const std::size_t row : rows[block]) {
      ensemble.spins.unpack(row, spins);
      for (std::size_t site = 0; site < spins.size(); ++site) {
        std::size_t key = 0;
        for (const auto& term : terms) {
          int f = 0;
          for (const auto& group : term.groups[site]) {
            int product = 1;
            for (const auto j : group) product *= spins[static_cast<std::size_t>(j)];
            f += product;
          }
          key = key * values_per_operator + static_cast<std::size_t>(spins[site] * f + most_neighbours);
        }
        occurrences[block][key] += 1;
      }
    }
  });
  Counts counts{.n_operators = basis.size()};
  std::vector<std::size_t> keys;
  for (std::size_t key = 0; key < n_keys; ++key)
    if (std::ranges::any_of(occurrences, [&](const auto& block) { return block[key] > 0; }))
      keys.push_back(key);
  for (const std::size_t key : keys) {
    std::size_t rest = n_keys;
    for (std::size_t a = 0; a < basis.size(); ++a) {
      rest /= values_per_operator;
      counts.products.push_back(static_cast<double>(key / rest % values_per_operator) - most_neighbours);
    }
  }
  counts.pieces.n_observables = keys.size();
  for (std::size_t block = 0; block < n_blocks; ++block) {
    counts.pieces.weights.push_back(static_cast<double>(rows[block].size()));
    for (const std::size_t key : keys)
      counts.pieces.means.push_back(occurrences[block][key] / static_cast<double>(rows[block].size()));
  }
  return counts;
}

/// Newton's method on the concave function sum_keys n ln sigma(2 K.g); the step is halved while it
/// overshoots. Empty where the maximum lies at infinity or is no single point.
Vector maximum(const Counts& counts, std::span<const double> n, Vector k) {
  const auto dimension = static_cast<Eigen::Index>(counts.n_operators);
  const auto product = [&](std::size_t key) {
    return Eigen::Map<const Vector>(counts.products.data() + key * counts.n_operators, dimension);
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

std::vector<stats::Estimate> couplings_of(const Counts& counts) {
  std::vector<stats::Estimate> couplings(counts.n_operators);
  if (counts.pieces.means.empty()) return couplings;
  // The first solution starts those of the jackknife.
  Vector start = Vector::Zero(static_cast<Eigen::Index>(counts.n_operators));
  for (std::size_t a = 0; a < couplings.size(); ++a)
    couplings[a] = stats::jackknife(counts.pieces, [&](std::span<const double> n) {
      const Vector k = maximum(counts, n, start);
      if (k.size() == 0) return std::numeric_limits<double>::quiet_NaN();
      if (start.isZero(0)) start = k;
      return k(static_cast<Eigen::Index>(a));
    });
  return couplings;
}

class PseudoLikelihoodThermometer final : public Thermometer {
 public:
  explicit PseudoLikelihoodThermometer(std::shared_ptr<const models::Model> model)
      : model_(std::move(model)) {
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

std::string_view to_string(Operator op) {
  switch (op) {
    case Operator::nearest:
      return "nearest";
    case Operator::next_nearest:
      return "next-nearest";
    case Operator::third:
      return "third";
    case Operator::plaquette:
      return "plaquette";
    case Operator::field:
      return "field";
  }
  return "";
}

std::vector<stats::Estimate> pseudo_likelihood_couplings(const ensemble::Ensemble& ensemble,
                                                         std::span<const Operator> basis) {
  if (basis.empty())
    throw input_error("pseudo-likelihood", "the basis holds no operator", "name at least one");
  for (std::size_t a = 0; a < basis.size(); ++a)
    if (std::ranges::find(basis.subspan(a + 1), basis[a]) != basis.end())
      throw input_error("pseudo-likelihood",
                        fmt::format("operator {} stands twice in the basis", to_string(basis[a])),
                        "name each operator once");
  return couplings_of(counts_of(ensemble, basis));
}

stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble) {
  constexpr std::array basis = {Operator::nearest};
  const Counts counts = counts_of(ensemble, basis);
  const auto any = [&](auto test) { return std::ranges::any_of(counts.products, test); };
  const bool positive = any([](double product) { return product > 0; });
  const bool negative = any([](double product) { return product < 0; });
  if (positive && !negative) return {.value = std::numeric_limits<double>::infinity()};
  if (negative && !positive) return {.value = -std::numeric_limits<double>::infinity()};
  return couplings_of(counts).front();
}

void register_pseudo_likelihood() {
  registry().add({"pseudo-likelihood",
                  "temperature of the nearest-neighbour coupling that maximizes the pseudo-likelihood",
                  {"besag1975"},
                  false,
                  [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
                     base::Observer&) { return std::make_unique<PseudoLikelihoodThermometer>(model); }});
}

}  // namespace spinflow::thermometers

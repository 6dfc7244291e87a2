// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/weight_analysis.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/networks/fourier_modes.hpp"
#include "analysis/networks/weight_matrix.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/lattice/displacements.hpp"

namespace spinflow::analysis {

namespace {

using Eigen::Index;

// A component of a unit vector below this is zero up to rounding (a wave's node on a site).
constexpr double vanishing = 1e-9;

std::vector<DistanceElement> elements_by_distance(const Eigen::MatrixXd& a, const lattice::Lattice& lattice) {
  const int side = lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly());
  const bool ring = lattice.boundary() == lattice::Boundary::periodic;
  // Half way round a ring the partner to the right is the partner to the left: each pair counts once.
  const auto has_partner = [&](int at, int r, int length) {
    return ring ? 2 * r < length || at < r : at + r < length;
  };
  std::vector<DistanceElement> result;
  for (int r = 0; r <= side / 2; ++r) {
    std::vector<double> values;
    for (int y = 0; y < lattice.ly(); ++y)
      for (int x = 0; x < lattice.lx(); ++x) {
        const int site = lattice.site(x, y);
        if (has_partner(x, r, lattice.lx()))
          values.push_back(a(site, lattice.site((x + r) % lattice.lx(), y)));
        if (r > 0 && lattice.dimension() == 2 && has_partner(y, r, lattice.ly()))
          values.push_back(a(site, lattice.site(x, (y + r) % lattice.ly())));
      }
    const Eigen::Map<const Eigen::ArrayXd> array(values.data(), static_cast<Index>(values.size()));
    const double mean = array.mean();
    result.push_back({r, values.size(), mean, std::sqrt((array - mean).square().mean())});
  }
  return result;
}

std::vector<double> elements_by_displacement(const Eigen::MatrixXd& a, const lattice::Lattice& lattice) {
  const lattice::Displacements all(lattice);
  std::vector<double> result(all.size(), 0.0);
  for (int i = 0; i < lattice.n_sites(); ++i) {
    base::check_stop();
    for (int j = 0; j < lattice.n_sites(); ++j) result[all.between(i, j)] += a(i, j);
  }
  for (std::size_t d = 0; d < result.size(); ++d) result[d] /= static_cast<double>(all.pairs(d));
  return result;
}

/// lambda(k): |W v|^2 of every mode v, averaged over each shell.
std::vector<FourierShell> wave_eigenvalues(const Eigen::MatrixXd& weights, const FourierModes& modes) {
  std::vector<FourierShell> shells = modes.shells();
  const Eigen::RowVectorXd values = modes.components(weights).colwise().squaredNorm();
  std::vector<std::vector<double>> of_shell(shells.size());
  for (Index mode = 0; mode < values.size(); ++mode)
    of_shell[modes.shell_of_mode()[static_cast<std::size_t>(mode)]].push_back(values(mode));
  for (std::size_t s = 0; s < shells.size(); ++s) {
    const Eigen::Map<const Eigen::ArrayXd> array(of_shell[s].data(), static_cast<Index>(of_shell[s].size()));
    shells[s].lambda = array.mean();
    shells[s].scatter = std::sqrt((array - array.mean()).square().mean());
  }
  return shells;
}

Pattern pattern_of(const std::vector<double>& field, const lattice::Lattice& lattice) {
  Pattern pattern;
  for (const double s : field) pattern.magnetization += s;
  for (const auto& [i, j] : lattice.bonds())
    pattern.energy -= field[static_cast<std::size_t>(i)] * field[static_cast<std::size_t>(j)];
  pattern.magnetization /= lattice.n_sites();
  pattern.energy /= lattice.n_sites();
  return pattern;
}

}  // namespace

WeightAnalysis weight_analysis(const networks::Rbm& rbm, double sigma0) {
  const lattice::Lattice& lattice = rbm.visible;
  const Eigen::MatrixXd weights = weight_matrix(rbm);
  const Eigen::MatrixXd a = weights.transpose() * weights;
  base::check_stop();
  const FourierModes modes(lattice);

  WeightAnalysis result;
  result.sigma0 = sigma0;
  result.spectrum = weight_spectrum(rbm, sigma0);
  const auto& eigenvalues = result.spectrum.eigenvalues;
  result.above_edge = static_cast<std::size_t>(
      std::ranges::count_if(eigenvalues, [&](double lambda) { return lambda > result.spectrum.noise_edge; }));
  result.zeros = rbm.n_visible() > rbm.n_hidden ? rbm.n_visible() - rbm.n_hidden : 0;
  result.by_distance = elements_by_distance(a, lattice);
  result.by_displacement = elements_by_displacement(a, lattice);
  result.shells = wave_eigenvalues(weights, modes);

  const auto n = static_cast<Index>(rbm.n_visible());
  Eigen::MatrixXd vectors(n, n);
  for (Index k = 0; k < n; ++k)
    vectors.row(k) = Eigen::Map<const Eigen::RowVectorXd>(
        result.spectrum.eigenvectors[static_cast<std::size_t>(k)].data(), n);
  const Eigen::MatrixXd components = modes.components(vectors);
  for (Index k = 0; k < n; ++k) {
    base::check_stop();
    std::vector<double> overlap(result.shells.size(), 0.0);
    for (Index mode = 0; mode < n; ++mode)
      overlap[modes.shell_of_mode()[static_cast<std::size_t>(mode)]] += std::pow(components(k, mode), 2);
    result.shell_overlap.push_back(std::move(overlap));

    std::vector<double> signs = result.spectrum.eigenvectors[static_cast<std::size_t>(k)];
    std::vector<double> field = signs;
    for (double& s : signs) s = std::abs(s) < vanishing ? 0.0 : std::copysign(1.0, s);
    for (double& s : field) s *= std::sqrt(static_cast<double>(n));
    result.sign_patterns.push_back(pattern_of(signs, lattice));
    result.field_patterns.push_back(pattern_of(field, lattice));
  }

  const Eigen::VectorXd norms = weights.rowwise().norm();
  result.units.resize(rbm.n_hidden);
  std::iota(result.units.begin(), result.units.end(), std::size_t{0});
  std::ranges::stable_sort(result.units, std::ranges::greater{},
                           [&](std::size_t unit) { return norms(static_cast<Index>(unit)); });
  for (const std::size_t unit : result.units) result.unit_norms.push_back(norms(static_cast<Index>(unit)));
  return result;
}

std::vector<double> receptive_field(const networks::Rbm& rbm, std::size_t unit) {
  const auto first = rbm.weights.begin() + static_cast<std::ptrdiff_t>(unit * rbm.n_visible());
  std::vector<double> row(first, first + static_cast<std::ptrdiff_t>(rbm.n_visible()));
  if (std::accumulate(row.begin(), row.end(), 0.0) < 0)
    for (double& w : row) w = -w;
  return row;
}

double pearson(const lattice::Lattice& lattice, std::span<const double> a, std::span<const double> b) {
  const lattice::Displacements all(lattice);
  double total = 0;
  double mean_a = 0;
  double mean_b = 0;
  const auto over_pairs = [&](const auto& body) {
    for (std::size_t d = 0; d < all.size(); ++d)
      if (d != all.origin()) body(static_cast<double>(all.pairs(d)), a[d], b[d]);
  };
  over_pairs([&](double pairs, double x, double y) {
    total += pairs;
    mean_a += pairs * x;
    mean_b += pairs * y;
  });
  mean_a /= total;
  mean_b /= total;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  over_pairs([&](double pairs, double x, double y) {
    ab += pairs * (x - mean_a) * (y - mean_b);
    aa += pairs * (x - mean_a) * (x - mean_a);
    bb += pairs * (y - mean_b) * (y - mean_b);
  });
  const auto constant = [&](double variance, double mean) {
    return variance <= total * std::pow(1e-12 * mean, 2);
  };
  if (constant(aa, mean_a) || constant(bb, mean_b)) return std::numeric_limits<double>::quiet_NaN();
  return ab / std::sqrt(aa * bb);
}

}  // namespace spinflow::analysis

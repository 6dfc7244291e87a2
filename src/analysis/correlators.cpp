// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/correlators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "kernels/bit_counts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_pieces = 100;
// Fewer chains than this do not tell their scatter; they are cut into that many stretches together.
constexpr std::size_t enough_chains = 16;
constexpr std::size_t stretches = 32;

/// The rows of an ensemble, piece after independent piece.
class IndependentRows {
 public:
  explicit IndependentRows(const ensemble::Ensemble& ensemble) {
    const std::size_t n = ensemble.size();
    order_.resize(n);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::map<std::int32_t, std::size_t> lengths;
    if (ensemble.independent_pieces == ensemble::IndependentPieces::chain) {
      for (const auto chain : ensemble.chain) ++lengths[chain];
      std::ranges::stable_sort(order_, {}, [&](std::size_t row) { return ensemble.chain[row]; });
    }
    if (lengths.size() >= enough_chains && lengths.size() < n) {
      // Whole chains; neighbours share a piece where there are too many.
      std::vector<std::size_t> ends;
      for (const auto& [chain, length] : lengths) ends.push_back((ends.empty() ? 0 : ends.back()) + length);
      const std::size_t pieces = std::min(most_pieces, ends.size());
      for (std::size_t p = 1; p <= pieces; ++p) ends_.push_back(ends[p * ends.size() / pieces - 1]);
      return;
    }
    const bool together = !lengths.empty() && lengths.size() < n;
    const std::size_t pieces = std::min(n, together ? stretches : most_pieces);
    for (std::size_t p = 1; p <= pieces; ++p) ends_.push_back(p * n / pieces);
  }

  [[nodiscard]] std::size_t pieces() const { return ends_.size(); }
  [[nodiscard]] std::size_t first(std::size_t piece) const { return piece == 0 ? 0 : ends_[piece - 1]; }
  [[nodiscard]] std::size_t length(std::size_t piece) const { return ends_[piece] - first(piece); }
  [[nodiscard]] std::span<const std::size_t> rows(std::size_t piece) const {
    return std::span(order_).subspan(first(piece), length(piece));
  }
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  std::vector<std::size_t> order_;
  std::vector<std::size_t> ends_;
};

/// The spins of each site over the rows of each piece: two sites are compared 64 rows at a time.
class Columns {
 public:
  Columns(const ensemble::Ensemble& ensemble, const IndependentRows& rows) {
    for (std::size_t p = 0; p < rows.pieces(); ++p)
      parts_.push_back(kernels::transposed(ensemble.spins.gather(rows.rows(p))));
  }

  /// sum of a_i b_j over the rows of a piece; `n`: their number.
  [[nodiscard]] static double sum(const Columns& a, std::size_t i, const Columns& b, std::size_t j,
                                  std::size_t piece, std::size_t n) {
    return static_cast<double>(n) -
           2.0 * static_cast<double>(kernels::unequal_bits(a.parts_[piece].row(i), b.parts_[piece].row(j)));
  }

 private:
  std::vector<kernels::PackedSpins> parts_;  // [piece]: (sites, rows of the piece)
};

void check_rows(const ensemble::Ensemble& a, const ensemble::Ensemble& b) {
  if (a.size() == b.size() && a.size() > 0) return;
  throw input_error("correlators",
                    fmt::format("{} and {} configurations do not belong together", a.size(), b.size()),
                    "give two readings of the same rows, one at least");
}

/// The sites that count.
std::vector<std::size_t> used_sites(const ensemble::Ensemble& ensemble, const std::vector<bool>& use) {
  const auto n = static_cast<std::size_t>(ensemble.lattice.n_sites());
  if (!use.empty() && use.size() != n)
    throw input_error("correlators", fmt::format("{} marks for {} blocks", use.size(), n),
                      "give one for each");
  std::vector<std::size_t> sites;
  for (std::size_t a = 0; a < n; ++a)
    if (use.empty() || use[a]) sites.push_back(a);
  if (sites.empty()) throw input_error("correlators", "no block is left", "leave out dead units only");
  return sites;
}

/// A pair of sites (i of a, j of b) and its bin.
struct BinnedPair {
  std::size_t i;
  std::size_t j;
  std::size_t bin;
  double distance;
};

DistanceProfile profile_of(const ensemble::Ensemble& a, const ensemble::Ensemble& b,
                           std::span<const double> edges, const std::vector<BinnedPair>& pairs) {
  const IndependentRows rows(a);
  const Columns columns_a(a, rows);
  const Columns columns_b(b, rows);
  const std::size_t bins = edges.size() - 1;
  std::vector<double> sums(rows.pieces() * bins);
  base::parallel_for(rows.pieces(), [&](std::size_t p) {
    for (const auto& pair : pairs)
      sums[p * bins + pair.bin] += Columns::sum(columns_a, pair.i, columns_b, pair.j, p, rows.length(p));
  });
  DistanceProfile profile{.edges = {edges.begin(), edges.end()},
                          .distance = std::vector<double>(bins),
                          .mean = std::vector<stats::Estimate>(bins),
                          .pairs = std::vector<std::size_t>(bins)};
  for (const auto& pair : pairs) {
    ++profile.pairs[pair.bin];
    profile.distance[pair.bin] += pair.distance;
  }
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const auto n = static_cast<double>(profile.pairs[bin]);
    profile.distance[bin] = n > 0 ? profile.distance[bin] / n : none;
    if (n == 0) continue;
    stats::Pieces pieces;
    for (std::size_t p = 0; p < rows.pieces(); ++p) {
      const auto length = static_cast<double>(rows.length(p));
      pieces.means.push_back(sums[p * bins + bin] / (n * length));
      pieces.weights.push_back(length);
    }
    profile.mean[bin] = stats::mean_of_pieces(pieces);
  }
  return profile;
}

/// The bin of a distance, if it is in one.
std::optional<std::size_t> bin_of(std::span<const double> edges, double distance) {
  const auto above = std::ranges::upper_bound(edges, distance);
  if (above == edges.begin() || above == edges.end()) return std::nullopt;
  return static_cast<std::size_t>(above - edges.begin()) - 1;
}

void check_edges(std::span<const double> edges) {
  if (edges.size() < 2 || !std::ranges::is_sorted(edges))
    throw input_error("correlators", "the edges of the distances are no bins", "give two or more, ascending");
}

/// Sums over the elements of two matrices that a Pearson coefficient is made of.
struct Sums {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

  void add(double a, double b) { n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b; }
  void add(const Sums& s) { n += s.n, x += s.x, y += s.y, xx += s.xx, yy += s.yy, xy += s.xy; }
  [[nodiscard]] double pearson() const {
    const double variances = (xx - x * x / n) * (yy - y * y / n);
    // Equal elements leave nothing but rounding.
    if (!(xx - x * x / n > 1e-12 * xx) || !(yy - y * y / n > 1e-12 * yy)) return none;
    return (xy - x * y / n) / std::sqrt(variances);
  }
};

}  // namespace

PairMatrix pair_correlations(const ensemble::Ensemble& a, const ensemble::Ensemble& b) {
  check_rows(a, b);
  const IndependentRows rows(a);
  const Columns columns_a(a, rows);
  const Columns columns_b(b, rows);
  PairMatrix matrix{.rows = a.spins.n_columns(), .columns = b.spins.n_columns(), .value = {}, .error = {}};
  matrix.value.resize(matrix.rows * matrix.columns);
  matrix.error.resize(matrix.value.size());
  base::parallel_for(matrix.rows, [&](std::size_t i) {
    stats::Pieces pieces{.n_observables = 1, .means = std::vector<double>(rows.pieces()), .weights = {}};
    for (std::size_t p = 0; p < rows.pieces(); ++p)
      pieces.weights.push_back(static_cast<double>(rows.length(p)));
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      for (std::size_t p = 0; p < rows.pieces(); ++p)
        pieces.means[p] = Columns::sum(columns_a, i, columns_b, j, p, rows.length(p)) / pieces.weights[p];
      const auto mean = stats::mean_of_pieces(pieces);
      matrix.value[i * matrix.columns + j] = mean.value;
      matrix.error[i * matrix.columns + j] = mean.error;
    }
  });
  return matrix;
}

std::span<const double> profile_edges() {
  static constexpr std::array<double, 8> edges = {0, 0.8, 1.7, 2.6, 3.6, 5, 7, 10};
  return edges;
}

DistanceProfile distance_profile(const ensemble::Ensemble& fine, const ensemble::Ensemble& coarse,
                                 std::span<const double> edges, const std::vector<bool>& use) {
  check_rows(fine, coarse);
  check_edges(edges);
  std::vector<BinnedPair> pairs;
  for (const std::size_t a : used_sites(coarse, use))
    for (std::size_t i = 0; i < fine.spins.n_columns(); ++i) {
      const double distance =
          networks::distance_to_block(fine.lattice, coarse.lattice, static_cast<int>(a), static_cast<int>(i));
      if (const auto bin = bin_of(edges, distance)) pairs.push_back({i, a, *bin, distance});
    }
  return profile_of(fine, coarse, edges, pairs);
}

DistanceProfile pair_profile(const ensemble::Ensemble& ensemble, std::span<const double> edges,
                             const std::vector<bool>& use) {
  check_rows(ensemble, ensemble);
  check_edges(edges);
  const auto& lattice = ensemble.lattice;
  const auto along = [&](int a, int b, int side) {
    const int d = std::abs(a - b);
    return lattice.boundary() == lattice::Boundary::periodic ? std::min(d, side - d) : d;
  };
  const auto sites = used_sites(ensemble, use);
  std::vector<BinnedPair> pairs;
  for (const std::size_t a : sites)
    for (const std::size_t b : sites) {
      if (b <= a) continue;
      const int i = static_cast<int>(a);
      const int j = static_cast<int>(b);
      const int dx = along(i % lattice.lx(), j % lattice.lx(), lattice.lx());
      const int dy = along(i / lattice.lx(), j / lattice.lx(), lattice.ly());
      const double distance = std::sqrt(static_cast<double>(dx * dx + dy * dy));
      if (const auto bin = bin_of(edges, distance)) pairs.push_back({a, b, *bin, distance});
    }
  return profile_of(ensemble, ensemble, edges, pairs);
}

namespace {

/// Two matrices of correlators, x = <v_i h_a> and y = <v_i S_a>.
struct CorrelatorPair {
  std::size_t n = 0;          // sites i
  std::size_t m = 0;          // sites a
  std::vector<double> x;      // (n, m), row-major
  std::vector<double> y;      // (n, m), row-major
  std::vector<Sums> without;  // (pieces): sums over the matrices of all rows but the piece's
  Sums all;                   // of all rows
};

CorrelatorPair correlator_pair(const ensemble::Ensemble& fine, const ensemble::Ensemble& hidden,
                               const ensemble::Ensemble& blocks, const std::vector<std::size_t>& sites) {
  const IndependentRows rows(fine);
  const std::size_t pieces = rows.pieces();
  const auto total = static_cast<double>(rows.size());
  const Columns columns_v(fine, rows);
  const Columns columns_h(hidden, rows);
  const Columns columns_s(blocks, rows);
  CorrelatorPair result{.n = static_cast<std::size_t>(fine.lattice.n_sites()), .m = sites.size()};
  const std::size_t n = result.n;
  const std::size_t m = result.m;
  result.x.resize(n * m);
  result.y.resize(n * m);
  std::vector<Sums> sums(n * (pieces + 1));  // [site][piece]; the last: of all rows
  base::parallel_for(n, [&](std::size_t i) {
    std::vector<double> of_piece_x(pieces);
    std::vector<double> of_piece_y(pieces);
    for (std::size_t c = 0; c < m; ++c) {
      for (std::size_t p = 0; p < pieces; ++p) {
        of_piece_x[p] = Columns::sum(columns_v, i, columns_h, sites[c], p, rows.length(p));
        of_piece_y[p] = Columns::sum(columns_v, i, columns_s, sites[c], p, rows.length(p));
      }
      const double all_x = std::accumulate(of_piece_x.begin(), of_piece_x.end(), 0.0);
      const double all_y = std::accumulate(of_piece_y.begin(), of_piece_y.end(), 0.0);
      result.x[i * m + c] = all_x / total;
      result.y[i * m + c] = all_y / total;
      for (std::size_t p = 0; p < pieces; ++p) {
        const double left = total - static_cast<double>(rows.length(p));
        sums[i * (pieces + 1) + p].add((all_x - of_piece_x[p]) / left, (all_y - of_piece_y[p]) / left);
      }
      sums[i * (pieces + 1) + pieces].add(result.x[i * m + c], result.y[i * m + c]);
    }
  });
  result.without.resize(pieces);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t p = 0; p < pieces; ++p) result.without[p].add(sums[i * (pieces + 1) + p]);
    result.all.add(sums[i * (pieces + 1) + pieces]);
  }
  return result;
}

/// sum_i x_ia y_ib: (m, m), row-major.
std::vector<double> gram_of(const CorrelatorPair& pair) {
  const std::size_t m = pair.m;
  std::vector<double> gram(m * m);
  base::parallel_for(m, [&](std::size_t a) {
    for (std::size_t i = 0; i < pair.n; ++i) {
      const double x_ia = pair.x[i * m + a];
      for (std::size_t b = 0; b < m; ++b) gram[a * m + b] += x_ia * pair.y[i * m + b];
    }
  });
  return gram;
}

/// Compares `result.pearson` with that of permuted columns. A permutation of the columns changes sum xy
/// alone: it is sum_a gram[a, place of a].
void test_permutations(MatrixLikeness& result, const CorrelatorPair& pair, std::size_t permutations,
                       std::uint64_t seed) {
  const std::size_t m = pair.m;
  const auto gram = gram_of(pair);
  base::RandomStream random(seed, "correlators.permutations");
  std::vector<std::size_t> place(m);
  std::iota(place.begin(), place.end(), std::size_t{0});
  double sum = 0;
  double squares = 0;
  std::size_t as_large = 0;
  result.null_largest = -1;
  for (std::size_t k = 0; k < permutations; ++k) {
    for (std::size_t a = m; a > 1; --a) std::swap(place[a - 1], place[random.below(a)]);
    Sums permuted = pair.all;
    permuted.xy = 0;
    for (std::size_t a = 0; a < m; ++a) permuted.xy += gram[a * m + place[a]];
    const double r = permuted.pearson();
    sum += r;
    squares += r * r;
    result.null_largest = std::max(result.null_largest, r);
    // The unpermuted one, drawn again, may differ in its last digits.
    if (r >= result.pearson.value - 1e-12) ++as_large;
  }
  const auto count = static_cast<double>(permutations);
  result.null_mean = sum / count;
  result.null_sd = std::sqrt(std::max(0.0, squares / count - result.null_mean * result.null_mean));
  result.p_value = (1 + static_cast<double>(as_large)) / (1 + count);
}

}  // namespace

MatrixLikeness correlator_likeness(const ensemble::Ensemble& fine, const ensemble::Ensemble& hidden,
                                   const ensemble::Ensemble& blocks, const std::vector<bool>& use,
                                   std::size_t permutations, std::uint64_t seed) {
  check_rows(fine, hidden);
  check_rows(fine, blocks);
  if (!(hidden.lattice == blocks.lattice))
    throw input_error("correlators",
                      fmt::format("hidden units on {} and blocks on {} are not compared",
                                  hidden.lattice.text(), blocks.lattice.text()),
                      "use blocks of the hidden lattice");
  const auto pair = correlator_pair(fine, hidden, blocks, used_sites(hidden, use));
  MatrixLikeness result;
  std::vector<double> without;
  for (const Sums& sums : pair.without) without.push_back(sums.pearson());
  result.pearson = stats::jackknife_estimate(pair.all.pearson(), without);
  if (permutations > 0 && !std::isnan(result.pearson.value))
    test_permutations(result, pair, permutations, seed);
  return result;
}

}  // namespace spinflow::analysis

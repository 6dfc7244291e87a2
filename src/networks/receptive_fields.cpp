// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/receptive_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "kernels/dense/elementary.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/assignment.hpp"

namespace spinflow::networks {

namespace {

constexpr double least_weight = 0.1;  // sum |w| of a unit that is not dead

std::span<const float> row_of(const Rbm& rbm, std::size_t unit) {
  return std::span(rbm.weights).subspan(unit * rbm.n_visible(), rbm.n_visible());
}

double sum_of(const Rbm& rbm, std::size_t unit) {
  double sum = 0;
  for (const double w : row_of(rbm, unit)) sum += w;
  return sum;
}

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// The coarse lattice must be one that hidden_lattice makes of the fine one, which is not asked because it
/// would build it anew.
void require_coarse(const lattice::Lattice& fine, const lattice::Lattice& coarse) {
  const int b = fine.lx() / coarse.lx();
  const bool along_y = fine.dimension() == 1 || fine.ly() == b * coarse.ly();
  if (b >= 2 && fine.lx() == b * coarse.lx() && along_y && fine.dimension() == coarse.dimension() &&
      fine.boundary() == coarse.boundary())
    return;
  throw input_error(
      "arrangement",
      fmt::format("a lattice of {} ({}) holds no blocks of one of {} ({})", coarse.text(),
                  lattice::to_string(coarse.boundary()), fine.text(), lattice::to_string(fine.boundary())),
      "give the hidden lattice of the visible one");
}

/// Distance along an axis of `side` sites between site i and the centre of block k of b sites.
double axis_distance(int b, int k, int i, int side, bool ring) {
  const double d = std::abs(i - (b * k + (b - 1) / 2.0));
  return ring ? std::min(d, side - d) : d;
}

/// distance_to_block for lattices that fit.
double centre_distance(const lattice::Lattice& fine, const lattice::Lattice& coarse, int block, int site) {
  const int b = fine.lx() / coarse.lx();
  const bool ring = fine.boundary() == lattice::Boundary::periodic;
  const double dx = axis_distance(b, block % coarse.lx(), site % fine.lx(), fine.lx(), ring);
  if (fine.dimension() == 1) return dx;
  // Bins of distance are the same everywhere: std::sqrt is exact to the last bit, std::hypot need not be.
  const double dy = axis_distance(b, block / coarse.lx(), site / fine.lx(), fine.ly(), ring);
  return std::sqrt(dx * dx + dy * dy);
}

/// exp(-d^2 / (2 range^2)) along an axis: (n_blocks, n_blocks b). Where a unit goes decides what the layer
/// above learns, so the exponential is not libm's.
std::vector<double> axis_nearness(int b, int n_blocks, bool ring, double range) {
  std::vector<double> near;
  for (int k = 0; k < n_blocks; ++k)
    for (int i = 0; i < n_blocks * b; ++i) {
      const double d = axis_distance(b, k, i, n_blocks * b, ring);
      near.push_back(kernels::exp_fixed(-d * d / (2 * range * range)));
    }
  return near;
}

/// sum_i w_i^2 / sum_j w_j^2 exp(-d^2 / (2 range^2)) for every place: d^2 = dx^2 + dy^2, so that one axis is
/// summed after the other.
class Overlaps {
 public:
  Overlaps(const lattice::Lattice& fine, const lattice::Lattice& coarse, double range)
      : lx_(static_cast<std::size_t>(fine.lx())),
        ly_(static_cast<std::size_t>(fine.ly())),
        blocks_x_(static_cast<std::size_t>(coarse.lx())),
        blocks_y_(static_cast<std::size_t>(coarse.ly())) {
    const int b = fine.lx() / coarse.lx();
    const bool ring = fine.boundary() == lattice::Boundary::periodic;
    near_x_ = axis_nearness(b, coarse.lx(), ring, range);
    near_y_ = fine.dimension() == 1 ? std::vector<double>{1} : axis_nearness(b, coarse.ly(), ring, range);
  }

  /// `weights`: (n_visible); `overlap`: (n_places).
  void compute(std::span<const float> weights, std::span<double> overlap) const {
    double squares = 0;
    std::vector<double> along_x(ly_ * blocks_x_);
    for (std::size_t y = 0; y < ly_; ++y)
      for (std::size_t x = 0; x < lx_; ++x) {
        const double square = double{weights[y * lx_ + x]} * weights[y * lx_ + x];
        squares += square;
        for (std::size_t k = 0; k < blocks_x_; ++k)
          along_x[y * blocks_x_ + k] += square * near_x_[k * lx_ + x];
      }
    for (std::size_t l = 0; l < blocks_y_; ++l)
      for (std::size_t k = 0; k < blocks_x_; ++k) {
        double sum = 0;
        for (std::size_t y = 0; y < ly_; ++y) sum += near_y_[l * ly_ + y] * along_x[y * blocks_x_ + k];
        overlap[l * blocks_x_ + k] = sum / squares;
      }
  }

 private:
  std::size_t lx_;
  std::size_t ly_;
  std::size_t blocks_x_;
  std::size_t blocks_y_;
  std::vector<double> near_x_;  // (blocks_x, lx)
  std::vector<double> near_y_;  // (blocks_y, ly)
};

}  // namespace

std::vector<ReceptiveField> receptive_fields(const Rbm& rbm) {
  std::vector<ReceptiveField> fields(rbm.n_hidden);
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    double magnitude = 0;
    double squares = 0;
    double fourth = 0;
    for (const double w : row_of(rbm, a)) {
      magnitude += std::abs(w);
      squares += w * w;
      fourth += w * w * w * w;
    }
    fields[a].dead = magnitude < least_weight;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    fields[a].participation = fields[a].dead ? none : squares * squares / fourth;
    fields[a].coherence = fields[a].dead ? none : std::abs(sum_of(rbm, a)) / magnitude;
  }
  return fields;
}

LayerSummary layer_summary(const Rbm& rbm) {
  std::vector<double> participation;
  std::vector<double> coherence;
  for (const auto& field : receptive_fields(rbm)) {
    if (field.dead) continue;
    participation.push_back(field.participation);
    coherence.push_back(field.coherence);
  }
  return {median(participation), median(coherence), rbm.n_hidden - participation.size()};
}

double distance_to_block(const lattice::Lattice& fine, const lattice::Lattice& coarse, int block, int site) {
  require_coarse(fine, coarse);
  return centre_distance(fine, coarse, block, site);
}

Arrangement arrangement(const Rbm& rbm, const lattice::Lattice& hidden, double range) {
  require_coarse(rbm.visible, hidden);
  const std::size_t n = rbm.n_hidden;
  if (static_cast<std::size_t>(hidden.n_sites()) != n)
    throw input_error("arrangement", fmt::format("{} hidden units have {} places", n, hidden.n_sites()),
                      "give the hidden lattice of the network");
  if (!std::isfinite(range) || range <= 0)
    throw input_error("arrangement", fmt::format("the range {} is no distance", range),
                      "1.5 is the usual one");
  const auto fields = receptive_fields(rbm);
  const Overlaps overlaps(rbm.visible, hidden, range);
  std::vector<double> cost(n * n);
  base::parallel_for(n, [&](std::size_t a) {
    if (fields[a].dead) return;
    const auto row = std::span(cost).subspan(a * n, n);
    overlaps.compute(row_of(rbm, a), row);
    for (double& c : row) c = -c;
  });
  Arrangement result{.place = stats::least_cost_assignment(cost, n), .sign = {}, .overlap = {}};
  std::vector<std::size_t> left;
  for (std::size_t a = 0; a < n; ++a)
    if (fields[a].dead) left.push_back(result.place[a]);
  std::ranges::sort(left);
  auto next = left.begin();
  for (std::size_t a = 0; a < n; ++a) {
    if (fields[a].dead) result.place[a] = *next++;
    result.sign.push_back(sum_of(rbm, a) < 0 ? -1 : 1);
    result.overlap.push_back(-cost[a * n + result.place[a]]);
  }
  return result;
}

Rbm arranged(const Rbm& rbm, const Arrangement& arrangement) {
  if (arrangement.place.size() != rbm.n_hidden || arrangement.sign.size() != rbm.n_hidden)
    throw input_error(
        "arrangement",
        fmt::format("it places {} units, the network has {}", arrangement.place.size(), rbm.n_hidden),
        "use the arrangement of this network");
  Rbm result = rbm;
  const std::size_t n_visible = rbm.n_visible();
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    const auto sign = static_cast<float>(arrangement.sign[a]);
    const std::size_t to = arrangement.place[a];
    for (std::size_t i = 0; i < n_visible; ++i)
      result.weights[to * n_visible + i] = sign * rbm.weights[a * n_visible + i];
    result.hidden_bias[to] = sign * rbm.hidden_bias[a];
  }
  return result;
}

}  // namespace spinflow::networks

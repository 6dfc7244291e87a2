// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/receptive_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/kernels/elementary.hpp"
#include "spinflow/networks/stack.hpp"
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

double axis_distance(double a, double b, int side, bool ring) {
  const double d = std::abs(a - b);
  return ring ? std::min(d, side - d) : d;
}

void require_coarse(const lattice::Lattice& fine, const lattice::Lattice& coarse) {
  const auto n = static_cast<std::size_t>(coarse.n_sites());
  if (coarse.n_sites() < fine.n_sites() && hidden_lattice(fine, n) == coarse) return;
  throw input_error(
      "arrangement",
      fmt::format("a lattice of {} ({}) holds no blocks of one of {} ({})", coarse.text(),
                  lattice::to_string(coarse.boundary()), fine.text(), lattice::to_string(fine.boundary())),
      "give the hidden lattice of the visible one");
}

/// distance_to_block for lattices that fit.
double centre_distance(const lattice::Lattice& fine, const lattice::Lattice& coarse, int block, int site) {
  const int b = fine.lx() / coarse.lx();
  const bool ring = fine.boundary() == lattice::Boundary::periodic;
  const double middle = (b - 1) / 2.0;
  const double dx = axis_distance(site % fine.lx(), b * (block % coarse.lx()) + middle, fine.lx(), ring);
  if (fine.dimension() == 1) return dx;
  // sqrt is exact to the last bit on every machine, std::hypot need not be.
  const double dy = axis_distance(site / fine.lx(), b * (block / coarse.lx()) + middle, fine.ly(), ring);
  return std::sqrt(dx * dx + dy * dy);
}

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

std::vector<double> block_distances(const lattice::Lattice& fine, const lattice::Lattice& coarse) {
  require_coarse(fine, coarse);
  std::vector<double> distances;
  for (int block = 0; block < coarse.n_sites(); ++block)
    for (int site = 0; site < fine.n_sites(); ++site)
      distances.push_back(centre_distance(fine, coarse, block, site));
  return distances;
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
  const std::size_t n_visible = rbm.n_visible();
  // Where a unit goes decides what the layer above learns: no exponential of libm's.
  std::vector<double> near(n * n_visible);
  base::parallel_for(n, [&](std::size_t place) {
    for (std::size_t i = 0; i < n_visible; ++i) {
      const double d = centre_distance(rbm.visible, hidden, static_cast<int>(place), static_cast<int>(i));
      near[place * n_visible + i] = kernels::exp_fixed(-d * d / (2 * range * range));
    }
  });
  std::vector<double> cost(n * n);
  base::parallel_for(n, [&](std::size_t a) {
    if (fields[a].dead) return;
    const auto row = row_of(rbm, a);
    std::vector<double> share(n_visible);
    double squares = 0;
    for (std::size_t i = 0; i < n_visible; ++i) squares += share[i] = double{row[i]} * row[i];
    for (std::size_t place = 0; place < n; ++place) {
      double sum = 0;
      for (std::size_t i = 0; i < n_visible; ++i) sum += share[i] * near[place * n_visible + i];
      cost[a * n + place] = -sum / squares;
    }
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

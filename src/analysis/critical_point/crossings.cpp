// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "analysis/critical_point/critical_parts.hpp"
#include "analysis/roots.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::analysis {

namespace {

double q_of(const SizeCurves& curves, double coupling, std::size_t left_out) {
  return curves.at(coupling, left_out)[static_cast<std::size_t>(Quantity::q)];
}

/// Finds the K at which Q of two sizes is the same.
class Pair {
 public:
  Pair(const SizeCurves& smaller, const SizeCurves& larger)
      : smaller_(smaller),
        larger_(larger),
        lowest_(std::max(smaller.reach().first, larger.reach().first)),
        highest_(std::min(smaller.reach().second, larger.reach().second)) {}

  /// Of all data; NaN if there is none.
  [[nodiscard]] double root() const {
    return rise_nearest_middle(
        [&](double k) { return at(k, SizeCurves::all_batches); }, lowest_, highest_,
        [&](double below, double above, double, double) { return bisected(below, above); });
  }

  /// Without a batch, near the root of all data; NaN if that leads out of reach.
  [[nodiscard]] double root_near(double start, std::size_t left_out) const {
    return root_by_secants([&](double k) { return at(k, left_out); }, start, 1e-6, 1e-13, lowest_, highest_);
  }

 private:
  [[nodiscard]] double at(double coupling, std::size_t left_out) const {
    return q_of(larger_, coupling, left_out) - q_of(smaller_, coupling, left_out);
  }

  [[nodiscard]] double bisected(double below, double above) const {
    for (int i = 0; i < 45; ++i) {
      const double middle = 0.5 * (below + above);
      (at(middle, SizeCurves::all_batches) < 0 ? below : above) = middle;
    }
    return 0.5 * (below + above);
  }

  const SizeCurves& smaller_;
  const SizeCurves& larger_;
  double lowest_;
  double highest_;
};

struct Found {
  Crossing crossing;
  Sampled coupling;
};

Found found(const SizeCurves& smaller, const SizeCurves& larger) {
  Found result;
  result.crossing.smaller = smaller.size();
  result.crossing.larger = larger.size();
  const Pair pair(smaller, larger);
  const double root = pair.root();
  const std::size_t n = larger.n_batches();
  result.coupling.without.assign(n, Universality::unknown);
  if (!std::isfinite(root)) return result;
  result.coupling.all = root;
  Sampled q{q_of(larger, root, SizeCurves::all_batches), std::vector<double>(n, Universality::unknown)};
  base::parallel_for(n, [&](std::size_t b) {
    result.coupling.without[b] = pair.root_near(root, b);
    if (std::isfinite(result.coupling.without[b])) q.without[b] = q_of(larger, result.coupling.without[b], b);
  });
  result.crossing.coupling = result.coupling.estimate();
  result.crossing.q = q.estimate();
  return result;
}

void append(std::vector<Crossing>& crossings, std::vector<Found> of_a_kind) {
  for (std::size_t i = 1; i < of_a_kind.size(); ++i)
    of_a_kind[i].crossing.drift = difference(of_a_kind[i].coupling, of_a_kind[i - 1].coupling).estimate();
  for (const auto& one : of_a_kind) crossings.push_back(one.crossing);
}

}  // namespace

std::vector<Crossing> crossings_of(const std::vector<SizeCurves>& curves) {
  std::vector<Found> neighbours;
  std::vector<Found> doubled;
  for (std::size_t i = 0; i < curves.size(); ++i)
    for (std::size_t j = i + 1; j < curves.size(); ++j) {
      if (j == i + 1)
        neighbours.push_back(found(curves[i], curves[j]));
      else if (curves[j].size() == 2 * curves[i].size())
        doubled.push_back(found(curves[i], curves[j]));
    }
  std::vector<Crossing> crossings;
  append(crossings, std::move(neighbours));
  append(crossings, std::move(doubled));
  return crossings;
}

}  // namespace spinflow::analysis

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <optional>

#include "analysis/critical_parts.hpp"
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

  /// Of all data: the change of sign, from below to above, nearest the middle of the common reach. There the
  /// data are, and noise far from them crosses, too.
  [[nodiscard]] std::optional<double> root() const {
    constexpr int n_steps = 24;
    if (!(highest_ > lowest_)) return {};
    const double middle = 0.5 * (lowest_ + highest_);
    std::optional<double> nearest;
    double below = lowest_;
    double difference = at(below, SizeCurves::all_batches);
    for (int i = 1; i <= n_steps; ++i) {
      const double above = lowest_ + (highest_ - lowest_) * i / n_steps;
      const double next = at(above, SizeCurves::all_batches);
      if (difference < 0 && next >= 0 && (!nearest || std::abs(above - middle) < std::abs(*nearest - middle)))
        nearest = bisected(below, above);
      below = above;
      difference = next;
    }
    return nearest;
  }

  /// Without a batch: by secants from the root of all data, NaN if that leads out of reach.
  [[nodiscard]] double root_near(double start, std::size_t left_out) const {
    double before = start * (1 + 1e-6);
    double difference_before = at(before, left_out);
    double here = start;
    for (int i = 0; i < 30; ++i) {
      const double difference = at(here, left_out);
      const double step = -difference * (here - before) / (difference - difference_before);
      if (difference == 0 || std::abs(step) < 1e-13 * here) return here;
      before = here;
      difference_before = difference;
      here += step;
      if (!(here >= lowest_) || !(here <= highest_)) break;
    }
    return std::nan("");
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
  const auto root = pair.root();
  const std::size_t n = larger.n_batches();
  result.coupling.without.assign(n, Universality::unknown);
  if (!root) return result;
  result.coupling.all = *root;
  Sampled q{q_of(larger, *root, SizeCurves::all_batches), std::vector<double>(n, Universality::unknown)};
  base::parallel_for(n, [&](std::size_t b) {
    result.coupling.without[b] = pair.root_near(*root, b);
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

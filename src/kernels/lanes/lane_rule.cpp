// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/checkerboard/coarse_decision.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/lanes/lane_update.hpp"

namespace spinflow::kernels {

LaneRule::LaneRule(LocalUpdate update, double coupling, double field, const LaneGraph& graph,
                   std::span<const double> temperatures)
    : update_(update),
      coupling_(coupling),
      field_(field),
      temperatures_(temperatures.begin(), temperatures.end()) {
  assert(temperatures.size() == block_lanes);
  std::array<bool, LaneGraph::most_neighbours + 1> occurs{};
  for (const auto degree : graph.degree) occurs[degree] = true;
  std::array<std::vector<double>, LaneGraph::most_neighbours + 1> magnitudes;  // the distinct |f| > 0
  constexpr std::uint64_t yes = ~std::uint64_t{0};
  for (std::size_t z = 0; z <= LaneGraph::most_neighbours; ++z) {
    if (!occurs[z]) continue;
    for (std::size_t k = 0; k <= z; ++k) {
      const double f = local_field(z, k);
      if (f > 0) degrees_[z].field_up[k] = yes;
      if (f == 0) {
        degrees_[z].without_field[k] = yes;
        continue;
      }
      const auto known = std::find(magnitudes[z].begin(), magnitudes[z].end(), std::abs(f));
      const auto index = static_cast<std::size_t>(known - magnitudes[z].begin());
      if (known == magnitudes[z].end()) magnitudes[z].push_back(std::abs(f));
      degrees_[z].in_class[index][k] = yes;
    }
    if (magnitudes[z].size() > 2) n_classes_ = most_classes;
  }
  std::vector<double> events;  // their mean numbers at a site, kind by kind, lane by lane
  for (std::size_t z = 0; z <= LaneGraph::most_neighbours; ++z) {
    if (!occurs[z]) continue;
    if (update == LocalUpdate::heat_bath) {
      tabulate_thresholds(degrees_[z], magnitudes[z]);
    } else {
      degrees_[z].first_kind = n_kinds_;
      n_kinds_ += n_classes_;
      events.resize(block_lanes * n_kinds_);
      tabulate_coarse(degrees_[z], magnitudes[z], std::span(events).last(block_lanes * n_classes_));
    }
  }
  double sum = 0;
  for (const double mean : events) sum += mean;
  if (sum == 0) return;  // no event ever
  // Fewer than 240: 15 classes of all degrees, 8192 spins, and no x above 1/513.
  n_events_ = PoissonTable(static_cast<double>(group_sites) * sum);
  place_of_event_ = AliasTable(events);
}

double LaneRule::local_field(std::size_t n_neighbours, std::size_t n_up) const {
  return coupling_ * (2.0 * static_cast<double>(n_up) - static_cast<double>(n_neighbours)) + field_;
}

double LaneRule::probability_against(double field, std::size_t lane) const {
  const double boltzmann = boltzmann_of_flip(field, temperatures_[lane]);
  return update_ == LocalUpdate::heat_bath ? boltzmann / (1.0 + boltzmann) : 0.75 * boltzmann;
}

void LaneRule::tabulate_thresholds(Degree& degree, std::span<const double> magnitudes) const {
  degree.planes.resize(n_classes_);
  for (std::size_t c = 0; c < magnitudes.size(); ++c)
    for (std::size_t lane = 0; lane < block_lanes; ++lane) {
      const std::uint64_t threshold = probability_threshold(probability_against(magnitudes[c], lane));
      for (std::size_t bit = 0; bit < 64; ++bit)
        degree.planes[c].of_bit[bit][lane / 64] |= ((threshold >> (63 - bit)) & 1u) << (lane % 64);
    }
}

void LaneRule::tabulate_coarse(Degree& degree, std::span<const double> magnitudes,
                               std::span<double> events) const {
  degree.coarse.resize(n_classes_);
  for (std::size_t c = 0; c < magnitudes.size(); ++c)
    for (std::size_t lane = 0; lane < block_lanes; ++lane) {
      const CoarseDecision decision = coarse_decision(probability_against(magnitudes[c], lane), coarse_bits);
      CoarsePlanes& planes = degree.coarse[c];
      for (std::size_t bit = 0; bit < coarse_bits; ++bit)
        planes.of_bit[bit][lane / 64] |= std::uint64_t{decision.k >> bit & 1u} << (lane % 64);
      planes.at_event[lane / 64] |= std::uint64_t{decision.at_event} << (lane % 64);
      events[block_lanes * c + lane] = mean_of_event(decision.event);
    }
}

}  // namespace spinflow::kernels

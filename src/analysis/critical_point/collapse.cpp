// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "analysis/critical_point/critical_parts.hpp"

namespace spinflow::analysis {

namespace {

constexpr int points_per_size = 9;

/// The master curve at x and its variance: the weighted straight line through those points of all other sizes
/// which enclose x (Houdayer and Hartmann 2004, eqs. A2 to A5). False if there are none.
bool master_curve(const Collapse& collapse, std::size_t at, double& y, double& variance) {
  const double x = collapse.scaled[at];
  double k = 0;
  double kx = 0;
  double ky = 0;
  double kxx = 0;
  double kxy = 0;
  const auto add = [&](std::size_t j) {
    const double w = 1 / (collapse.q[j].error * collapse.q[j].error);
    k += w;
    kx += w * collapse.scaled[j];
    ky += w * collapse.q[j].value;
    kxx += w * collapse.scaled[j] * collapse.scaled[j];
    kxy += w * collapse.scaled[j] * collapse.q[j].value;
  };
  for (std::size_t j = 0; j + 1 < collapse.sizes.size(); ++j) {
    if (collapse.sizes[j] == collapse.sizes[at] || collapse.sizes[j + 1] != collapse.sizes[j]) continue;
    if (!(collapse.scaled[j] <= x && x < collapse.scaled[j + 1])) continue;
    add(j);
    add(j + 1);
  }
  const double delta = k * kxx - kx * kx;
  if (!(delta > 0)) return false;
  y = (kxx * ky - kx * kxy) / delta + x * (k * kxy - kx * ky) / delta;
  variance = (kxx - 2 * x * kx + x * x * k) / delta;
  return true;
}

}  // namespace

Collapse collapse_of(const CriticalInput& input, const CouplingFits& critical) {
  Collapse result;
  const double y_t = critical.y_t.value;
  if (!std::isfinite(critical.k_c.all) || !std::isfinite(y_t) || !critical.offset) return result;
  const auto chosen = std::find_if(critical.fits.begin(), critical.fits.end(),
                                   [](const SampledFit& fit) { return fit.fit.chosen; });
  for (std::size_t i = 0; i < input.curves.size(); ++i) {
    const auto& curves = input.curves[i];
    if (curves.size() < chosen->fit.least_size) continue;
    const auto& couplings = input.data.sizes[i].couplings;
    const double first =
        std::max(*std::min_element(couplings.begin(), couplings.end()), curves.reach().first);
    const double last =
        std::min(*std::max_element(couplings.begin(), couplings.end()), curves.reach().second);
    for (int p = 0; p < points_per_size; ++p) {
      const double coupling = first + (last - first) * p / (points_per_size - 1);
      auto q = curves.estimate(Quantity::q, coupling);
      q.value -= critical.offset(curves.size());
      result.sizes.push_back(curves.size());
      result.scaled.push_back((coupling - critical.k_c.all) * std::pow(curves.size(), y_t) +
                              critical.shift(curves.size()));
      result.q.push_back(q);
    }
  }
  double sum = 0;
  int n = 0;
  for (std::size_t i = 0; i < result.sizes.size(); ++i) {
    double y = 0;
    double variance = 0;
    if (!master_curve(result, i, y, variance)) continue;
    sum += std::pow(result.q[i].value - y, 2) / (result.q[i].error * result.q[i].error + variance);
    ++n;
  }
  if (n > 0) result.quality = sum / n;
  return result;
}

}  // namespace spinflow::analysis

// SPDX-License-Identifier: Apache-2.0
#include "analysis/roots.hpp"

#include <cmath>

namespace spinflow::analysis {

double rise_nearest_middle(
    const RealFunction& f, double lowest, double highest,
    const std::function<double(double below, double above, double f_below, double f_above)>& refined) {
  constexpr int n_steps = 24;
  double nearest = std::nan("");
  if (!(highest > lowest)) return nearest;
  const double middle = 0.5 * (lowest + highest);
  double below = lowest;
  double f_below = f(below);
  for (int i = 1; i <= n_steps; ++i) {
    const double above = lowest + (highest - lowest) * i / n_steps;
    const double f_above = f(above);
    if (f_below < 0 && f_above >= 0) {
      const double root = refined(below, above, f_below, f_above);
      if (std::isfinite(root) && !(std::abs(root - middle) >= std::abs(nearest - middle))) nearest = root;
    }
    below = above;
    f_below = f_above;
  }
  return nearest;
}

double root_by_secants(const RealFunction& f, double start, double first_step, double tolerance,
                       double lowest, double highest) {
  double before = start * (1 + first_step);
  double f_before = f(before);
  double here = start;
  for (int i = 0; i < 30; ++i) {
    const double f_here = f(here);
    const double step = -f_here * (here - before) / (f_here - f_before);
    if (f_here == 0 || std::abs(step) < tolerance * here) return here;
    before = here;
    f_before = f_here;
    here += step;
    if (!(here >= lowest && here <= highest)) break;
  }
  return std::nan("");
}

}  // namespace spinflow::analysis

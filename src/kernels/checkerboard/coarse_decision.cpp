// SPDX-License-Identifier: Apache-2.0
#include "kernels/checkerboard/coarse_decision.hpp"

namespace spinflow::kernels {

CoarseDecision coarse_decision(double p, std::size_t bits) {
  const auto cells = static_cast<double>(std::uint32_t{1} << bits);
  CoarseDecision below;
  below.k = static_cast<std::uint32_t>(p * cells);
  below.at_event = true;
  const double from_below = below.k / cells;
  below.event = (p - from_below) / (1 - from_below);
  if (below.event == 0) return below;
  CoarseDecision above;
  above.k = below.k + 1;
  above.event = (above.k / cells - p) / (above.k / cells);
  return above.event < below.event ? above : below;
}

double mean_of_event(double x) {
  // The logarithm's series: the same bits on every machine.
  double sum = 0;
  for (int k = 18; k >= 1; --k) sum = sum * x + 1.0 / k;
  return sum * x;
}

}  // namespace spinflow::kernels

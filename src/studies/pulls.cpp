// SPDX-License-Identifier: Apache-2.0
#include "studies/pulls.hpp"

#include <fmt/format.h>

#include <cmath>

#include "spinflow/stats/distributions.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

ChiSquare chi_square_of(const std::vector<Pull>& pulls) {
  ChiSquare a;
  double largest = -1;
  for (const auto& [where, measured, expected] : pulls) {
    const double pull = pull_of(measured, expected);
    if (!std::isfinite(pull)) continue;
    a.chi2 += pull * pull;
    ++a.n;
    if (std::abs(pull) <= largest) continue;
    largest = std::abs(pull);
    a.largest = fmt::format("{:+.1f} errors ({}: {} beside {:.4f})", pull, where, text(measured), expected);
  }
  if (a.n > 0) a.p = stats::chi2_survival(a.chi2, a.n);
  return a;
}

std::string words(const ChiSquare& a) {
  const std::string p = a.p < 1e-16 ? "below 1e-16" : fmt::format("= {:.2g}", a.p);
  return fmt::format("chi^2 {:.1f} of {}, p {}", a.chi2, a.n, p);
}

}  // namespace spinflow::studies

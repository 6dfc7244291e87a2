// SPDX-License-Identifier: Apache-2.0
#include "experiments/judging.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::experiments {

using results::Claim;
using results::Verdict;

stats::Estimate over_seeds(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values) {
    if (std::isinf(value)) return {.value = value, .error = std::numeric_limits<double>::quiet_NaN()};
    if (std::isfinite(value)) finite.push_back(value);
  }
  if (finite.empty()) return {};
  return stats::mean_of_pieces(finite);
}

stats::Estimate paired(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s) differences.push_back(a[s] - b[s]);
  return over_seeds(differences);
}

std::string text(double value, double error) {
  if (!std::isfinite(value)) return value > 0 ? "infinity" : "none";
  if (!std::isfinite(error) || error <= 0) return fmt::format("{:.3f}", value);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6);
  return fmt::format("{:.{}f}({:.0f})", value, digits, std::max(1.0, error * std::pow(10.0, digits)));
}

double interval(std::size_t n, std::size_t comparisons) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(1 - 0.025 / static_cast<double>(std::max<std::size_t>(1, comparisons)),
                                 static_cast<double>(n - 1));
}

std::size_t common_seeds(const std::vector<double>& a, const std::vector<double>& b) {
  std::size_t n = 0;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s)
    n += std::isfinite(a[s]) && std::isfinite(b[s]) ? 1 : 0;
  return n;
}

double one_sided_interval(std::size_t n) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(0.95, static_cast<double>(n - 1));
}

Question above(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label), value, {.value = value.value - limit, .error = value.error}, n};
}

Question within(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label), value, {.value = limit - std::abs(value.value), .error = value.error}, n};
}

std::vector<Check> answers(const std::vector<Question>& questions) {
  std::vector<Check> checks;
  for (const auto& [label, value, margin, n] : questions) {
    Check check{fmt::format("{} {}", label, text(value)), Status::open};
    if (std::isfinite(margin.value) && std::isfinite(margin.error) && n >= 2) {
      if (margin.value > interval(n) * margin.error) check.status = Status::met;
      if (margin.value < -interval(n, questions.size()) * margin.error) check.status = Status::violated;
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

Verdict verdict_of(const std::vector<Check>& checks) {
  const auto any = [&](Status s) {
    return std::ranges::any_of(checks, [&](const Check& c) { return c.status == s; });
  };
  if (any(Status::violated)) return Verdict::contradicted;
  return any(Status::open) || checks.empty() ? Verdict::inconclusive : Verdict::supported;
}

std::string list(const std::vector<Check>& checks, Status status) {
  std::vector<std::string> labels;
  for (const auto& c : checks)
    if (c.status == status) labels.push_back(c.label);
  return labels.empty() ? "none" : fmt::format("{}", fmt::join(labels, ", "));
}

Claim undecided(Claim claim, std::string reason) {
  claim.verdict = Verdict::inconclusive;
  claim.qualification = std::move(reason);
  return claim;
}

}  // namespace spinflow::experiments

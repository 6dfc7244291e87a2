// SPDX-License-Identifier: Apache-2.0
// The window at the end of a flow, and what a mean and a drift over it are worth.
#include <algorithm>
#include <cmath>
#include <map>

#include "spinflow/flow/fixed_point.hpp"

namespace spinflow::flow {

namespace {

using Course = std::vector<stats::Estimate>;

bool known(const Course& course) {
  return !course.empty() && std::ranges::all_of(course, [](const auto& step) {
    return std::isfinite(step.value) && std::isfinite(step.error);
  });
}

/// A straight line through a course.
struct Line {
  double mean = 0;
  double step_error = 0;  ///< mean error of one step
  double slope = 0;       ///< per step
  double xx = 0;          ///< sum of (step - middle)^2
};

Line line_of(const Course& course) {
  const auto n = static_cast<double>(course.size());
  Line line;
  const double first = course.front().value;
  const bool constant = std::isfinite(first) &&
                        std::ranges::all_of(course, [&](const auto& step) { return step.value == first; });
  for (const auto& step : course) {
    line.mean += step.value / n;
    line.step_error += step.error / n;
  }
  double xy = 0;
  for (std::size_t i = 0; i < course.size(); ++i) {
    const double x = static_cast<double>(i) - 0.5 * (n - 1);
    xy += x * (course[i].value - line.mean);
    line.xx += x * x;
  }
  line.slope = xy / line.xx;
  if (constant) {  // to the last bit, where an error of 0 would make rounding significant
    line.mean = first;
    line.slope = 0;
  }
  return line;
}

/// Of noise of variance 1 with correlation rho^d between steps d apart: the variance of the mean of n steps,
/// and the part of their mean square that a straight line through them takes (both 1/n where rho = 0).
struct Shares {
  double mean;
  double line;
};

Shares shares_of(std::size_t n_steps, double rho) {
  const auto n = static_cast<double>(n_steps);
  const double xx = n * (n * n - 1) / 12;
  double mean = 1;
  double line = xx;
  double power = rho;
  for (std::size_t d = 1; d < n_steps && power > 1e-12; ++d, power *= rho) {
    const auto lag = static_cast<double>(d);
    const double pairs = n - lag;
    mean += 2 * (pairs / n) * power;
    // Sum over the pairs of the product of their distances from the middle.
    line += 2 * (pairs * (pairs * pairs - 1) / 12 - pairs * lag * lag / 4) * power;
  }
  return {mean / n, line / (xx * n)};
}

/// The correlation of successive steps with which the courses scatter about their lines as much as is seen;
/// 0 where none has three steps, an error and a number. Of an AR(1) noise.
double correlation_of_steps(const std::vector<Course>& courses) {
  std::map<std::size_t, double> of_steps;  // by length
  double about_lines = 0;
  for (const auto& course : courses) {
    if (course.size() < 3 || !known(course)) continue;
    const auto n = static_cast<double>(course.size());
    const Line line = line_of(course);
    for (std::size_t i = 0; i < course.size(); ++i) {
      const double x = static_cast<double>(i) - 0.5 * (n - 1);
      const double off = course[i].value - line.mean - line.slope * x;
      about_lines += off * off / n;
      of_steps[course.size()] += course[i].error * course[i].error / n;
    }
  }
  const auto expected = [&](double rho) {
    double sum = 0;
    for (const auto& [n, variance] : of_steps) {
      const auto shares = shares_of(n, rho);
      sum += variance * (1 - shares.mean - shares.line);
    }
    return sum;
  };
  if (expected(0) <= about_lines) return 0;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 40; ++i) {  // the more lasting the noise, the less it scatters
    const double middle = 0.5 * (low + high);
    (expected(middle) > about_lines ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::span<const FlowStep> last_quarter(const FlowStart& start) {
  if (start.steps.empty()) return {};
  return std::span(start.steps).last((start.steps.size() - 1) / 4 + 1);
}

double share_of_mean(const std::vector<Course>& courses) {
  double of_steps = 0;
  double about_mean = 0;
  double least = 1;
  for (const auto& course : courses) {
    if (!known(course)) continue;
    const auto n = static_cast<double>(course.size());
    double mean = 0;
    for (const auto& step : course) mean += step.value / n;
    for (const auto& step : course) {
      of_steps += step.error * step.error / n;
      about_mean += (step.value - mean) * (step.value - mean) / n;
    }
    least = std::min(least, 1 / n);
  }
  return of_steps > 0 ? std::clamp(1 - about_mean / of_steps, least, 1.0) : 1;
}

std::vector<Ending> endings(const std::vector<Course>& courses) {
  const double seen = share_of_mean(courses);
  const double rho = correlation_of_steps(courses);
  std::map<std::size_t, Shares> shares;  // by length
  std::vector<Ending> all;
  for (const auto& course : courses) {
    all.emplace_back();
    if (course.empty()) continue;
    const std::size_t n = course.size();
    const Line line = line_of(course);
    if (!shares.contains(n)) shares[n] = shares_of(n, rho);
    const double share = n < 3 ? seen : std::max(seen, shares[n].mean);
    all.back().mean = {.value = line.mean, .error = line.step_error * std::sqrt(share)};
    if (n < 2) continue;
    const auto length = static_cast<double>(n - 1);
    // Of independent steps: 1 / sqrt(xx). Less is claimed for no course, for few steps do not tell.
    const double lasting = std::max(1.0, static_cast<double>(n) * shares[n].line);
    all.back().drift = {.value = line.slope * length,
                        .error = line.step_error / std::sqrt(line.xx) * length * std::sqrt(lasting)};
  }
  return all;
}

}  // namespace spinflow::flow

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

/// What the courses of three known steps or more say of the noise, taken as AR(1).
struct Scatter {
  std::map<std::size_t, double> of_steps;  ///< sum of the squared errors of a step, by length of the course
  double about_lines = 0;                  ///< sum of the mean squares about their lines
  double steps = 0;

  /// The correlation of successive steps at which they scatter so much. The more lasting the noise, the less.
  [[nodiscard]] double correlation(double scatter) const;
};

Scatter scatter_of(const std::vector<Course>& courses) {
  Scatter scatter;
  for (const auto& course : courses) {
    if (course.size() < 3 || !known(course)) continue;
    const auto n = static_cast<double>(course.size());
    const Line line = line_of(course);
    for (std::size_t i = 0; i < course.size(); ++i) {
      const double x = static_cast<double>(i) - 0.5 * (n - 1);
      const double off = course[i].value - line.mean - line.slope * x;
      scatter.about_lines += off * off / n;
      scatter.of_steps[course.size()] += course[i].error * course[i].error / n;
    }
    scatter.steps += n;
  }
  return scatter;
}

double Scatter::correlation(double scatter) const {
  const auto expected = [&](double rho) {
    double sum = 0;
    for (const auto& [n, variance] : of_steps) {
      const auto shares = shares_of(n, rho);
      sum += variance * (1 - shares.mean - shares.line);
    }
    return sum;
  };
  if (expected(0) <= scatter) return 0;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (expected(middle) > scatter ? low : high) = middle;
  }
  return low;
}

struct Correlation {
  double likely = 0;
  double most = 1;  ///< at two standard errors of the scatter; 1 where nothing is known
};

Correlation correlation_of_steps(const std::vector<Course>& courses) {
  const Scatter scatter = scatter_of(courses);
  if (scatter.steps == 0) return {};
  const double rho = scatter.correlation(scatter.about_lines);
  // The variance of a mean square over N steps of AR(1) noise.
  const double variance = 2 / scatter.steps * (1 + rho * rho) / (1 - rho * rho);
  const double least = scatter.about_lines * std::max(0.0, 1 - 2 * std::sqrt(variance));
  return {rho, scatter.correlation(least)};
}

/// Variances of mean and drift, the former in those of one step, the latter in those of independent steps,
/// which is the least that is claimed: few steps do not tell.
struct Variances {
  double mean;
  double drift;
};

Variances variances_of(std::size_t n, double rho, double seen) {
  const auto shares = shares_of(n, rho);
  return {std::max(seen, shares.mean), n < 2 ? 1 : std::max(1.0, static_cast<double>(n) * shares.line)};
}

}  // namespace

std::span<const FlowStep> last_quarter(const Trajectory& start) {
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
  const auto correlation = correlation_of_steps(courses);
  std::map<std::size_t, std::pair<Variances, Variances>> by_length;  // likely, and at most
  std::vector<Ending> all;
  for (const auto& course : courses) {
    all.emplace_back();
    if (course.empty()) continue;
    const std::size_t n = course.size();
    if (!by_length.contains(n))
      by_length[n] = {variances_of(n, correlation.likely, seen), variances_of(n, correlation.most, seen)};
    const auto& [likely, most] = by_length[n];
    const Line line = line_of(course);
    auto& end = all.back();
    end.mean = {.value = line.mean, .error = line.step_error * std::sqrt(likely.mean)};
    end.doubt = std::sqrt(std::max({1.0, most.mean / likely.mean, most.drift / likely.drift}));
    if (n < 2) continue;
    const auto length = static_cast<double>(n - 1);
    end.drift = {.value = line.slope * length,
                 .error = line.step_error / std::sqrt(line.xx) * length * std::sqrt(likely.drift)};
  }
  return all;
}

}  // namespace spinflow::flow

// SPDX-License-Identifier: Apache-2.0
#include "analysis/renormalization/scaling_fits.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {
constexpr double acceptable_probability = 0.05;
}  // namespace

stats::Estimate Sampled::estimate() const { return stats::jackknife_estimate(all, without); }

Sampled transformed(const Sampled& a, const std::function<double(double)>& f) {
  Sampled result{f(a.all), {}};
  for (const double x : a.without) result.without.push_back(f(x));
  return result;
}

Sampled difference(const Sampled& a, const Sampled& b) {
  Sampled result{a.all - b.all, {}};
  for (std::size_t i = 0; i < a.without.size(); ++i) result.without.push_back(a.without[i] - b.without[i]);
  return result;
}

namespace {

// Gives the fit the points of these sizes; false if one of them has no value or no error.
bool take_points(const ScalingPoints& points, int least_size, ScalingFit& fit,
                 std::vector<const Sampled*>& samples) {
  bool usable = true;
  for (std::size_t i = 0; i < points.y.size(); ++i) {
    if (points.sizes[i] < least_size) continue;
    fit.x.push_back(points.sizes[i]);
    fit.couplings.push_back(points.couplings[i]);
    fit.y.push_back(points.y[i].estimate());
    if (!points.errors.empty()) fit.y.back().error = points.errors[i];
    samples.push_back(&points.y[i]);
    usable = usable && std::isfinite(fit.y.back().value) && fit.y.back().error > 0;
  }
  return usable;
}

}  // namespace

SampledFit fit_sizes(const ScalingForm& form, const ScalingPoints& points, int least_size) {
  SampledFit result;
  ScalingFit& fit = result.fit;
  fit.name = form.name;
  fit.formula = form.formula;
  fit.least_size = least_size;
  fit.converged = false;
  std::size_t n_free = 0;
  for (const auto& parameter : form.parameters) {
    fit.parameters.push_back(parameter.name);
    n_free += parameter.fixed ? 0 : 1;
  }
  fit.values.resize(form.parameters.size());
  result.values.resize(form.parameters.size());
  std::vector<const Sampled*> samples;
  const bool usable = take_points(points, least_size, fit, samples);
  if (!usable || fit.y.size() < n_free) return result;

  const stats::FitFunction f = [&](std::size_t i, std::span<const double> parameters) {
    return form.function(fit.x[i], fit.couplings[i], parameters);
  };
  const auto whole = stats::nonlinear_fit(f, fit.y, form.parameters);
  const std::size_t n_batches = samples.front()->without.size();
  const auto n = static_cast<double>(n_batches);
  fit.goodness = whole.goodness;
  fit.goodness.chi2 *= (n - 3) / (n - 1);
  if (fit.goodness.degrees > 0)
    fit.goodness.probability = stats::chi2_survival(fit.goodness.chi2, fit.goodness.degrees);
  for (std::size_t i = 0; i < fit.x.size(); ++i) fit.fitted.push_back(f(i, whole.values));
  for (std::size_t p = 0; p < whole.values.size(); ++p)
    result.values[p] = {whole.values[p], std::vector<double>(n_batches, Universality::unknown)};
  if (whole.converged) {
    auto started = form.parameters;
    for (std::size_t p = 0; p < started.size(); ++p) started[p].start = whole.values[p];
    base::parallel_for(n_batches, [&](std::size_t b) {
      auto y = fit.y;
      for (std::size_t i = 0; i < y.size(); ++i) y[i].value = samples[i]->without[b];
      const auto part = stats::nonlinear_fit(f, y, started);
      if (!part.converged) return;
      for (std::size_t p = 0; p < part.values.size(); ++p) result.values[p].without[b] = part.values[p];
    });
  }
  fit.converged = whole.converged;
  for (std::size_t p = 0; p < whole.values.size(); ++p) {
    // What is held fixed is exact; its pieces have no scatter to tell.
    fit.values[p] = form.parameters[p].fixed ? stats::Estimate{.value = whole.values[p], .error = 0}
                                             : result.values[p].estimate();
    fit.converged = fit.converged && std::isfinite(fit.values[p].error);
  }
  result.sensible = !form.sensible || form.sensible(fit.x.front(), whole.values);
  fit.acceptable = result.judged() && fit.goodness.probability >= acceptable_probability;
  return result;
}

std::vector<SampledFit> ladder(const ScalingForm& form, const ScalingPoints& points) {
  const std::set<double> sizes(points.sizes.begin(), points.sizes.end());
  std::vector<SampledFit> rungs;
  for (auto least = sizes.begin(); std::distance(least, sizes.end()) >= 3; ++least)
    rungs.push_back(fit_sizes(form, points, static_cast<int>(*least)));
  return rungs;
}

Choice choose(const std::vector<std::vector<SampledFit>>& ladders) {
  for (std::size_t l = 0; l < ladders.size(); ++l)
    for (std::size_t r = 0; r < ladders[l].size(); ++r)
      if (ladders[l][r].fit.acceptable) return {l, r};
  Choice best;
  double largest = -1;
  for (std::size_t l = 0; l < ladders.size(); ++l)
    for (std::size_t r = 0; r < ladders[l].size(); ++r)
      if (const auto& fit = ladders[l][r].fit; ladders[l][r].judged() && fit.goodness.probability > largest) {
        best = {l, r};
        largest = fit.goodness.probability;
      }
  return best;
}

Choice choose_by_size(const std::vector<std::vector<SampledFit>>& ladders) {
  std::size_t longest = 0;
  for (const auto& ladder : ladders) longest = std::max(longest, ladder.size());
  for (std::size_t r = 0; r < longest; ++r)
    for (std::size_t l = 0; l < ladders.size(); ++l)
      if (r < ladders[l].size() && ladders[l][r].fit.acceptable) return {l, r};
  return {};
}

bool counts_beside(const SampledFit& chosen, const SampledFit& other) {
  return chosen.fit.acceptable ? other.fit.acceptable : other.judged();
}

std::span<const SampledFit> rungs_from(const std::vector<SampledFit>& ladder, int least_size) {
  constexpr std::ptrdiff_t most = 3;
  const auto first =
      std::ranges::find_if(ladder, [&](const SampledFit& rung) { return rung.fit.least_size >= least_size; });
  return {first, first + std::min(most, ladder.end() - first)};
}

double systematic_error(const stats::Estimate& chosen, std::span<const stats::Estimate> others) {
  if (others.empty()) return Universality::unknown;
  double squares = 0;
  for (const auto& other : others)
    squares += std::pow(other.value - chosen.value, 2) +
               std::max(0.0, other.error * other.error - chosen.error * chosen.error);
  return std::sqrt(squares / static_cast<double>(others.size()));
}

}  // namespace spinflow::analysis

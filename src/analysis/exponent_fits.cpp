// SPDX-License-Identifier: Apache-2.0
// y_t and Delta_sigma from power laws of the size at K_c. Every sample of the jackknife is read at its own
// K_c, so that the errors hold that of K_c.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/critical_parts.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::analysis {

namespace {

/// A power law of the size: quantity ~ L^(factor exponent).
struct Law {
  Quantity quantity;
  std::string name;      // "dQ/dK"
  std::string exponent;  // "y_t"
  double factor;
};

const Law q_slope{Quantity::q_slope, "dQ/dK", "y_t", 1};
const Law log_m2_slope{Quantity::log_m2_slope, "d ln<m^2>/dK", "y_t", 1};
const Law mk2{Quantity::mk2, "<|m_k|^2>", "Delta_sigma", -2};
const Law chi{Quantity::chi, "<m^2>", "Delta_sigma", -2};

/// All quantities of the sizes within whose reach K_c lies, each sample at its own K_c.
struct AtCriticality {
  std::vector<double> sizes;
  std::vector<double> n_sites;
  std::vector<double> couplings;
  std::vector<std::vector<double>> all;                   // (n_sizes)(n_quantities)
  std::vector<std::vector<std::vector<double>>> without;  // (n_sizes)(n_batches)(n_quantities)

  [[nodiscard]] ScalingPoints points(Quantity quantity) const {
    const auto q = static_cast<std::size_t>(quantity);
    ScalingPoints result{sizes, couplings, {}};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      // chi = N <m^2> stands for <m^2> here.
      const double scale = quantity == Quantity::chi ? 1 / n_sites[i] : 1;
      Sampled y{all[i][q] * scale, {}};
      for (const auto& sample : without[i]) y.without.push_back(sample[q] * scale);
      result.y.push_back(y);
    }
    return result;
  }
};

AtCriticality at_criticality(CriticalInput& input, const Sampled& k_c) {
  AtCriticality result;
  for (std::size_t i = 0; i < input.curves.size(); ++i) {
    const auto& curves = input.curves[i];
    const auto [lowest, highest] = curves.reach();
    if (k_c.all < lowest || k_c.all > highest) {
      input.reasons.push_back(
          fmt::format("K_c = {:.6g} lies outside the reach of the runs at L = {} ({:.6g} to {:.6g})", k_c.all,
                      curves.size(), lowest, highest));
      continue;
    }
    result.sizes.push_back(curves.size());
    result.n_sites.push_back(input.data.sizes[i].n_sites);
    result.couplings.push_back(k_c.all);
    result.all.push_back(curves.at(k_c.all));
    result.without.emplace_back(curves.n_batches());
    base::parallel_for(curves.n_batches(),
                       [&](std::size_t b) { result.without.back()[b] = curves.at(k_c.without[b], b); });
  }
  return result;
}

/// y = A L^p f, f = 1 + c L^-omega or 1 (a pure power).
ScalingForm form_of(const Law& law, const ScalingPoints& points, const Correction* correction) {
  const double small = points.sizes.front();
  const double large = points.sizes.back();
  const double power = std::log(points.y.back().all / points.y.front().all) / std::log(large / small);
  ScalingForm form;
  form.name = law.name + (correction == nullptr ? ", pure power" : fmt::format(", {}", correction->text));
  form.formula =
      fmt::format("{} at K_c = A L^{}", law.name,
                  law.factor == 1 ? law.exponent : fmt::format("({:g} {})", law.factor, law.exponent));
  form.parameters = {{"A", points.y.front().all / std::pow(small, power)},
                     {law.exponent, power / law.factor}};
  const double factor = law.factor;
  if (correction == nullptr) {
    form.function = [factor](double size, double, std::span<const double> p) {
      return p[0] * std::pow(size, factor * p[1]);
    };
  } else {
    form.parameters.push_back({"c", 0.0});
    form.formula += fmt::format(" (1 + c {})", correction->text);
    form.function = [factor, correction = *correction](double size, double, std::span<const double> p) {
      return p[0] * std::pow(size, factor * p[1]) * (1 + p[2] * correction.at(size));
    };
  }
  return form;
}

/// d ln<m^2>/dK = A L^y_t + C: the amplitude of <m^2> depends on K, too, and leaves a constant that outweighs
/// corrections of omega > y_t.
ScalingForm form_with_constant(const ScalingPoints& points) {
  ScalingForm form = form_of(log_m2_slope, points, nullptr);
  form.name = log_m2_slope.name + ", constant";
  form.formula += " + C";
  form.parameters.push_back({"C", 0.0});
  form.function = [](double size, double, std::span<const double> p) {
    return p[0] * std::pow(size, p[1]) + p[2];
  };
  return form;
}

/// The fits of one law: the chosen one first, then the others.
struct LawFits {
  std::vector<SampledFit> fits;
  std::vector<stats::Estimate> others;  // exponents of the acceptable ones which were not chosen
  ScalingForm form;                     // of the chosen one

  [[nodiscard]] const stats::Estimate& exponent() const { return fits.front().fit.values[1]; }
};

/// The form with the leading correction is preferred, a pure power the last resort: it is accepted only by
/// data too poor to see the corrections that theory says are there, and takes no part in the systematic
/// error where the other form is chosen. `y_t`: a first reading of it.
LawFits law_fits(const Law& law, const ScalingPoints& points, const std::vector<Correction>& corrections,
                 double y_t) {
  LawFits result;
  for (const auto& y : points.y)
    if (!(y.all > 0)) return result;
  std::vector<ScalingForm> forms;  // with corrections, leading one first
  for (const auto& correction : corrections) forms.push_back(form_of(law, points, &correction));
  if (&law == &log_m2_slope && !corrections.empty() && !corrections.front().logarithmic &&
      corrections.front().omega > y_t)
    forms.insert(forms.begin(), form_with_constant(points));
  const auto pure = form_of(law, points, nullptr);
  std::vector<std::vector<SampledFit>> ladders;
  if (!forms.empty()) ladders.push_back(ladder(forms.front(), points));
  ladders.push_back(ladder(pure, points));
  const auto choice = choose(ladders);
  if (choice.ladder == Choice::none) return result;
  const auto& rungs = ladders[choice.ladder];
  const bool is_pure = choice.ladder + 1 == ladders.size();
  result.form = is_pure ? pure : forms.front();
  result.fits.push_back(rungs[choice.rung]);

  const auto add = [&](const SampledFit& fit) {
    result.fits.push_back(fit);
    if (fit.acceptable(acceptable_probability)) result.others.push_back(fit.fit.values[1]);
  };
  for (std::size_t r = 0; r < std::min(rungs.size(), choice.rung + 3); ++r)
    if (r < choice.rung)
      result.fits.push_back(rungs[r]);
    else if (r > choice.rung)
      add(rungs[r]);
  if (is_pure) return result;
  for (std::size_t i = 1; i < forms.size(); ++i)
    add(fit_sizes(forms[i], points, result.fits.front().fit.least_size));
  const auto first = choose({ladders.back()});
  if (first.ladder != Choice::none) result.fits.push_back(ladders.back()[first.rung]);
  return result;
}

}  // namespace

ExponentFits exponent_fits(CriticalInput& input, const CouplingFits& critical) {
  ExponentFits result;
  if (!std::isfinite(critical.k_c.all)) return result;
  const bool slopes_scale = input.theory.regime != Regime::kosterlitz_thouless;
  const auto corrections = slopes_scale ? corrections_of(input) : std::vector<Correction>{};
  const auto at = at_criticality(input, critical.k_c);
  if (at.sizes.size() < 3) {
    input.reasons.push_back("fewer than three sizes can be read at K_c");
    return result;
  }

  /// The exponent of the law of smallest error among the acceptable ones (else of largest p); its systematic
  /// error is the spread over all other acceptable fits, and what K_c +- its own systematic error does.
  const auto value_of = [&](const std::vector<const Law*>& laws, const stats::Estimate& beside) {
    CriticalValue value;
    std::vector<LawFits> candidates;
    std::vector<const Law*> of;
    for (const auto* law : laws) {
      candidates.push_back(law_fits(*law, at.points(law->quantity), corrections, critical.y_t.value));
      of.push_back(law);
      if (candidates.back().fits.empty()) {
        candidates.pop_back();
        of.pop_back();
      }
    }
    if (candidates.empty()) {
      input.reasons.push_back(fmt::format("no fit of {} converges", laws.front()->name));
      return value;
    }
    const auto better = [](const LawFits& a, const LawFits& b) {
      const auto& fa = a.fits.front();
      const auto& fb = b.fits.front();
      const bool acceptable = fa.acceptable(acceptable_probability);
      if (acceptable != fb.acceptable(acceptable_probability)) return acceptable;
      return acceptable ? a.exponent().error < b.exponent().error
                        : fa.fit.goodness.probability > fb.fit.goodness.probability;
    };
    const auto best = static_cast<std::size_t>(
        std::min_element(candidates.begin(), candidates.end(), better) - candidates.begin());
    auto& chosen = candidates[best];
    chosen.fits.front().fit.chosen = true;
    const auto& fit = chosen.fits.front().fit;
    if (fit.goodness.degrees > 0 && fit.goodness.probability < hopeless_probability)
      input.reasons.push_back(fmt::format("no fit of {} describes the data (best p = {:.1e})", of[best]->name,
                                          fit.goodness.probability));
    std::vector<stats::Estimate> others;
    if (std::isfinite(beside.error) && beside.error > 0) others.push_back(beside);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      others.insert(others.end(), candidates[i].others.begin(), candidates[i].others.end());
      if (i != best && candidates[i].fits.front().acceptable(acceptable_probability))
        others.push_back(candidates[i].exponent());
    }
    value.value = chosen.exponent().value;
    value.error = chosen.exponent().error;
    value.systematic = spread(value.value, others);
    auto points = at.points(of[best]->quantity);
    const double k = critical.k_c.all + critical.k_c_systematic;
    if (critical.k_c_systematic > 0) {
      std::size_t j = 0;
      for (std::size_t i = 0; i < input.curves.size(); ++i) {
        if (j == at.sizes.size() || input.curves[i].size() != at.sizes[j]) continue;
        const double scale = of[best]->quantity == Quantity::chi ? 1 / at.n_sites[j] : 1;
        points.y[j].all = input.curves[i].at(k)[static_cast<std::size_t>(of[best]->quantity)] * scale;
        ++j;
      }
      const auto moved = fit_sizes(chosen.form, points, fit.least_size);
      if (std::isfinite(moved.values[1].all))
        value.systematic = std::hypot(value.systematic, moved.values[1].all - value.value);
    }
    for (const auto& candidate : candidates)
      result.fits.insert(result.fits.end(), candidate.fits.begin(), candidate.fits.end());
    return value;
  };

  if (slopes_scale) result.y_t = value_of({&q_slope, &log_m2_slope}, critical.y_t);
  // Infinite range has no distance, and m_k does not tell how correlations fall off.
  const bool has_distance =
      input.theory.regime != Regime::mean_field || std::isfinite(input.theory.delta_sigma);
  const bool short_range = input.theory.regime == Regime::short_range;
  if (has_distance)
    result.delta_sigma = value_of(short_range ? std::vector{&mk2, &chi} : std::vector{&mk2}, {});
  return result;
}

}  // namespace spinflow::analysis

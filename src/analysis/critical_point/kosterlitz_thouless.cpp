// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/critical_point/critical_parts.hpp"
#include "analysis/roots.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::analysis {

namespace {

/// K <m^2> of each size at K, of all data or without a batch.
std::vector<double> k_m2(const CriticalInput& input, double coupling, std::size_t left_out) {
  std::vector<double> y;
  for (std::size_t i = 0; i < input.curves.size(); ++i)
    y.push_back(coupling * input.curves[i].at(coupling, left_out)[static_cast<std::size_t>(Quantity::chi)] /
                input.data.sizes[i].n_sites);
  return y;
}

ScalingPoints points_at(const CriticalInput& input, const Sampled& coupling) {
  ScalingPoints points;
  const std::size_t n = input.curves.front().n_batches();
  const auto all = k_m2(input, coupling.all, SizeCurves::all_batches);
  for (std::size_t i = 0; i < all.size(); ++i) {
    points.sizes.push_back(input.curves[i].size());
    points.couplings.push_back(coupling.all);
    points.y.push_back({all[i], std::vector<double>(n)});
  }
  base::parallel_for(n, [&](std::size_t b) {
    const auto y = k_m2(input, coupling.without[b], b);
    for (std::size_t i = 0; i < y.size(); ++i) points.y[i].without[b] = y[i];
  });
  return points;
}

/// K <m^2> = c + a / (ln L + b); the corrections at a Kosterlitz-Thouless point fall like 1/ln L (Kosterlitz
/// 1976), and c is the jump at K_c, 1/2 for J(r) = r^-2.
ScalingForm form_of(bool shifted, double jump) {
  ScalingForm form;
  form.name = shifted ? "K <m^2>" : "K <m^2>, b = 0";
  form.formula = shifted ? "K <m^2> = c + a / (ln L + b)" : "K <m^2> = c + a / ln L";
  form.parameters = {{"c", jump}, {"a", jump}};
  if (shifted) form.parameters.push_back({"b", 1.0});
  form.function = [shifted](double size, double, std::span<const double> p) {
    return p[0] + p[1] / (std::log(size) + (shifted ? p[2] : 0.0));
  };
  return form;
}

/// c at K with the weights of `errors`, less the jump; NaN if the fit does not converge.
class FreeConstant {
 public:
  FreeConstant(const CriticalInput& input, const ScalingForm& form, int least_size,
               std::vector<double> errors)
      : input_(input), form_(form), least_size_(least_size), errors_(std::move(errors)) {}

  [[nodiscard]] double excess(double coupling, std::size_t left_out) const {
    const auto y = k_m2(input_, coupling, left_out);
    std::vector<stats::Estimate> points;
    std::vector<double> sizes;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (input_.curves[i].size() < least_size_) continue;
      points.push_back({y[i], errors_[i]});
      sizes.push_back(input_.curves[i].size());
    }
    const stats::FitFunction f = [&](std::size_t i, std::span<const double> p) {
      return form_.function(sizes[i], coupling, p);
    };
    const auto fit = stats::nonlinear_fit(f, points, form_.parameters);
    return fit.converged ? fit.values[0] - input_.theory.jump : std::nan("");
  }

  /// Where it vanishes between `lowest` and `highest`, all data; NaN if it does so nowhere.
  [[nodiscard]] double root(double lowest, double highest) const {
    const auto refined = [&](double below, double above, double c_below, double c_above) {
      return root_near(below - (above - below) * c_below / (c_above - c_below), SizeCurves::all_batches);
    };
    return rise_nearest_middle([&](double k) { return excess(k, SizeCurves::all_batches); }, lowest, highest,
                               refined);
  }

  /// Where it vanishes near `start`; NaN if secants do not get there.
  [[nodiscard]] double root_near(double start, std::size_t left_out) const {
    return root_by_secants([&](double k) { return excess(k, left_out); }, start, 1e-4, 1e-9, 0.5 * start,
                           1.5 * start);
  }

 private:
  const CriticalInput& input_;
  const ScalingForm& form_;
  int least_size_;
  std::vector<double> errors_;
};

struct Rung {
  SampledFit fit;
  Sampled k_c;
};

/// The points at one K for all samples, with the errors they have there.
ScalingPoints points_fixed_at(const CriticalInput& input, double coupling) {
  return points_at(input, {coupling, std::vector<double>(input.curves.front().n_batches(), coupling)});
}

std::vector<double> errors_at(const CriticalInput& input, double coupling) {
  std::vector<double> errors;
  for (const auto& y : points_fixed_at(input, coupling).y) errors.push_back(y.estimate().error);
  return errors;
}

/// K_c of one form and least size, and the fit there.
std::optional<Rung> rung_of(const CriticalInput& input, const ScalingForm& form, int least_size,
                            const std::vector<double>& errors, std::pair<double, double> within) {
  const double first = FreeConstant(input, form, least_size, errors).root(within.first, within.second);
  if (!std::isfinite(first)) return {};
  // Once more with the errors of where it is.
  const FreeConstant constant(input, form, least_size, errors_at(input, first));
  Rung rung;
  rung.k_c.all = constant.root_near(first, SizeCurves::all_batches);
  if (!std::isfinite(rung.k_c.all)) return {};
  const std::size_t n = input.curves.front().n_batches();
  rung.k_c.without.resize(n);
  base::parallel_for(n, [&](std::size_t b) { rung.k_c.without[b] = constant.root_near(rung.k_c.all, b); });
  if (!std::isfinite(rung.k_c.estimate().error)) return {};
  rung.fit = fit_sizes(form, points_fixed_at(input, rung.k_c.all), least_size);
  return rung;
}

}  // namespace

CouplingFits kosterlitz_thouless_fits(CriticalInput& input) {
  CouplingFits result;
  std::pair<double, double> within = input.curves.front().reach();
  for (const auto& curves : input.curves) {
    within.first = std::max(within.first, curves.reach().first);
    within.second = std::min(within.second, curves.reach().second);
  }
  if (!(within.second > within.first)) {
    input.reasons.push_back("no coupling is within reach of the runs of all sizes");
    return result;
  }
  const auto errors = errors_at(input, 0.5 * (within.first + within.second));

  // The first acceptable rung with b free, else with b = 0; the rest is the systematic error.
  std::vector<Rung> rungs;
  for (const bool shifted : {true, false})
    for (std::size_t i = 0; i + 3 + (shifted ? 1 : 0) <= input.curves.size(); ++i)
      if (auto rung =
              rung_of(input, form_of(shifted, input.theory.jump), input.curves[i].size(), errors, within))
        rungs.push_back(std::move(*rung));
  std::vector<SampledFit> fits;
  for (const auto& rung : rungs) fits.push_back(rung.fit);
  const auto choice = choose({fits});
  if (choice.ladder == Choice::none) {
    input.reasons.push_back(fmt::format(
        "no fit of K <m^2> finds c = {:g} within reach of the runs of all sizes", input.theory.jump));
    return result;
  }
  const auto& chosen = rungs[choice.rung];
  if (chosen.fit.fit.goodness.probability < hopeless_probability)
    input.reasons.push_back(fmt::format("no fit of K <m^2> describes the data (best p = {:.1e})",
                                        chosen.fit.fit.goodness.probability));
  std::vector<stats::Estimate> others;
  for (std::size_t r = 0; r < rungs.size(); ++r) {
    result.fits.push_back(rungs[r].fit);
    result.fits.back().fit.chosen = r == choice.rung;
    if (r != choice.rung && counts_beside(chosen.fit, rungs[r].fit))
      others.push_back(rungs[r].k_c.estimate());
  }
  result.k_c = chosen.k_c;
  result.coupling = with_systematic(chosen.k_c, others);
  return result;
}

}  // namespace spinflow::analysis

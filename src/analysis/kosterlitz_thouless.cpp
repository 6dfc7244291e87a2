// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/critical_parts.hpp"
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
/// 1976), and c = 1/2 at K_c for J(r) = r^-2.
ScalingForm form_of(bool shifted) {
  ScalingForm form;
  form.name = shifted ? "K <m^2>" : "K <m^2>, b = 0";
  form.formula = shifted ? "K <m^2> = c + a / (ln L + b)" : "K <m^2> = c + a / ln L";
  form.parameters = {{"c", 0.5}, {"a", 0.5}};
  if (shifted) form.parameters.push_back({"b", 1.0});
  form.function = [shifted](double size, double, std::span<const double> p) {
    return p[0] + p[1] / (std::log(size) + (shifted ? p[2] : 0.0));
  };
  return form;
}

/// c at K with the weights of `errors`; NaN if the fit does not converge.
class FreeConstant {
 public:
  FreeConstant(const CriticalInput& input, const ScalingForm& form, int least_size,
               std::vector<double> errors)
      : input_(input), form_(form), least_size_(least_size), errors_(std::move(errors)) {}

  [[nodiscard]] double at(double coupling, std::size_t left_out) const {
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
    return fit.converged ? fit.values[0] : std::nan("");
  }

  /// Where c = 1/2, by regula falsi (Illinois) between `below` and `above`; NaN if it is not between.
  [[nodiscard]] double half(double below, double above, std::size_t left_out) const {
    double low = at(below, left_out) - 0.5;
    double high = at(above, left_out) - 0.5;
    if (!(low < 0) || !(high >= 0)) return std::nan("");
    int side = 0;
    double here = below;
    for (int i = 0; i < 60; ++i) {
      const double next = (below * high - above * low) / (high - low);
      if (std::abs(next - here) < 1e-10 * next) return next;
      here = next;
      const double c = at(here, left_out) - 0.5;
      if (!std::isfinite(c)) break;
      if (c < 0) {
        below = here;
        low = c;
        if (side == -1) high *= 0.5;
        side = -1;
      } else {
        above = here;
        high = c;
        if (side == 1) low *= 0.5;
        side = 1;
      }
    }
    return std::nan("");
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

/// K_c of one form and least size, and the fit there.
std::optional<Rung> rung_of(const CriticalInput& input, const ScalingForm& form, int least_size,
                            const std::vector<double>& errors, std::pair<double, double> within) {
  const FreeConstant constant(input, form, least_size, errors);
  Rung rung;
  rung.k_c.all = constant.half(within.first, within.second, SizeCurves::all_batches);
  if (!std::isfinite(rung.k_c.all)) return {};
  const std::size_t n = input.curves.front().n_batches();
  rung.k_c.without.resize(n);
  base::parallel_for(
      n, [&](std::size_t b) { rung.k_c.without[b] = constant.half(within.first, within.second, b); });
  if (!std::isfinite(rung.k_c.estimate().error)) return {};
  // The points at K_c with the errors they have there: K_c moves with the samples only through c = 1/2.
  rung.fit =
      fit_sizes(form, points_at(input, {rung.k_c.all, std::vector<double>(n, rung.k_c.all)}), least_size);
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
  const double middle = 0.5 * (within.first + within.second);
  std::vector<double> errors;
  const std::size_t n = input.curves.front().n_batches();
  for (const auto& y : points_at(input, {middle, std::vector<double>(n, middle)}).y)
    errors.push_back(y.estimate().error);

  // The first acceptable rung with b free, else with b = 0; the rest is the systematic error.
  std::vector<Rung> rungs;
  for (const bool shifted : {true, false})
    for (std::size_t i = 0; i + 3 + (shifted ? 1 : 0) <= input.curves.size(); ++i)
      if (auto rung = rung_of(input, form_of(shifted), input.curves[i].size(), errors, within))
        rungs.push_back(std::move(*rung));
  std::vector<SampledFit> fits;
  for (const auto& rung : rungs) fits.push_back(rung.fit);
  const auto choice = choose({fits});
  if (choice.ladder == Choice::none) {
    input.reasons.push_back("no fit of K <m^2> finds c = 1/2 within reach of the runs of all sizes");
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
    if (r != choice.rung && rungs[r].fit.acceptable(acceptable_probability))
      others.push_back(rungs[r].k_c.estimate());
  }
  result.k_c = chosen.k_c;
  result.k_c_systematic = spread(chosen.k_c.all, others);
  return result;
}

}  // namespace spinflow::analysis

// SPDX-License-Identifier: Apache-2.0
// K_c, Q* and y_t from Q at the simulated couplings, each read from its own run alone: the runs are
// independent, so that chi^2 means what it says. Their slopes, which are correlated with them, are left to
// the exponents.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/critical_parts.hpp"

namespace spinflow::analysis {

namespace {

enum Parameter : std::size_t { k_c, y_t, q_star, first_coefficient };

/// Q of each run by itself.
ScalingPoints own_q(const CriticalData& data) {
  ScalingPoints points;
  for (const auto& size : data.sizes)
    for (std::size_t p = 0; p < size.couplings.size(); ++p) {
      struct Sums {
        double records = 0;
        double m2 = 0;
        double m4 = 0;
        [[nodiscard]] double q() const { return m2 * m2 / (m4 * records); }
      };
      std::vector<Sums> batches;
      Sums all;
      for (const auto& batch : size.runs) {
        Sums sums;
        for (std::size_t i = 0; i < batch[p].counts.size(); ++i) {
          sums.records += batch[p].records[i];
          sums.m2 += batch[p].sums[3 * i];
          sums.m4 += batch[p].sums[3 * i + 1];
        }
        all = {all.records + sums.records, all.m2 + sums.m2, all.m4 + sums.m4};
        batches.push_back(sums);
      }
      Sampled q{all.q(), {}};
      for (const auto& batch : batches)
        q.without.push_back(Sums{all.records - batch.records, all.m2 - batch.m2, all.m4 - batch.m4}.q());
      points.sizes.push_back(size.size);
      points.couplings.push_back(size.couplings[p]);
      points.y.push_back(q);
    }
  return points;
}

struct Variant {
  std::string name;
  /// Mean field: Q* and y_t are known, and the first correction is a shift of t, within u.
  bool mean_field = false;
  bool q_fixed = false;
  bool y_t_fixed = false;
  int order = 2;                        // of the polynomial in u
  std::vector<Correction> corrections;  // amplitudes free, exponents fixed
  bool free_omega = false;              // in place of them, one whose exponent is free
  bool mixed = false;                   // c u times mixed_correction
  Correction mixed_correction = {};
};

struct Start {
  double k_c;
  double y_t;
  double q_star;
  double slope;  // a1
};

/// Q = Q* + a1 u + a2 u^2 (+ a3 u^3) + sum_i b_i L^-omega_i (+ c u L^-omega_1), u = (K - K_c) L^y_t (Binder
/// 1981; corrections as in Luijten and Bloete 1995). Mean field: b_1 L^-omega_1 stands in u (Luijten and
/// Bloete 1997).
struct QForm {
  Variant variant;
  std::size_t first_correction = 0;  // where the parameters are
  std::size_t mixed = 0;

  [[nodiscard]] double correction(std::size_t i, double size, std::span<const double> p) const {
    const double b = p[first_correction + i];
    return variant.free_omega ? b * std::pow(size, -p[first_correction + 1])
                              : b * variant.corrections[i].at(size);
  }
  [[nodiscard]] std::size_t n_corrections() const {
    return variant.free_omega ? 1 : variant.corrections.size();
  }
  /// What a size adds to u, and to Q at u.
  [[nodiscard]] double shift(double size, std::span<const double> p) const {
    return variant.mean_field && n_corrections() > 0 ? correction(0, size, p) : 0;
  }
  [[nodiscard]] double offset(double size, std::span<const double> p) const {
    double sum = 0;
    for (std::size_t i = variant.mean_field ? 1 : 0; i < n_corrections(); ++i) sum += correction(i, size, p);
    return sum;
  }
  [[nodiscard]] double q(double size, double coupling, std::span<const double> p) const {
    const double u = (coupling - p[k_c]) * std::pow(size, p[y_t]) + shift(size, p);
    double sum = 0;
    for (int power = variant.order; power >= 1; --power)
      sum = (sum + p[first_coefficient + static_cast<std::size_t>(power) - 1]) * u;
    if (variant.mixed) sum += p[mixed] * u * variant.mixed_correction.at(size);
    return p[q_star] + sum + offset(size, p);
  }
};

struct NamedForm {
  QForm q;
  ScalingForm scaling;
};

NamedForm form_of(const Variant& variant, const Start& start) {
  QForm q{variant};
  ScalingForm form;
  form.name = variant.name;
  form.formula = variant.q_fixed ? fmt::format("Q = {:.6f}", start.q_star) : "Q = Q*";
  form.parameters = {
      {"K_c", start.k_c}, {"y_t", start.y_t, variant.y_t_fixed}, {"Q*", start.q_star, variant.q_fixed}};
  for (int power = 1; power <= variant.order; ++power) {
    form.parameters.push_back({fmt::format("a{}", power), power == 1 ? start.slope : 0.0});
    form.formula += power == 1 ? " + a1 u" : fmt::format(" + a{0} u^{0}", power);
  }
  q.first_correction = form.parameters.size();
  std::string u = variant.y_t_fixed ? fmt::format("(K - K_c) L^{:g}", start.y_t) : "(K - K_c) L^y_t";
  if (variant.free_omega) {
    // b = 0 would leave omega without effect.
    form.parameters.push_back({"b", 0.1});
    form.parameters.push_back({"omega", 1.0});
    const std::size_t omega = q.first_correction + 1;
    form.sensible = [omega](double, std::span<const double> p) { return p[omega] > 0.1 && p[omega] < 6; };
    (variant.mean_field ? u : form.formula) += " + b L^-omega";
  } else {
    for (std::size_t i = 0; i < variant.corrections.size(); ++i) {
      form.parameters.push_back({fmt::format("b{}", i + 1), 0.0});
      (variant.mean_field && i == 0 ? u : form.formula) +=
          fmt::format(" + b{} {}", i + 1, variant.corrections[i].text);
    }
  }
  q.mixed = form.parameters.size();
  if (variant.mixed) {
    form.parameters.push_back({"c", 0.0});
    form.formula += fmt::format(" + c u {}", variant.mixed_correction.text);
  }
  form.formula += ", u = " + u;
  form.function = [q](double size, double coupling, std::span<const double> p) {
    return q.q(size, coupling, p);
  };
  return {q, form};
}

Start start_of(const CriticalInput& input, const std::vector<Crossing>& crossings) {
  const auto& largest = input.data.sizes.back();
  Start start{largest.couplings[largest.couplings.size() / 2], 0, 0, 0};
  int size = 0;
  for (const auto& crossing : crossings)
    if (std::isfinite(crossing.coupling.error) && crossing.larger >= size) {
      start.k_c = crossing.coupling.value;
      size = crossing.larger;
    }
  // dQ/dK ~ a1 L^y_t of the smallest and the largest size, at the middle of their runs.
  const auto slope = [&](std::size_t i) {
    auto couplings = input.data.sizes[i].couplings;
    std::sort(couplings.begin(), couplings.end());
    return input.curves[i].at(couplings[couplings.size() / 2])[static_cast<std::size_t>(Quantity::q_slope)];
  };
  const double small = slope(0);
  const double ratio = slope(input.curves.size() - 1) / small;
  const double measured =
      std::log(ratio) / std::log(static_cast<double>(largest.size) / input.curves[0].size());
  start.y_t = std::isfinite(input.theory.y_t) ? input.theory.y_t
              : std::isfinite(measured)       ? std::clamp(measured, 0.1, 4.0)
                                              : 1.0;
  start.slope = small / std::pow(input.curves[0].size(), start.y_t);
  start.q_star = input.theory.q_star;
  if (!std::isfinite(start.q_star)) start.q_star = 0.8;
  return start;
}

}  // namespace

CouplingFits q_fits(CriticalInput& input, const std::vector<Crossing>& crossings) {
  const auto corrections = corrections_of(input);
  const bool known_q =
      (input.theory.regime == Regime::mean_field || input.theory.regime == Regime::logarithmic) &&
      std::isfinite(input.theory.q_star);
  const auto points = own_q(input.data);
  const auto start = start_of(input, crossings);

  Variant main;
  main.mean_field = main.q_fixed = main.y_t_fixed = known_q;
  main.corrections = corrections;
  if (!known_q && main.corrections.size() > 1) main.corrections.resize(1);
  if (!corrections.empty()) main.mixed_correction = corrections.front();
  if (input.theory.regime == Regime::mean_field && known_q && corrections.size() > 1) {
    // What corrects Q at u = 0 corrects its slope as well. Power law: L^(2 sigma - d), the second one, for
    // the first only shifts t. Infinite range (which has no Delta_sigma): m^6 beside m^4, the first.
    main.mixed = true;
    if (std::isfinite(input.theory.delta_sigma)) main.mixed_correction = corrections[1];
  }
  main.name = known_q               ? "Q, Q* and y_t known"
              : corrections.empty() ? "Q without corrections"
                                    : "Q, omega fixed";
  Variant cubic = main;
  cubic.order = 3;
  cubic.name += ", cubic";

  CouplingFits result;
  result.q_known = known_q;
  const std::vector<std::vector<SampledFit>> ladders = {ladder(form_of(main, start).scaling, points),
                                                        ladder(form_of(cubic, start).scaling, points)};
  const auto choice = choose(ladders);
  if (choice.ladder == Choice::none) {
    input.reasons.push_back("no fit of Q converges");
    for (const auto& rungs : ladders) result.fits.insert(result.fits.end(), rungs.begin(), rungs.end());
    return result;
  }
  const auto& rungs = ladders[choice.ladder];
  SampledFit chosen = rungs[choice.rung];
  chosen.fit.chosen = true;
  if (chosen.fit.goodness.probability < hopeless_probability)
    input.reasons.push_back(fmt::format("no fit of Q describes the data (best p = {:.1e}, {})",
                                        chosen.fit.goodness.probability, chosen.fit.name));
  const Variant& used = choice.ladder == 0 ? main : cubic;

  // The same fit with the next one and two sizes left out, and other forms at the same least size.
  std::vector<SampledFit> others;
  for (std::size_t r = choice.rung + 1; r < std::min(rungs.size(), choice.rung + 3); ++r)
    others.push_back(rungs[r]);
  std::vector<Variant> variants;
  const auto vary = [&](const std::string& name, const auto& change) {
    Variant variant = used;
    change(variant);
    variant.name = name;
    variants.push_back(variant);
  };
  // Corrections of mean field are slow, so that the next one is never far.
  const auto third = [&](Variant& v) {
    const double omega = corrections[0].omega + corrections[1].omega;
    const bool logarithmic = corrections[0].logarithmic;
    v.corrections.push_back(
        {fmt::format(fmt::runtime(logarithmic ? "(ln L)^-{:g}" : "L^-{:g}"), omega), omega, logarithmic});
  };
  if (choice.ladder == 0) vary(cubic.name, [](Variant& v) { v.order = 3; });
  if (known_q) {
    vary("Q, Q* known", [](Variant& v) { v.y_t_fixed = false; });
    if (corrections.size() > 1)
      vary("Q, Q* and y_t known, leading correction", [](Variant& v) { v.corrections.resize(1); });
    if (corrections.size() > 1) vary("Q, Q* and y_t known, three corrections", third);
  } else if (corrections.size() > 1) {
    vary("Q, two omegas fixed", [&](Variant& v) { v.corrections = {corrections[0], corrections[1]}; });
  }
  vary("Q, omega free", [](Variant& v) { v.free_omega = true; });
  if (!corrections.empty())
    vary(used.mixed ? "Q, no correction to the slope" : "Q, correction to the slope",
         [](Variant& v) { v.mixed = !v.mixed; });
  const Start near = {chosen.values[k_c].all, chosen.values[y_t].all, chosen.values[q_star].all,
                      chosen.values[first_coefficient].all};
  for (const auto& variant : variants)
    others.push_back(fit_sizes(form_of(variant, near).scaling, points, chosen.fit.least_size));

  const auto spread_of = [&](Parameter parameter) {
    std::vector<stats::Estimate> values;
    for (const auto& other : others)
      if (counts_beside(chosen, other)) values.push_back(other.fit.values[parameter]);
    return spread(chosen.fit.values[parameter], values);
  };
  result.k_c = chosen.values[k_c];
  result.k_c_systematic = spread_of(k_c);
  result.y_t = chosen.fit.values[y_t];
  result.q_star = with_error(chosen.values[q_star], spread_of(q_star));
  const QForm form = form_of(used, start).q;
  std::vector<double> parameters;
  for (const auto& value : chosen.values) parameters.push_back(value.all);
  result.shift = [form, parameters](double size) { return form.shift(size, parameters); };
  result.offset = [form, parameters](double size) { return form.offset(size, parameters); };
  result.fits.push_back(chosen);
  for (std::size_t r = 0; r < choice.rung; ++r) result.fits.push_back(rungs[r]);
  result.fits.insert(result.fits.end(), others.begin(), others.end());

  if (known_q) {
    // K_c is that of the known Q*; what Q* would be if it were not known stands beside it.
    std::vector<std::vector<SampledFit>> free_ladders;
    const auto free = [&](const std::string& name, const auto& change) {
      Variant variant = used;
      variant.q_fixed = false;
      change(variant);
      variant.name = name;
      free_ladders.push_back(ladder(form_of(variant, start).scaling, points));
    };
    free("Q, Q* free", [](Variant&) {});
    if (corrections.size() > 1) free("Q, Q* free, three corrections", third);
    free("Q, Q* free, leading correction",
         [](Variant& v) { v.corrections.resize(std::min<std::size_t>(1, v.corrections.size())); });
    const auto free_choice = choose(free_ladders);
    result.q_star = {};
    if (free_choice.ladder != Choice::none) {
      auto& fit = free_ladders[free_choice.ladder][free_choice.rung];
      fit.fit.chosen = true;
      std::vector<stats::Estimate> values;
      for (auto& rungs_of_form : free_ladders) {
        const auto first = choose({rungs_of_form});
        if (first.ladder == Choice::none) continue;
        const auto& other = rungs_of_form[first.rung];
        result.fits.push_back(other);
        if (!other.fit.chosen && counts_beside(fit, other)) values.push_back(other.fit.values[q_star]);
      }
      result.q_star = with_error(fit.values[q_star], spread(fit.fit.values[q_star], values));
    }
  }
  return result;
}

}  // namespace spinflow::analysis

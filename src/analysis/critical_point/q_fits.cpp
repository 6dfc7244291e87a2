// SPDX-License-Identifier: Apache-2.0
// K_c, Q* and y_t from Q at the simulated couplings, each read from its own run alone: the runs are
// independent, so that chi^2 means what it says. Their slopes, which are correlated with them, are left to
// the exponents.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/critical_point/critical_parts.hpp"
#include "analysis/critical_point/q_forms.hpp"

namespace spinflow::analysis {

namespace {

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

QStart start_of(const CriticalInput& input, const std::vector<Crossing>& crossings) {
  const auto& largest = input.data.sizes.back();
  QStart start{largest.couplings[largest.couplings.size() / 2], 0, 0, 0};
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

/// The ingredients of the variants of a fit.
struct Terms {
  const Universality& theory;
  std::vector<Correction> corrections;
  bool known_q;  // mean field: Q* and y_t
};

/// The form that is tried first.
QVariant main_variant(const Terms& terms) {
  const auto& corrections = terms.corrections;
  QVariant main;
  main.mean_field = main.q_fixed = main.y_t_fixed = terms.known_q;
  main.corrections = corrections;
  if (!terms.known_q && main.corrections.size() > 1) main.corrections.resize(1);
  if (!corrections.empty()) main.mixed_correction = corrections.front();
  // Slow corrections change the slope of Q as much as Q.
  main.mixed = terms.theory.regime == Regime::non_classical && !corrections.empty();
  if (terms.theory.regime == Regime::mean_field && terms.known_q && corrections.size() > 1) {
    // What corrects Q at u = 0 corrects its slope as well. Power law: L^(2 sigma - d), the second one, for
    // the first only shifts t. Infinite range (which has no Delta_sigma): m^6 beside m^4, the first.
    main.mixed = true;
    if (std::isfinite(terms.theory.delta_sigma)) main.mixed_correction = corrections[1];
  }
  main.name = terms.known_q         ? "Q, Q* and y_t known"
              : corrections.empty() ? "Q without corrections"
                                    : "Q, omega fixed";
  return main;
}

QVariant with_cubic(QVariant variant) {
  variant.order = 3;
  variant.name += ", cubic";
  return variant;
}

/// Corrections in mean field decay slowly, so the next one is included.
void add_third(QVariant& variant, const std::vector<Correction>& corrections) {
  const double omega = corrections[0].omega + corrections[1].omega;
  const bool logarithmic = corrections[0].logarithmic;
  variant.corrections.push_back(
      {fmt::format(fmt::runtime(logarithmic ? "(ln L)^-{:g}" : "L^-{:g}"), omega), omega, logarithmic});
}

/// The other forms that enter the systematic error of `used`: with a term more or less, with another
/// exponent.
std::vector<QVariant> variants_of(const QVariant& used, const Terms& terms) {
  const auto& corrections = terms.corrections;
  std::vector<QVariant> variants;
  const auto vary = [&](const std::string& name, const auto& change) {
    QVariant variant = used;
    change(variant);
    variant.name = name;
    variants.push_back(variant);
  };
  if (used.order < 3) variants.push_back(with_cubic(used));
  if (terms.known_q) {
    vary("Q, Q* known", [](QVariant& v) { v.y_t_fixed = false; });
    if (corrections.size() > 1)
      vary("Q, Q* and y_t known, leading correction", [](QVariant& v) { v.corrections.resize(1); });
    if (corrections.size() > 1)
      vary("Q, Q* and y_t known, three corrections", [&](QVariant& v) { add_third(v, corrections); });
  } else if (corrections.size() > 1) {
    vary("Q, two omegas fixed", [&](QVariant& v) { v.corrections = {corrections[0], corrections[1]}; });
  }
  vary("Q, omega free", [](QVariant& v) { v.free_omega = true; });
  if (corrections.empty()) return variants;
  vary(used.mixed ? "Q, no correction to the slope" : "Q, correction to the slope",
       [](QVariant& v) { v.mixed = !v.mixed; });
  if (terms.known_q) return variants;
  // The omega of theory holds to first order only, or for larger sizes than those of the data.
  for (const auto& [name, factor] : {std::pair{"Q, omega halved", 0.5}, std::pair{"Q, omega doubled", 2.0}})
    vary(name, [factor = factor](QVariant& v) {
      const double omega = factor * v.corrections[0].omega;
      v.corrections[0] = v.mixed_correction = {fmt::format("L^-{:g}", omega), omega, false};
    });
  return variants;
}

/// All forms with the sizes of the chosen fit, without the smallest and without the two smallest.
std::vector<SampledFit> fits_beside(const QVariant& used, const Terms& terms,
                                    const std::vector<SampledFit>& rungs, const SampledFit& chosen,
                                    const ScalingPoints& points) {
  const QStart near = {chosen.values[k_c].all, chosen.values[y_t].all, chosen.values[q_star].all,
                       chosen.values[first_coefficient].all};
  const auto variants = variants_of(used, terms);
  std::vector<SampledFit> fits;
  for (const auto& rung : rungs_from(rungs, chosen.fit.least_size)) {
    if (rung.fit.least_size != chosen.fit.least_size) fits.push_back(rung);
    for (const auto& variant : variants)
      fits.push_back(fit_sizes(form_of(variant, near).scaling, points, rung.fit.least_size));
  }
  return fits;
}

/// Q* of fits that leave it free, where K_c is that of the known Q*; appends them to `fits`.
CriticalValue free_q_star(const QVariant& used, const Terms& terms, const QStart& start,
                          const ScalingPoints& points, std::vector<SampledFit>& fits) {
  std::vector<std::vector<SampledFit>> ladders;
  const auto free = [&](const std::string& name, const auto& change) {
    QVariant variant = used;
    variant.q_fixed = false;
    change(variant);
    variant.name = name;
    ladders.push_back(ladder(form_of(variant, start).scaling, points));
  };
  free("Q, Q* free", [](QVariant&) {});
  if (terms.corrections.size() > 1)
    free("Q, Q* free, three corrections", [&](QVariant& v) { add_third(v, terms.corrections); });
  free("Q, Q* free, leading correction",
       [](QVariant& v) { v.corrections.resize(std::min<std::size_t>(1, v.corrections.size())); });
  const auto choice = choose(ladders);
  if (choice.ladder == Choice::none) return {};
  SampledFit& chosen = ladders[choice.ladder][choice.rung];
  chosen.fit.chosen = true;
  std::vector<stats::Estimate> others;
  for (const auto& rungs : ladders)
    for (const auto& rung : rungs_from(rungs, chosen.fit.least_size)) {
      fits.push_back(rung);
      if (&rung != &chosen && counts_beside(chosen, rung)) others.push_back(rung.fit.values[q_star]);
    }
  return with_systematic(chosen.values[q_star], others);
}

}  // namespace

CouplingFits q_fits(CriticalInput& input, const std::vector<Crossing>& crossings) {
  const Terms terms{
      input.theory, corrections_of(input),
      (input.theory.regime == Regime::mean_field || input.theory.regime == Regime::logarithmic) &&
          std::isfinite(input.theory.q_star)};
  const auto points = own_q(input.data);
  const auto start = start_of(input, crossings);
  const QVariant main = main_variant(terms);
  const std::vector<QVariant> preferred = {main, with_cubic(main)};

  CouplingFits result;
  result.q_known = terms.known_q;
  std::vector<std::vector<SampledFit>> ladders;
  for (const auto& variant : preferred) ladders.push_back(ladder(form_of(variant, start).scaling, points));
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
  const QVariant& used = preferred[choice.ladder];

  const auto others = fits_beside(used, terms, rungs, chosen, points);
  const auto value_of = [&](QParameter parameter) {
    if (terms.corrections.empty()) return without_systematic(chosen.values[parameter], no_known_correction);
    std::vector<stats::Estimate> values;
    for (const auto& other : others)
      if (counts_beside(chosen, other)) values.push_back(other.fit.values[parameter]);
    return with_systematic(chosen.values[parameter], values);
  };
  result.k_c = chosen.values[k_c];
  result.coupling = value_of(k_c);
  result.y_t = chosen.fit.values[y_t];
  const QForm form = form_of(used, start).q;
  std::vector<double> parameters;
  for (const auto& value : chosen.values) parameters.push_back(value.all);
  result.shift = [form, parameters](double size) { return form.shift(size, parameters); };
  result.offset = [form, parameters](double size) { return form.offset(size, parameters); };
  result.fits.push_back(chosen);
  for (std::size_t r = 0; r < choice.rung; ++r) result.fits.push_back(rungs[r]);
  result.fits.insert(result.fits.end(), others.begin(), others.end());
  result.q_star = terms.known_q ? free_q_star(used, terms, start, points, result.fits) : value_of(q_star);
  return result;
}

}  // namespace spinflow::analysis

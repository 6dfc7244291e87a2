// SPDX-License-Identifier: Apache-2.0
#include "studies/critical_point/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/results/record.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "studies/critical_point/agreement.hpp"

namespace spinflow::studies::critical {

namespace {

using analysis::CriticalValue;
using results::Claim;
using results::Verdict;

constexpr double least_precision = 0.02;    // relative, of K_c, to speak of a critical point
constexpr double least_probability = 0.05;  // of the fit that a critical point is read from

/// d ln x / dK, from the derivative of ln Z = const(K) + <n> ln x that the energy is.
double log_fugacity_slope(const models::Model& model, double k) {
  return (samplers::energy_from_count(model, k, 0) - samplers::energy_from_count(model, k, 1)) *
         model.lattice().n_sites();
}

results::NamedValue named(const CriticalValue& value, double expected) {
  return {value.value, value.error, value.systematic, expected};
}

double combined(const CriticalValue& value) { return combined_error(value.error, value.systematic); }

/// Which systematic errors are not known, and why; empty if all are.
std::string unknown_systematics(const analysis::CriticalPoint& point) {
  std::vector<std::pair<std::string, std::string>> reasons;  // reason, names
  for (const auto& [name, value] :
       {std::pair{"K_c", &point.k_c}, std::pair{"y_t", &point.y_t},
        std::pair{"Delta_sigma", &point.delta_sigma}, std::pair{"Q*", &point.q_star}}) {
    if (!std::isfinite(value->value) || std::isfinite(value->systematic)) continue;
    const auto same = std::ranges::find(reasons, value->unknown, &std::pair<std::string, std::string>::first);
    if (same == reasons.end())
      reasons.emplace_back(value->unknown, name);
    else
      same->second += fmt::format(", {}", name);
  }
  std::string text;
  for (const auto& [reason, names] : reasons)
    text +=
        fmt::format("{}the systematic error of {} is not known: {}", text.empty() ? "" : "; ", names, reason);
  return text;
}

Claim crossing_claim(const Study& study) {
  const auto& point = study.point;
  Claim claim;
  claim.id = "a";
  claim.paper = "binder1981";
  const bool jump = study.theory.regime == analysis::Regime::kosterlitz_thouless;
  claim.statement =
      jump ? "K <m^2> tends to the universal jump at one coupling: there is a critical point."
           : "The curves of Q for different sizes meet at one coupling: there is a critical point.";
  claim.measured = point.k_c.value;
  const bool known = std::isfinite(point.k_c.systematic);
  claim.error = known ? combined(point.k_c) : point.k_c.error;
  claim.criterion = fmt::format(
      "A fit of finite-size scaling to {} describes three sizes or more (p >= {:g} for the chosen fit), and "
      "the error of K_c is below {:g} %; it is the statistical and the systematic error together, or the "
      "statistical one alone where the systematic one is not known. Measured is K_c with this error.",
      jump ? "K <m^2>" : "Q", least_probability, 100 * least_precision);
  claim.control = point.inconclusive;
  // The fit that K_c comes from is the first of those chosen.
  const auto fit = std::ranges::find_if(point.fits, &analysis::ScalingFit::chosen);
  if (claim.control.empty() && fit != point.fits.end() && !(fit->goodness.probability >= least_probability))
    claim.control = fmt::format("the chosen fit ({}) has p = {:.2g}", fit->name, fit->goodness.probability);
  if (claim.control.empty() && !(claim.error < least_precision * std::abs(point.k_c.value)))
    claim.control = fmt::format("K_c = {:.4g} has an error of {:.2g}", point.k_c.value, claim.error);
  claim.verdict = claim.control.empty() ? Verdict::supported : Verdict::inconclusive;
  claim.because = sentence(claim.control.empty() && fit != point.fits.end()
                               ? fmt::format("the chosen fit ({}) has p = {:.2g}, and K_c is {}", fit->name,
                                             fit->goodness.probability, text(point.k_c.value, claim.error))
                               : claim.control);
  claim.qualification = study.theory.explanation;
  if (const auto unknown = unknown_systematics(point); !unknown.empty())
    claim.qualification += fmt::format("{}{}", claim.qualification.empty() ? "" : "; ", unknown);
  claim.evidence = {"q-curves", "crossings", "fits"};
  return claim;
}

/// The figure of the chosen fit that has this parameter, and the crossings.
std::vector<std::string> evidence_of(const Study& study, const std::string& parameter) {
  std::vector<std::string> ids;
  for (const auto& fit : study.point.fits)
    if (fit.chosen && !fit.x.empty() && std::ranges::find(fit.parameters, parameter) != fit.parameters.end())
      ids.push_back(fit_figure_id(fit));
  ids.emplace_back("fits");
  return ids;
}

/// What theory says of a value, and how far off still counts as that.
struct Expectation {
  std::string name;
  CriticalValue value;
  double expected;
  double margin;
  std::string parameter;  // of the fits
};

/// `conclusive`: whether there is a critical point to speak of.
Claim theory_claim(const Study& study, bool conclusive, std::string id, const Expectation& of) {
  Claim claim;
  claim.id = std::move(id);
  claim.paper = study.theory.regime == analysis::Regime::short_range ? "onsager1944" : "fisher1972";
  claim.statement = fmt::format("{} = {:.6g}, as theory says.", of.name, of.expected);
  claim.measured = of.value.value;
  claim.error = combined(of.value);
  claim.criterion = fmt::format("Within a margin of {:.2g}. {} Inconclusive, too, if the critical point is.",
                                of.margin, agreement_rule());
  switch (conclusive ? agreement(of.value.value, claim.error, of.expected, of.margin) : Status::open) {
    case Status::met:
      claim.verdict = Verdict::supported;
      break;
    case Status::violated:
      claim.verdict = Verdict::contradicted;
      break;
    case Status::open:
      claim.verdict = Verdict::inconclusive;
  }
  const double off = of.value.value - of.expected;
  claim.control = std::isfinite(of.value.systematic)
                      ? fmt::format("{:+.2g} from {:.6g}, {:.2f} combined errors; systematic error {:.2g}",
                                    off, of.expected, std::abs(off) / claim.error, of.value.systematic)
                      : fmt::format("{:+.2g} from {:.6g}; the systematic error is not known: {}", off,
                                    of.expected, of.value.unknown);
  claim.because = sentence(
      conclusive ? fmt::format("{} is {}, {}", of.name, text(of.value.value, claim.error), claim.control)
                 : "there is no critical point to speak of");
  claim.evidence = evidence_of(study, of.parameter);
  return claim;
}

std::vector<Claim> claims_of(const Study& study) {
  const auto& theory = study.theory;
  const auto& point = study.point;
  const Margins margins = margins_of(theory.dimension);
  std::vector<Claim> claims = {crossing_claim(study)};
  const bool conclusive = claims.front().verdict == Verdict::supported;
  for (const auto& of :
       {Expectation{"K_c", point.k_c, theory.critical_coupling, margins.k_c * theory.critical_coupling,
                    "K_c"},
        Expectation{theory.nu_measurable ? "y_t" : "y_t* (in place of 1/nu)", point.y_t, theory.y_t,
                    margins.y_t, "y_t"},
        Expectation{"Delta_sigma", point.delta_sigma, theory.delta_sigma, margins.delta_sigma, "Delta_sigma"},
        Expectation{"Delta_epsilon", point.delta_epsilon, theory.delta_epsilon, margins.y_t, "y_t"},
        Expectation{"Q*", point.q_star, theory.q_star, margins.q_star, "Q*"}})
    if (std::isfinite(of.expected) && std::isfinite(of.value.value)) {
      const char letter = static_cast<char>('a' + claims.size());
      claims.push_back(theory_claim(study, conclusive, std::string(1, letter), of));
    }
  return claims;
}

results::Table crossings_table(const Study& study) {
  using Crossing = analysis::Crossing;
  return results::Record<Crossing>()
      .add("smaller", &Crossing::smaller)
      .add("larger", &Crossing::larger)
      .add("K", &Crossing::coupling)
      .add("Q", &Crossing::q)
      .table(study.point.crossings);
}

/// A parameter of a fit.
struct Parameter {
  const analysis::ScalingFit* fit = nullptr;
  std::size_t index = 0;
};

std::string use_of(const Parameter& p) {
  if (!p.fit->converged) return "did not converge";
  if (p.fit->chosen) return "value";
  return p.fit->acceptable ? "systematic" : "not acceptable";
}

results::Table fits_table(const Study& study) {
  std::vector<Parameter> all;
  for (const auto& fit : study.point.fits)
    for (std::size_t i = 0; i < fit.parameters.size(); ++i) all.push_back({&fit, i});
  return results::Record<Parameter>()
      .show("fit", [](const Parameter& p) { return p.fit->name; })
      .show("formula", [](const Parameter& p) { return p.fit->formula; })
      .show("least_size", [](const Parameter& p) { return p.fit->least_size; })
      .show("parameter", [](const Parameter& p) { return p.fit->parameters[p.index]; })
      .show(
          "value", [](const Parameter& p) { return p.fit->values[p.index]; }, "error")
      .show("chi2", [](const Parameter& p) { return p.fit->goodness.chi2; })
      .show("degrees", [](const Parameter& p) { return p.fit->goodness.degrees; })
      .show("p", [](const Parameter& p) { return p.fit->goodness.probability; })
      .show("use", use_of)
      .table(all);
}

/// The chains of one size and coupling.
struct RunRow {
  std::int64_t size = 0;
  double coupling = 0;
  double temperature = 0;
  std::int64_t records = 0;
  std::int64_t thinning = 0;
  std::int64_t burn_in = 0;
  stats::Estimate tau_count;
  stats::Estimate tau_m2;
  stats::Estimate tau_abs_m;
  stats::Estimate q;
};

results::Table runs_table(const Study& study) {
  const auto estimate = [](const auto& tau) {
    return stats::Estimate{.value = tau.value, .error = tau.error};
  };
  std::vector<RunRow> rows;
  for (std::size_t s = 0; s < study.series.size(); ++s) {
    const SizeSeries& size = study.series[s];
    for (std::size_t p = 0; p < size.couplings.size(); ++p) {
      const auto& tau = study.autocorrelations[s][p];
      rows.push_back({size.size, size.couplings[p], 1 / size.couplings[p],
                      static_cast<std::int64_t>(size.batches * size.records), study.plan.thinning[s],
                      study.plan.burn_in[s], estimate(tau.count), estimate(tau.m2), estimate(tau.abs_m),
                      study.curves[s].estimate(analysis::Quantity::q, size.couplings[p])});
    }
  }
  return results::Record<RunRow>()
      .add("L", &RunRow::size)
      .add("K", &RunRow::coupling)
      .add("T", &RunRow::temperature)
      .add("records", &RunRow::records)
      .add("thinning", &RunRow::thinning)
      .add("burn_in", &RunRow::burn_in)
      .add("tau_int_count", &RunRow::tau_count)
      .add("tau_int_m2", &RunRow::tau_m2)
      .add("tau_int_abs_m", &RunRow::tau_abs_m)
      .add("Q", &RunRow::q)
      .table(rows);
}

results::Table readings_table(const Study& study) {
  static constexpr const char* names[analysis::n_quantities] = {"Q",   "U",     "chi",     "xi_over_L",
                                                                "mk2", "dQ_dK", "dlnm2_dK"};
  using Curves = std::remove_cvref_t<decltype(study.curves.front())>;
  const double k = study.point.k_c.value;
  results::Record<Curves> record;
  record.show("L", [](const Curves& curves) { return curves.size(); });
  for (std::size_t q = 0; q < analysis::n_quantities; ++q)
    record.show(names[q], [q, k](const Curves& curves) {
      return std::isfinite(k) ? curves.estimate(static_cast<analysis::Quantity>(q), k) : stats::Estimate{};
    });
  return record.table(study.curves);
}

}  // namespace

analysis::CriticalData critical_data(const CriticalPlan& plan, const Series& series) {
  analysis::CriticalData data;
  for (const auto& size : series) {
    const auto model = plan.model_at(size.size);
    analysis::SizeData one;
    one.size = static_cast<int>(size.size);
    one.n_sites = model->lattice().n_sites();
    one.couplings = size.couplings;
    for (std::size_t b = 0; b < size.batches; ++b) {
      auto& batch = one.runs.emplace_back();
      for (std::size_t p = 0; p < size.couplings.size(); ++p) batch.push_back(histogram_of(size, p, b));
    }
    data.sizes.push_back(std::move(one));
  }
  const std::shared_ptr<const models::Model> model = plan.model_at(series.front().size);
  data.log_fugacity = [model](double k) { return samplers::log_fugacity(*model, k); };
  data.log_fugacity_slope = [model](double k) { return log_fugacity_slope(*model, k); };
  return data;
}

Study studied(const CriticalPlan& plan, const Series& series, double omega) {
  Study study{.plan = plan, .series = series};
  study.theory = analysis::universality_of(*plan.model_at(series.back().size));
  study.data = critical_data(plan, series);
  study.point = analysis::critical_point(
      study.data, study.theory,
      omega > 0 ? analysis::CriticalOptions{.omega = omega} : analysis::CriticalOptions{});
  for (std::size_t s = 0; s < series.size(); ++s) {
    study.curves.emplace_back(study.data.sizes[s], study.data);
    auto& times = study.autocorrelations.emplace_back();
    for (std::size_t p = 0; p < series[s].couplings.size(); ++p)
      times.push_back(autocorrelation_times(series[s], p, plan.thinning[s]));
  }
  return study;
}

results::Results results_of(const Study& study) {
  const auto& point = study.point;
  const auto& theory = study.theory;
  results::Results all;
  all.recipe = "critical";
  all.seed = study.plan.seed;
  all.claims = claims_of(study);
  all.schema.systematic = true;
  all.values["K_c"] = named(point.k_c, theory.critical_coupling);
  all.values["T_c"] = named(point.t_c, 1 / theory.critical_coupling);
  all.values["nu"] = named(point.nu, theory.nu);
  all.values["y_t"] = named(point.y_t, theory.y_t);
  all.values["Delta_sigma"] = named(point.delta_sigma, theory.delta_sigma);
  all.values["Delta_epsilon"] = named(point.delta_epsilon, theory.delta_epsilon);
  all.values["Q_star"] = named(point.q_star, theory.q_star);
  all.tables["crossings"] = crossings_table(study);
  all.tables["fits"] = fits_table(study);
  all.tables["runs"] = runs_table(study);
  all.tables["readings_at_K_c"] = readings_table(study);
  all.figures = figures_of(study);
  return all;
}

}  // namespace spinflow::studies::critical

// SPDX-License-Identifier: Apache-2.0
#include "experiments/critical_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/samplers/graph_chain.hpp"

namespace spinflow::experiments::critical {

namespace {

using analysis::CriticalValue;
using results::Cell;
using results::Claim;
using results::Verdict;

constexpr double deviations_of_a_contradiction = 3;
constexpr double least_probability = 0.05;  // of the fit that a critical point is read from

/// d ln x / dK, from the derivative of ln Z = const(K) + <n> ln x that the energy is.
double log_fugacity_slope(const models::Model& model, double k) {
  return (samplers::energy_from_count(model, k, 0) - samplers::energy_from_count(model, k, 1)) *
         model.lattice().n_sites();
}

results::NamedValue named(const CriticalValue& value, double expected) {
  return {value.value, value.error, value.systematic, expected};
}

double combined(const CriticalValue& value) {
  return std::hypot(value.error, std::isfinite(value.systematic) ? value.systematic : 0.0);
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
  claim.error = combined(point.k_c);
  claim.criterion = fmt::format(
      "A fit of finite-size scaling to {} describes three sizes or more (p >= {:g} for the chosen fit), and "
      "K_c is known to better than 2 %; measured is K_c with both errors.",
      jump ? "K <m^2>" : "Q", least_probability);
  claim.control = point.inconclusive;
  // The fit that K_c comes from is the first of those chosen.
  const auto fit = std::ranges::find_if(point.fits, &analysis::ScalingFit::chosen);
  if (claim.control.empty() && fit != point.fits.end() && !(fit->goodness.probability >= least_probability))
    claim.control = fmt::format("the chosen fit ({}) has p = {:.2g}", fit->name, fit->goodness.probability);
  claim.verdict = claim.control.empty() ? Verdict::supported : Verdict::inconclusive;
  claim.qualification = study.theory.explanation;
  claim.evidence = {"q-curves", "crossings", "fits"};
  return claim;
}

/// `conclusive`: whether there is a critical point to speak of.
Claim theory_claim(const Study& study, bool conclusive, std::string id, std::string statement,
                   const CriticalValue& value, double expected, std::vector<std::string> evidence) {
  Claim claim;
  claim.id = std::move(id);
  claim.paper = study.theory.regime == analysis::Regime::short_range ? "onsager1944" : "fisher1972";
  claim.statement = std::move(statement);
  claim.measured = value.value;
  claim.error = combined(value);
  claim.criterion = fmt::format(
      "Supported within {} combined errors, sqrt(statistical^2 + systematic^2), contradicted beyond; "
      "inconclusive if the critical point is, or if nothing tells the systematic error.",
      deviations_of_a_contradiction);
  if (!conclusive || !std::isfinite(value.value) || !std::isfinite(value.systematic) || !(claim.error > 0))
    claim.verdict = Verdict::inconclusive;
  else
    claim.verdict = std::abs(value.value - expected) <= deviations_of_a_contradiction * claim.error
                        ? Verdict::supported
                        : Verdict::contradicted;
  claim.control = fmt::format("{:.2f} combined errors from {:.6g}; systematic error {:.2g}",
                              (value.value - expected) / claim.error, expected, value.systematic);
  claim.evidence = std::move(evidence);
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

std::vector<Claim> claims_of(const Study& study) {
  const auto& theory = study.theory;
  const auto& point = study.point;
  std::vector<Claim> claims = {crossing_claim(study)};
  const auto add = [&](const std::string& name, const CriticalValue& value, double expected,
                       const std::string& parameter) {
    if (!std::isfinite(expected) || !std::isfinite(value.value)) return;
    const char letter = static_cast<char>('a' + claims.size());
    const bool conclusive = claims.front().verdict == Verdict::supported;
    claims.push_back(theory_claim(study, conclusive, std::string(1, letter),
                                  fmt::format("{} = {:.6g}, as theory says.", name, expected), value,
                                  expected, evidence_of(study, parameter)));
  };
  add("K_c", point.k_c, theory.critical_coupling, "K_c");
  add(theory.nu_measurable ? "y_t" : "y_t* (in place of 1/nu)", point.y_t, theory.y_t, "y_t");
  add("Delta_sigma", point.delta_sigma, theory.delta_sigma, "Delta_sigma");
  add("Delta_epsilon", point.delta_epsilon, theory.delta_epsilon, "y_t");
  add("Q*", point.q_star, theory.q_star, "Q*");
  return claims;
}

results::Table crossings_table(const Study& study) {
  results::Table table{.columns = {"smaller", "larger", "K", "K_error", "Q", "Q_error"}};
  for (const auto& crossing : study.point.crossings)
    table.rows.push_back({Cell(static_cast<double>(crossing.smaller)),
                          Cell(static_cast<double>(crossing.larger)), Cell(crossing.coupling.value),
                          Cell(crossing.coupling.error), Cell(crossing.q.value), Cell(crossing.q.error)});
  return table;
}

results::Table fits_table(const Study& study) {
  results::Table table{.columns = {"fit", "formula", "least_size", "parameter", "value", "error", "chi2",
                                   "degrees", "p", "use"}};
  for (const auto& fit : study.point.fits)
    for (std::size_t i = 0; i < fit.parameters.size(); ++i)
      table.rows.push_back({Cell(fit.name), Cell(fit.formula), Cell(static_cast<double>(fit.least_size)),
                            Cell(fit.parameters[i]), Cell(fit.values[i].value), Cell(fit.values[i].error),
                            Cell(fit.goodness.chi2), Cell(static_cast<double>(fit.goodness.degrees)),
                            Cell(fit.goodness.probability),
                            Cell(std::string(!fit.converged   ? "did not converge"
                                             : fit.chosen     ? "value"
                                             : fit.acceptable ? "systematic"
                                                              : "not acceptable"))});
  return table;
}

results::Table runs_table(const Study& study) {
  results::Table table{.columns = {"L", "K", "T", "records", "thinning", "burn_in", "tau_int_count",
                                   "tau_int_count_error", "tau_int_m2", "tau_int_m2_error", "tau_int_abs_m",
                                   "tau_int_abs_m_error", "Q", "Q_error"}};
  for (std::size_t s = 0; s < study.series.size(); ++s) {
    const SizeSeries& size = study.series[s];
    for (std::size_t p = 0; p < size.couplings.size(); ++p) {
      const auto& tau = study.autocorrelations[s][p];
      const auto q = study.curves[s].estimate(analysis::Quantity::q, size.couplings[p]);
      table.rows.push_back({Cell(static_cast<double>(size.size)), Cell(size.couplings[p]),
                            Cell(1 / size.couplings[p]),
                            Cell(static_cast<double>(size.batches * size.records)),
                            Cell(static_cast<double>(study.plan.thinning[s])),
                            Cell(static_cast<double>(study.plan.burn_in[s])), Cell(tau.count.value),
                            Cell(tau.count.error), Cell(tau.m2.value), Cell(tau.m2.error),
                            Cell(tau.abs_m.value), Cell(tau.abs_m.error), Cell(q.value), Cell(q.error)});
    }
  }
  return table;
}

results::Table readings_table(const Study& study) {
  results::Table table{.columns = {"L"}};
  static constexpr const char* names[analysis::n_quantities] = {"Q",   "U",     "chi",     "xi_over_L",
                                                                "mk2", "dQ_dK", "dlnm2_dK"};
  for (const auto* name : names) {
    table.columns.emplace_back(name);
    table.columns.push_back(fmt::format("{}_error", name));
  }
  const double k = study.point.k_c.value;
  for (const auto& curves : study.curves) {
    std::vector<Cell> row = {Cell(static_cast<double>(curves.size()))};
    for (std::size_t q = 0; q < analysis::n_quantities; ++q) {
      const auto reading =
          std::isfinite(k) ? curves.estimate(static_cast<analysis::Quantity>(q), k) : stats::Estimate{};
      row.emplace_back(reading.value);
      row.emplace_back(reading.error);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
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

}  // namespace spinflow::experiments::critical

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/mcrg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/models/identity.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

namespace {

constexpr base::Work swendsen1979{.key = "swendsen1979",
                                  .kind = "article",
                                  .author = "Swendsen, Robert H.",
                                  .title = "Monte Carlo Renormalization Group",
                                  .journal = "Physical Review Letters",
                                  .volume = "42",
                                  .pages = "859--861",
                                  .year = 1979,
                                  .doi = "10.1103/PhysRevLett.42.859"};

using analysis::McrgEigenvalue;
using analysis::Regime;

// The last of the steps that a claim is about, and the side of its lattice from which on its size does not
// show in the exponents.
constexpr std::size_t last_judged = 3;
constexpr int least_side = 8;
// Of K/K_c: y_T = 1 moves this by b^3 in three steps.
constexpr double off_critical = 1e-4;

/// "1..6" or "3": the operators of a list, counted from 1.
std::vector<lattice::Interaction> operators_from(std::string_view part, std::string_view range,
                                                 const std::vector<lattice::Interaction>& list,
                                                 std::string_view where) {
  const auto dots = range.find("..");
  const auto number = [&](std::string_view text) {
    std::size_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || end != text.data() + text.size() || text.empty())
      throw input_error(where, fmt::format("'{}' is no list of operators", part),
                        "write it as even:1..6,odd:1..4");
    return value;
  };
  const std::size_t first = number(range.substr(0, dots));
  const std::size_t last = dots == std::string_view::npos ? first : number(range.substr(dots + 2));
  if (first < 1 || last < first || last > list.size())
    throw input_error(where, fmt::format("'{}' goes beyond the {} operators there are", part, list.size()),
                      "count them from 1, the smaller number first; --help lists them");
  return {list.begin() + static_cast<std::ptrdiff_t>(first - 1),
          list.begin() + static_cast<std::ptrdiff_t>(last)};
}

/// One of the two sectors of a study.
struct Sector {
  const char* name;    ///< "even"
  const char* symbol;  ///< "y_T"
  const char* panel;
  double exact;
  double margin;  ///< within which an exponent agrees with the exact one
  std::size_t least_operators;
  const std::vector<lattice::Interaction>& operators;
  const std::vector<McrgEigenvalue>& eigenvalues;
  const std::vector<std::vector<stats::Estimate>>& matrices;
};

std::vector<Sector> sectors_of(const McrgStudy& study) {
  std::vector<Sector> sectors;
  if (!study.options.even.empty())
    sectors.push_back({"even", "y_T", "even operators: y_T", exact_thermal_exponent(study.theory), 0.01, 4,
                       study.options.even, study.found.even, study.found.even_matrix});
  if (!study.options.odd.empty())
    sectors.push_back({"odd", "y_H", "odd operators: y_H", exact_magnetic_exponent(study.theory), 0.005, 3,
                       study.options.odd, study.found.odd, study.found.odd_matrix});
  return sectors;
}

std::string step_name(const McrgStudy& study, int step) {
  const auto n = static_cast<std::size_t>(step);
  return fmt::format("step {}: {} -> {}", step, study.found.lattices[n - 1].text(),
                     study.found.lattices[n].text());
}

/// An eigenvalue of a sector.
struct EigenvalueRow {
  const McrgStudy* study = nullptr;
  const Sector* sector = nullptr;
  McrgEigenvalue found;

  [[nodiscard]] std::string lattice(int steps) const {
    return study->found.lattices[static_cast<std::size_t>(found.step + steps)].text();
  }
};

results::Table exponents_table(const McrgStudy& study, const std::vector<Sector>& sectors) {
  std::vector<EigenvalueRow> rows;
  for (const auto& sector : sectors)
    for (const auto& e : sector.eigenvalues) rows.push_back({&study, &sector, e});
  return results::Record<EigenvalueRow>()
      .show("sector", [](const EigenvalueRow& row) { return std::string(row.sector->name); })
      .show("step", [](const EigenvalueRow& row) { return row.found.step; })
      .show("from", [](const EigenvalueRow& row) { return row.lattice(-1); })
      .show("to", [](const EigenvalueRow& row) { return row.lattice(0); })
      .show("operators", [](const EigenvalueRow& row) { return row.found.operators; })
      .show("last_operator",
            [](const EigenvalueRow& row) { return row.sector->operators[row.found.operators - 1].name; })
      .show("eigenvalue", [](const EigenvalueRow& row) { return row.found.eigenvalue; })
      .show("y", [](const EigenvalueRow& row) { return row.found.exponent; })
      .show("y_exact", [](const EigenvalueRow& row) { return row.sector->exact; })
      .table(rows);
}

/// An element of dK'/dK.
struct Element {
  std::size_t step = 0;
  std::string of;
  std::string by;
  stats::Estimate value;
};

results::Table matrix_table(const Sector& sector) {
  std::vector<Element> all;
  const std::size_t n = sector.operators.size();
  for (std::size_t step = 0; step < sector.matrices.size(); ++step)
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        all.push_back(
            {step + 1, sector.operators[a].name, sector.operators[b].name, sector.matrices[step][a * n + b]});
  return results::Record<Element>()
      .add("step", &Element::step)
      .add("of", &Element::of)
      .add("by", &Element::by)
      .add("value", &Element::value, "error")
      .table(all);
}

results::Figure exponents_figure(const McrgStudy& study, const std::vector<Sector>& sectors) {
  results::LineFigure figure{
      .id = "mcrg-exponents",
      .title = "Exponents against the number of operators",
      .caption = fmt::format(
          "The largest eigenvalue of dK'/dK of each step ({}, b = {}) as operators are added in their order, "
          "as y = ln(eigenvalue)/ln(b); errors by jackknife over the chains. Steps go to ever smaller "
          "lattices: the first are away from the fixed point of the map, the last feel their own size.",
          study.map, study.found.factor),
      .x = {.title = "number of operators", .whole = true},
      .y = {.title = "y"},
      .series = {}};
  figure.sequential = true;
  figure.own_y_axes = true;
  for (const auto& sector : sectors) {
    for (int step = 1; step < static_cast<int>(study.found.lattices.size()); ++step) {
      results::Series series{.name = step_name(study, step), .panel = sector.panel};
      for (const auto& e : sector.eigenvalues)
        if (e.step == step)
          series.points.push_back(
              {.x = static_cast<double>(e.operators), .y = e.exponent.value, .error = e.exponent.error});
      figure.series.push_back(std::move(series));
    }
    if (std::isfinite(sector.exact))
      figure.rules.push_back({.at = sector.exact,
                              .label = fmt::format("{} = {:g}", sector.symbol, sector.exact),
                              .panel = sector.panel});
  }
  return results::line_figure(figure);
}

bool has_tail(const McrgStudy& study) {
  return study.theory.regime == Regime::non_classical || study.theory.regime == Regime::logarithmic ||
         study.theory.regime == Regime::mean_field || study.theory.regime == Regime::boundary;
}

/// Why a run cannot decide the claim of a sector, though theory could; empty if it can.
std::string obstacle_of(const McrgStudy& study, const Sector& sector) {
  if (study.theory.regime != Regime::short_range || !std::isfinite(sector.exact)) return {};
  const double k = study.theory.critical_coupling;
  if (!std::isfinite(k)) return "nothing is judged where the critical coupling is not known exactly. ";
  if (!(std::abs(study.options.temperature * k - 1) < off_critical))
    return fmt::format(
        "T = {:g} is not the critical one, {:g}: these are not the exponents of a critical point. ",
        study.options.temperature, 1 / k);
  const auto& lattices = study.found.lattices;
  const bool large = lattices.size() > last_judged &&
                     std::min(lattices[last_judged].lx(), lattices[last_judged].ly()) >= least_side;
  if (large && sector.operators.size() >= sector.least_operators) return {};
  return fmt::format(
      "too little for a verdict, which takes {} {} operators, and {} steps to blocks on {}x{} or more. ",
      sector.least_operators, sector.name, last_judged, least_side, least_side);
}

/// What is known beforehand of this map and model.
std::string qualification_of(const McrgStudy& study, const Sector& sector) {
  std::string text;
  if (study.map == "decimation" && study.theory.dimension == 2)
    text =
        "decimation has no fixed point at a critical point with Delta_sigma > 0: it keeps the spins and so "
        "their correlations at distance b r; with the field alone y_H is d, and y_T shows no plateau. ";
  if (has_tail(study))
    text +=
        "the couplings of a power law are not among the operators: a short-range basis truncates the "
        "tail, and the numbers are reported without a target. ";
  if (study.theory.regime == Regime::none)
    text += "the model has no critical point: the numbers are those of the coupling that was given. ";
  text += obstacle_of(study, sector);
  return text + fmt::format("{} {} operators, {} configurations; the errors are statistical.",
                            sector.operators.size(), sector.name, study.found.samples);
}

results::Claim claim_of(const McrgStudy& study, const Sector& sector) {
  results::Claim claim{.id = sector.symbol, .paper = std::string(swendsen1979.key)};
  claim.statement = std::isfinite(sector.exact)
                        ? fmt::format("{} = {:g} at steps 2 and 3", sector.symbol, sector.exact)
                        : fmt::format("{} of the linearised map", sector.symbol);
  claim.criterion = fmt::format(
      "|{} - exact| < {:g} at steps 2 and 3 with at least {} {} operators, errors below {:g}; from the exact "
      "critical coupling, and blocks at step 3 on {}x{} or more: smaller lattices show their own size",
      sector.symbol, sector.margin, sector.least_operators, sector.name, sector.margin, least_side,
      least_side);
  claim.qualification = qualification_of(study, sector);
  claim.evidence = {"mcrg-exponents", "mcrg_exponents"};
  double worst = 0;
  bool precise = true;
  for (const auto& e : sector.eigenvalues) {
    if (e.operators != sector.operators.size() || (e.step != 2 && e.step != 3)) continue;
    const double off = std::abs(e.exponent.value - sector.exact);
    precise = precise && e.exponent.error < sector.margin;
    claim.control += fmt::format("{}step {}: {:.4f} +- {:.4f}", claim.control.empty() ? "" : ", ", e.step,
                                 e.exponent.value, e.exponent.error);
    if (e.step == 2 || off > worst || !std::isfinite(off)) {
      worst = off;
      claim.measured = e.exponent.value;
      claim.error = e.exponent.error;
    }
  }
  const bool judged = study.theory.regime == Regime::short_range && std::isfinite(sector.exact) &&
                      obstacle_of(study, sector).empty();
  if (judged && !precise && std::isfinite(claim.measured))
    claim.qualification =
        fmt::format("an error is not below {:g}: more configurations decide. ", sector.margin) +
        claim.qualification;
  if (!judged || !precise) {
    // An eigenvalue that is not real and positive is no error bar's fault.
    claim.verdict = judged && !std::isfinite(claim.measured) ? results::Verdict::contradicted
                                                             : results::Verdict::inconclusive;
  } else if (worst < sector.margin) {
    claim.verdict = results::Verdict::supported;
  } else if (worst > sector.margin + 3 * claim.error) {
    claim.verdict = results::Verdict::contradicted;
  } else {
    claim.verdict = results::Verdict::inconclusive;
    claim.qualification =
        fmt::format(
            "it is off by {:.2g}, more than {:g} by less than three errors: more configurations decide. ",
            worst, sector.margin) +
        claim.qualification;
  }
  claim.because = sentence(claim.control.empty() ? claim.qualification
                                                 : fmt::format("{} at {}", sector.symbol, claim.control));
  return claim;
}

results::Figure matrices_figure(const McrgStudy& study, const Sector& sector) {
  std::string names;
  for (std::size_t a = 0; a < sector.operators.size(); ++a)
    names += fmt::format("{}{}: {}", a == 0 ? "" : "; ", a + 1, sector.operators[a].name);
  results::HeatMap map{.id = fmt::format("mcrg-{}-matrices", sector.name),
                       .title = fmt::format("dK'/dK of the {} operators", sector.name),
                       .caption = fmt::format(
                           "Element (a, b) of each step: how coupling a after the step answers to coupling b "
                           "before it. Where the map comes to rest at a fixed point, the matrices of "
                           "successive steps agree. Operators by number: {}.",
                           names),
                       .x = {.title = "b: coupling before", .whole = true},
                       .y = {.title = "a: coupling after", .whole = true},
                       .value_title = "dK'_a/dK_b",
                       .x_values = {},
                       .y_values = {},
                       .panels = {},
                       .diverging = true};
  for (std::size_t a = 0; a < sector.operators.size(); ++a) {
    map.x_values.push_back(static_cast<double>(a + 1));
    map.y_values.push_back(static_cast<double>(a + 1));
  }
  for (std::size_t step = 0; step < sector.matrices.size(); ++step) {
    results::HeatMapPanel panel{.name = step_name(study, static_cast<int>(step) + 1), .values = {}};
    for (const auto& entry : sector.matrices[step]) panel.values.push_back(entry.value);
    map.panels.push_back(std::move(panel));
  }
  return results::heat_map(map);
}

}  // namespace

double exact_thermal_exponent(const analysis::Universality& theory) {
  const bool shown = theory.regime == Regime::short_range;
  return shown ? theory.y_t : analysis::Universality::unknown;
}

double exact_magnetic_exponent(const analysis::Universality& theory) {
  const bool shown = theory.regime == Regime::short_range || theory.regime == Regime::non_classical ||
                     theory.regime == Regime::logarithmic;
  return shown ? theory.dimension - theory.delta_sigma : analysis::Universality::unknown;
}

void mcrg_results(const McrgStudy& study, results::Results& out) {
  const auto sectors = sectors_of(study);
  out.tables["mcrg_exponents"] = exponents_table(study, sectors);
  for (const auto& sector : sectors) {
    out.tables[fmt::format("mcrg_{}_matrix", sector.name)] = matrix_table(sector);
    for (const auto& e : sector.eigenvalues)
      if (e.operators == sector.operators.size())
        out.values[fmt::format("{}_step_{}", sector.symbol, e.step)] = {e.exponent.value, e.exponent.error,
                                                                        results::none, sector.exact};
    out.claims.push_back(claim_of(study, sector));
  }
  out.values["tau_int_sweeps"] = {study.found.tau_int, results::none, results::none, results::none};
  out.figures.push_back(exponents_figure(study, sectors));
  for (const auto& sector : sectors)
    if (sector.operators.size() > 1) out.figures.push_back(matrices_figure(study, sector));
}

std::vector<base::Citation> mcrg_citations() { return {swendsen1979}; }

void read_operators(const std::string& text, int dimension, analysis::McrgOptions& options,
                    std::string_view where) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto part = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const bool even = part.starts_with("even:");
    if (!even && !part.starts_with("odd:"))
      throw input_error(where, fmt::format("'{}' is no list of operators", part),
                        "write it as even:1..6,odd:1..4");
    auto& list = even ? options.even : options.odd;
    if (!list.empty())
      throw input_error(where, fmt::format("{} operators are given twice", even ? "even" : "odd"),
                        "give them once");
    list = operators_from(part, part.substr(part.find(':') + 1),
                          even ? lattice::even_interactions(dimension) : lattice::odd_interactions(dimension),
                          where);
  }
}

double mcrg_within_reach(double temperature, const models::Model& model, std::string_view where,
                         std::string_view flag) {
  constexpr double least = 1e-3;
  constexpr double most = 1e6;
  const double unit = models::energy_unit(model);
  if (temperature >= least * unit && temperature <= most * unit) return temperature;
  throw input_error(where, fmt::format("T = {:.6g} is out of range", temperature + 0.0),
                    fmt::format("give {} from {:.6g} to {:.6g}, that is T/J from {} to {}", flag,
                                least * unit, most * unit, least, most));
}

double critical_temperature(const McrgStudy& study, std::string_view where, std::string_view mend) {
  const double critical = study.theory.critical_coupling;
  if (study.theory.regime == analysis::Regime::none)
    throw input_error(where, fmt::format("there is no critical coupling: {}", study.theory.explanation),
                      mend);
  if (!std::isfinite(critical))
    throw input_error(where, fmt::format("the critical coupling of {} is not known exactly", study.model),
                      "give it with -K; `spinflow critical` finds it");
  return 1 / critical;
}

}  // namespace spinflow::studies

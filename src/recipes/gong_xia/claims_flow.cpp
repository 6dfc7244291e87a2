// SPDX-License-Identifier: Apache-2.0
// Claims of gong-xia about nets on top of each other, the limits and chains in a field.
#include <limits>

#include "recipes/claims.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "spinflow/stats/nonlinear_fit.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

/// No verdict on the theorem, which speaks of the optimum, where a net is not there.
Claim at_optimum(Trial& trial, double lowest_accuracy) {
  if (lowest_accuracy < trial.number("accuracy")) {
    const auto words = fmt::format("not at the optimum, lowest accuracy {:.4f}", lowest_accuracy);
    trial.doubt("a net is " + words);
    trial.qualification = fmt::format("{}; {}", words, trial.qualification);
  }
  return trial.judged();
}

std::string depth_words(const DepthReading& r) { return fmt::format("step {}, seed {}", r.step, r.seed); }

/// K_out less the exact K_n after a step of an arm, by seed.
std::vector<stats::Estimate> off_flow(const Measurements& m, const std::string& arm, int step) {
  std::vector<stats::Estimate> readings;
  for (const auto& r : m.depth)
    if (r.arm == arm && r.step == step)
      readings.push_back({.value = r.output.coupling.value - r.expected, .error = r.output.coupling.error});
  return readings;
}

Claim depth_claim(const Measurements& m, const std::string& id, const std::string& arm) {
  Trial trial(m.settings.criteria, id, {evidence.depth, evidence.depth_residuals});
  std::vector<Pull> nets;
  std::vector<Pull> control;
  double accuracy = 1;
  std::string worst;
  for (const auto& r : m.depth) {
    if (r.arm != arm) continue;
    nets.push_back({depth_words(r), r.output.coupling, r.expected});
    control.push_back({depth_words(r), r.target.coupling, r.expected});
    if (worst.empty() || r.accuracy < accuracy) worst = depth_words(r);
    accuracy = std::min(accuracy, r.accuracy);
  }
  if (!trial.needs(!nets.empty(), "no net was trained")) return trial.judged();
  for (int step = 1; step <= static_cast<int>(m.settings.depth.steps); ++step)
    trial.within(fmt::format("step {}: K_out - K_n", step), off_flow(m, arm, step), "margin");
  const auto of_nets = chi_square_of(nets);
  const auto of_control = chi_square_of(control);
  trial.measure_farthest();
  hold_beside(trial, of_control.p);
  const auto& s = m.settings.depth;
  trial.say({{"exact_map", words(of_control)},
             {"size", s.size},
             {"K", s.coupling},
             {"b", s.factor},
             {"steps", s.steps},
             {"nets", words(of_nets)},
             {"largest", of_nets.largest},
             {"accuracy", accuracy},
             {"worst", worst}});
  return trial.judged();
}

Claim block_limit_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "r1", {evidence.limits, evidence.limit_of_blocks});
  const auto cells = cells_of(m.limits, "factor", "decimation");
  if (!trial.needs(!cells.empty(), "no net was trained")) return trial.judged();
  std::vector<stats::Estimate> bonds;
  std::vector<double> factors;
  std::vector<std::string> way;
  Readings nets;
  std::size_t fewest =
      std::numeric_limits<std::size_t>::max();  // nets behind the error of a point of the fit
  for (const auto& cell : cells) {
    const auto k = over_nets(cell.nets, coupling_of);
    fewest = std::min(fewest, cell.nets.size());
    way.push_back(fmt::format("b = {}: {} (exact {:.4f})", cell.factor, text(k), cell.any().expected));
    std::ranges::copy(cell.nets, std::back_inserter(nets));
    const double t = std::tanh(k.value);
    if (!std::isfinite(t) || !(k.error > 0)) continue;
    bonds.push_back({.value = t, .error = (1 - t * t) * k.error});
    factors.push_back(static_cast<double>(cell.factor));
  }
  const auto& last = *std::ranges::max_element(cells, {}, &Cell::factor);
  const auto end = each_of(last.nets, coupling_of);
  const double exact = -std::log(std::tanh(m.settings.limits.coupling));
  stats::Estimate kappa;
  if (bonds.size() >= 2) {
    const std::vector<stats::FitParameter> start = {{.name = "kappa", .start = exact}};
    const auto fit = stats::nonlinear_fit(
        [&](std::size_t i, std::span<const double> p) { return std::exp(-p[0] * factors[i]); }, bonds, start);
    if (fit.converged) kappa = {.value = fit.values[0], .error = fit.error(0)};
  }
  trial.measured(kappa);
  trial.within(fmt::format("K_out at b = {}", last.factor), end, "zero");
  trial.within("kappa over -ln tanh K, less 1",
               {.value = kappa.value / exact - 1, .error = kappa.error / exact}, "rate", fewest);
  trial.say({{"way", {way, "; "}},
             {"size", m.settings.limits.size},
             {"K", m.settings.limits.coupling},
             {"exact", exact}});
  return at_optimum(trial, worst_of(nets).accuracy);
}

Claim size_limit_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "r2", {evidence.limits, evidence.limit_of_chains});
  const auto cells = cells_of(m.limits, "size", "decimation");
  if (!trial.needs(!cells.empty(), "no net was trained")) return trial.judged();
  const auto nets = nets_of(m.limits, "size", "decimation");
  std::vector<std::string> way;
  for (const auto& cell : cells)
    way.push_back(fmt::format("N = {}: {}", cell.size, text(over_nets(cell.nets, coupling_of))));
  const auto& last = *std::ranges::max_element(cells, {}, &Cell::size);
  const auto end = each_of(last.nets, coupling_of);
  trial.measured(over_seeds(end));
  trial.within(fmt::format("K_out at N = {}", last.size), end, "zero");
  const auto of_nets = chi_square_of(pulls_of(nets, &NetReading::output));
  trial.say({{"expected", last.any().expected},
             {"nets", words(of_nets)},
             {"largest", of_nets.largest},
             {"exact_map", words(chi_square_of(pulls_of(nets, &NetReading::target)))},
             {"K", m.settings.limits.coupling},
             {"b", m.settings.limits.factor},
             {"way", {way, ", "}}});
  return at_optimum(trial, worst_of(last.nets).accuracy);
}

Claim depth_limit_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "r3", {evidence.depth});
  if (!trial.needs(!m.depth.empty(), "no net was trained")) return trial.judged();
  std::vector<std::string> ways;
  for (const char* arm : {"exact", "predecessor"}) {
    stats::Estimate before{.value = m.settings.depth.coupling, .error = 0};
    std::vector<std::string> way = {fmt::format("{}", before.value)};
    for (int step = 1; step <= static_cast<int>(m.settings.depth.steps); ++step) {
      const auto readings = depth_readings(m, arm, step);
      const auto now = over_seeds(readings);
      const auto seeds = finite_seeds(readings);
      trial.positive(fmt::format("{}, fall at step {}", arm, step),
                     {.value = before.value - now.value, .error = std::hypot(before.error, now.error)},
                     seeds);
      way.push_back(text(now));
      before = now;
      if (step != m.settings.depth.steps) continue;
      const double part = 1 / m.settings.depth.coupling;
      const stats::Estimate left{.value = part * now.value, .error = part * now.error};
      trial.within(fmt::format("{}, what is left of K", arm), left, "left", seeds);
      if (std::string(arm) == "exact") trial.measured(now);
    }
    ways.push_back(fmt::format("{}: {}", arm, fmt::join(way, ", ")));
  }
  std::vector<std::string> exact;
  double accuracy = 1;
  for (const auto& r : m.depth) accuracy = std::min(accuracy, r.accuracy);
  for (const auto& r : m.depth)
    if (r.arm == "exact" && r.seed == m.depth.front().seed)
      exact.push_back(fmt::format("{:.4f}", r.expected));
  trial.say({{"exact", {exact, ", "}}, {"ways", {ways, "; "}}});
  return at_optimum(trial, accuracy);
}

Claim field_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "f1", {evidence.field_flow, evidence.fields});
  if (!trial.needs(!m.fields.empty(), "no net was trained")) return trial.judged();
  std::vector<Pull> couplings;
  std::vector<Pull> fields;
  std::vector<Pull> control_couplings;
  std::vector<Pull> control_fields;
  double accuracy = 1;
  // In order of appearance: the chain, and how K and h of each of its nets are off.
  struct Chain {
    double coupling;
    double field;
    std::vector<stats::Estimate> off_coupling;
    std::vector<stats::Estimate> off_field;
  };
  std::vector<Chain> chains;
  const auto off = [](stats::Estimate e, double expected) {
    e.value -= expected;
    return e;
  };
  for (const auto& r : m.fields) {
    const auto where = fmt::format("K = {}, h = {}, seed {}", r.coupling, r.field, r.seed);
    couplings.push_back({where, r.coupling_out, r.expected_coupling});
    fields.push_back({where, r.field_out, r.expected_field});
    control_couplings.push_back({where, r.coupling_target, r.expected_coupling});
    control_fields.push_back({where, r.field_target, r.expected_field});
    accuracy = std::min(accuracy, r.accuracy);
    auto chain = std::ranges::find_if(
        chains, [&](const Chain& c) { return c.coupling == r.coupling && c.field == r.field; });
    if (chain == chains.end()) chain = chains.insert(chain, {r.coupling, r.field, {}, {}});
    chain->off_coupling.push_back(off(r.coupling_out, r.expected_coupling));
    chain->off_field.push_back(off(r.field_out, r.expected_field));
  }
  for (const auto& chain : chains) {
    const auto where = fmt::format("K = {}, h = {}", chain.coupling, chain.field);
    trial.within(where + ": K_out - K'", chain.off_coupling, "margin");
    trial.within(where + ": h_out - h'", chain.off_field, "margin");
  }
  trial.measure_farthest();
  const auto control_of_couplings = chi_square_of(control_couplings);
  const auto control_of_fields = chi_square_of(control_fields);
  // K and h of a net are correlated: two tests.
  hold_beside(trial, 2 * std::min(control_of_couplings.p, control_of_fields.p));
  trial.say({{"exact_map", words(control_of_couplings)},
             {"exact_map_h", words(control_of_fields)},
             {"size", m.settings.field.size},
             {"b", m.settings.field.factor},
             {"nets", words(chi_square_of(couplings))},
             {"nets_h", words(chi_square_of(fields))},
             {"accuracy", accuracy}});
  return trial.judged();
}

}  // namespace

std::vector<Claim> claims_flow(const Measurements& m) {
  return {depth_claim(m, "b1", "exact"), depth_claim(m, "b2", "predecessor"),
          block_limit_claim(m),          size_limit_claim(m),
          depth_limit_claim(m),          field_claim(m)};
}

}  // namespace spinflow::recipes::gong_xia

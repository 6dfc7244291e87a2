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

Claim depth_claim(const Measurements& m, const std::string& id, const std::string& arm) {
  Trial trial(m.settings.criteria, id, {evidence.depth, evidence.depth_residuals});
  const auto readings = of_arm(m, arm);
  if (!trial.needs(!readings.empty(), "no net was trained")) return trial.judged();
  for (int step = 1; step <= static_cast<int>(m.settings.depth.steps); ++step)
    trial.within(fmt::format("step {}: K_out - K_n", step), each_of(of_step(m, arm, step), off_expected_of),
                 "margin");
  const auto of_nets = chi_square_of(pulls_of(readings, coupling_of, &DepthReading::expected));
  const auto of_control = chi_square_of(pulls_of(readings, target_of, &DepthReading::expected));
  const auto& worst = worst_of(readings);
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
             {"accuracy", worst.accuracy},
             {"worst", where(worst)}});
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
  const auto of_nets = chi_square_of(pulls_of(nets, coupling_of, &NetReading::expected));
  trial.say({{"expected", last.any().expected},
             {"nets", words(of_nets)},
             {"largest", of_nets.largest},
             {"exact_map", words(chi_square_of(pulls_of(nets, target_of, &NetReading::expected)))},
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
      const auto readings = each_of(of_step(m, arm, step), coupling_of);
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
  const auto off = [](stats::Estimate FieldReading::*read, double FieldReading::*expected) {
    return [=](const FieldReading& r) { return minus(r.*read, r.*expected); };
  };
  for (const auto& nets : by_field(m)) {
    const auto chain = fmt::format("K = {}, h = {}", nets[0]->coupling, nets[0]->field);
    trial.within(chain + ": K_out - K'",
                 each_of(nets, off(&FieldReading::coupling_out, &FieldReading::expected_coupling)), "margin");
    trial.within(chain + ": h_out - h'",
                 each_of(nets, off(&FieldReading::field_out, &FieldReading::expected_field)), "margin");
  }
  std::vector<const FieldReading*> all;
  for (const auto& r : m.fields) all.push_back(&r);
  const auto of_couplings = [&](stats::Estimate FieldReading::*read) {
    return chi_square_of(pulls_of(all, read, &FieldReading::expected_coupling));
  };
  const auto of_fields = [&](stats::Estimate FieldReading::*read) {
    return chi_square_of(pulls_of(all, read, &FieldReading::expected_field));
  };
  trial.measure_farthest();
  const auto control_of_couplings = of_couplings(&FieldReading::coupling_target);
  const auto control_of_fields = of_fields(&FieldReading::field_target);
  // K and h of a net are correlated: two tests.
  hold_beside(trial, 2 * std::min(control_of_couplings.p, control_of_fields.p));
  trial.say({{"exact_map", words(control_of_couplings)},
             {"exact_map_h", words(control_of_fields)},
             {"size", m.settings.field.size},
             {"b", m.settings.field.factor},
             {"nets", words(of_couplings(&FieldReading::coupling_out))},
             {"nets_h", words(of_fields(&FieldReading::field_out))},
             {"accuracy", worst_of(all).accuracy}});
  return trial.judged();
}

}  // namespace

std::vector<Claim> claims_flow(const Measurements& m) {
  return {depth_claim(m, "b1", "exact"), depth_claim(m, "b2", "predecessor"),
          block_limit_claim(m),          size_limit_claim(m),
          depth_limit_claim(m),          field_claim(m)};
}

}  // namespace spinflow::recipes::gong_xia

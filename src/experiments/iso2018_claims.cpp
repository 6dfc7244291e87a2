// SPDX-License-Identifier: Apache-2.0
// The claims of iso2018, judged by the criteria that stand in iso2018.toml.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "iso2018.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

using results::Claim;
using results::Verdict;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr const char* paper = "iso2018";

/// "2.295(13)"; "2.295" without an error.
std::string text(double value, double error) {
  if (!std::isfinite(value)) return value > 0 ? "infinity" : "none";
  if (!std::isfinite(error) || error <= 0) return fmt::format("{:.3f}", value);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6);
  return fmt::format("{:.{}f}({:.0f})", value, digits, std::max(1.0, error * std::pow(10.0, digits)));
}
std::string text(const stats::Estimate& e) { return text(e.value, e.error); }
std::string text(const thermometers::Reading& r) { return text(r.value, r.error); }

/// Is |value| below `limit`, beyond two errors either way?
enum class Status { met, open, violated };
struct Check {
  std::string label;
  Status status;
};
Check check(std::string label, const stats::Estimate& value, double limit) {
  label += fmt::format(" {}", text(value));
  if (!std::isfinite(value.value) || !std::isfinite(value.error)) return {label, Status::open};
  if (std::abs(value.value) + 2 * value.error < limit) return {label, Status::met};
  if (std::abs(value.value) - 2 * value.error > limit) return {label, Status::violated};
  return {label, Status::open};
}

Verdict verdict_of(const std::vector<Check>& checks) {
  const auto any = [&](Status s) {
    return std::ranges::any_of(checks, [&](const Check& c) { return c.status == s; });
  };
  if (any(Status::violated)) return Verdict::contradicted;
  return any(Status::open) || checks.empty() ? Verdict::inconclusive : Verdict::supported;
}

std::string list(const std::vector<Check>& checks, Status status) {
  std::vector<std::string> labels;
  for (const auto& c : checks)
    if (c.status == status) labels.push_back(c.label);
  return labels.empty() ? "none" : fmt::format("{}", fmt::join(labels, ", "));
}

stats::Estimate difference(const thermometers::Reading& a, const thermometers::Reading& b) {
  return {.value = a.value - b.value, .error = std::hypot(a.error, b.error)};
}

Claim begin_claim(const Measurements& m, std::string id, std::string statement,
                  std::vector<std::string> evidence) {
  Claim claim;
  claim.id = id;
  claim.paper = paper;
  claim.statement = std::move(statement);
  claim.measured = none;
  claim.error = none;
  if (const auto found = m.settings.criteria.find(id); found != m.settings.criteria.end())
    if (const auto* criterion = std::get_if<std::string>(&found->second)) claim.criterion = *criterion;
  claim.evidence = std::move(evidence);
  return claim;
}

/// Without a scatter over seeds there is no error and hence no verdict.
bool enough_seeds(const FixedPoint& point, Claim& claim) {
  if (point.seeds >= 2) return true;
  claim.verdict = Verdict::inconclusive;
  claim.qualification = fmt::format(
      "{} training seed gave a result; a verdict needs the scatter over at least 2.", point.seeds);
  return false;
}

Claim claim_a(const Measurements& m, const FixedPoint& v) {
  Claim claim = begin_claim(m, "a",
                            "The flow of an RBM trained at all temperatures (type V) leads from low and from "
                            "high temperature to one fixed point.",
                            {"flow-temperature", "fixed_points"});
  claim.measured = v.energy.difference.value;
  claim.error = v.energy.difference.error;
  claim.control = fmt::format(
      "hot minus cold start: {} by energy, {} by magnetization; drift over the last quarter {} and {}",
      text(v.energy.difference), text(v.magnetization.difference), text(v.energy.drift),
      text(v.magnetization.drift));
  if (!enough_seeds(v, claim)) return claim;
  const auto exceeded = [](const stats::Estimate& x, double limit) {
    return std::abs(x.value) - 2 * x.error > limit;
  };
  const bool contradicted =
      exceeded(v.energy.difference, std::max(0.05, 3 * v.energy.difference.error)) ||
      exceeded(v.magnetization.difference, std::max(0.05, 3 * v.magnetization.difference.error)) ||
      exceeded(v.energy.drift, 0.02) || exceeded(v.magnetization.drift, 0.02);
  claim.verdict = v.common()     ? Verdict::supported
                  : contradicted ? Verdict::contradicted
                                 : Verdict::inconclusive;
  claim.qualification = fmt::format(
      "for CD-{}, N_h = {}, {} steps; measured is the difference of the two starts in T by energy",
      m.settings.train.k, m.settings.rbm.hidden, m.settings.flow.steps);
  return claim;
}

double nearest(const std::vector<double>& grid, double value) {
  return *std::ranges::min_element(grid, {}, [&](double t) { return std::abs(t - value); });
}

Claim claim_b1(const Measurements& m, const VariantResult& v, const FixedPoint& point) {
  Claim claim = begin_claim(m, "b1",
                            "At the paper's resolution the fixed point is T_c: the classifier's most "
                            "probable temperature is the bin at T_c.",
                            {"classifier-flow", "classifier-calibration"});
  const double wanted = nearest(m.classifier_temperatures, critical_temperature);
  const std::size_t last = static_cast<std::size_t>(m.settings.flow.steps);
  int agreeing = 0;
  std::vector<std::string> found;
  for (const std::string gauge : {"classifier-small", "classifier-large"}) {
    bool both = true;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start) {
      const auto p = mean_distribution(v, gauge, start, last);
      if (p.empty()) {
        both = false;
        continue;
      }
      const double mode =
          m.classifier_temperatures[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())];
      both = both && mode == wanted;
      found.push_back(fmt::format("{} from T = {}: {}", gauge, m.settings.flow.starts[start], mode));
    }
    agreeing += both ? 1 : 0;
  }
  std::vector<double> modes;
  for (const auto& seed : v.seeds) {
    if (!seed.failure.empty()) continue;
    double mean = 0;
    for (const auto& start : seed.starts)
      mean += start.steps[last].readings.at("classifier-large").mode.value_or(none) /
              static_cast<double>(seed.starts.size());
    modes.push_back(mean);
  }
  const auto measured = over_seeds(modes);
  claim.measured = measured.value;
  claim.error = measured.error;
  claim.control =
      fmt::format("modes {}; true T_c configurations and every other temperature are read in the calibration",
                  fmt::join(found, ", "));
  if (!enough_seeds(point, claim)) return claim;
  claim.verdict = agreeing == 2   ? Verdict::supported
                  : agreeing == 0 ? Verdict::contradicted
                                  : Verdict::inconclusive;
  claim.qualification = fmt::format(
      "a statement about a grid of temperatures {:.2f} apart, not about criticality: see b2; measured is the "
      "mode of the large net",
      m.classifier_temperatures[1] - m.classifier_temperatures[0]);
  return claim;
}

Claim claim_b2(const Measurements& m, const VariantResult& result, const FixedPoint& v) {
  Claim claim = begin_claim(m, "b2", "The fixed point is T_c as a property of the ensemble.",
                            {"correlation", "fixed-points", "flowed_ensembles", "fixed_points"});
  claim.measured = v.energy.reading.value;
  claim.error = v.energy.reading.error;
  if (!enough_seeds(v, claim)) return claim;
  std::vector<Check> checks;
  checks.push_back(
      check("T_energy* - T_c",
            {.value = v.energy.reading.value - critical_temperature, .error = v.energy.reading.error}, 0.05));
  checks.push_back(check(
      "T_magnetization* - T_c",
      {.value = v.magnetization.reading.value - critical_temperature, .error = v.magnetization.reading.error},
      0.05));
  const auto flow = flowed(result);
  const auto truth = ensemble::correlation(m.critical);
  const double fall = truth.front().value - truth.back().value;
  const stats::Estimate excess{
      .value = flow.correlation.front().value - flow.correlation.back().value - fall,
      .error = std::hypot(std::hypot(flow.correlation.front().error, flow.correlation.back().error),
                          std::hypot(truth.front().error, truth.back().error))};
  checks.push_back(check(fmt::format("fall of G(r), flowed minus true ({:.3f}),", fall), excess, 0.1 * fall));
  int lengths = 0;
  int decays = 0;
  int ranges = 0;
  for (const auto& other : m.variants) {
    if (other.variant.type != "V" || other.variant.id == "V") continue;
    const auto point = fixed_point(other, m);
    checks.push_back(
        check(other.variant.id + " - V", difference(point.energy.reading, v.energy.reading), 0.05));
    lengths += other.variant.epochs != result.variant.epochs ? 1 : 0;
    decays += other.variant.weight_decay != result.variant.weight_decay ? 1 : 0;
    ranges += other.variant.temperatures != result.variant.temperatures ? 1 : 0;
  }
  claim.verdict = verdict_of(checks);
  if (lengths == 0 || decays == 0 || ranges == 0) claim.verdict = Verdict::inconclusive;
  claim.control =
      fmt::format("violated: {}; met: {}", list(checks, Status::violated), list(checks, Status::met));
  if (const auto* gap = m.find("gap")) {
    const auto shift = difference(fixed_point(*gap, m).energy.reading, v.energy.reading);
    const bool equivalent = std::abs(shift.value) + 1.645 * shift.error < 0.08;
    claim.control += fmt::format(
        "; trained without the temperatures around T_c (gap) the fixed point moves by {}: {} within 0.08",
        text(shift), equivalent ? "equivalent" : "not shown to be equivalent");
  }
  claim.qualification = fmt::format("undecided: {}; measured is T_energy*, T_magnetization* = {}",
                                    list(checks, Status::open), text(v.magnetization.reading));
  return claim;
}

Claim claim_c(const Measurements& m, const FixedPoint& v, results::Table& steps) {
  Claim claim = begin_claim(m, "c", "The flow is opposite to that of the renormalization group.",
                            {"rg-flow", "rbm-flow", "step-map", "rg_steps"});
  std::vector<Check> checks;
  // Positive: the right way.
  const auto moved = [&](const std::string& label, const stats::Estimate& way) {
    if (!std::isfinite(way.value) || !std::isfinite(way.error)) return;
    const auto status = way.value > 0                   ? Status::met
                        : way.value + 2 * way.error > 0 ? Status::open
                                                        : Status::violated;
    checks.push_back({fmt::format("{} {}", label, text(way)), status});
  };
  const auto outside = [](double t) { return t < 2.1 || t > 2.45; };
  const auto add_row = [&](const std::string& map, int size, const flow::FlowStart& start, std::size_t k) {
    const auto& now = start.steps[k];
    const auto reading = [&](const char* gauge) {
      const auto found = now.readings.find(gauge);
      return found == now.readings.end() ? thermometers::Reading{} : found->second;
    };
    steps.rows.push_back({map, static_cast<double>(size), start.temperature, static_cast<double>(now.step),
                          reading("energy").value, reading("energy").error,
                          reading("pseudo-likelihood").value, reading("pseudo-likelihood").error});
  };
  for (const auto& [size, flows] : m.blocked)
    for (const auto& start : flows)
      for (std::size_t k = 0; k < start.steps.size(); ++k) {
        add_row("block majority", size, start, k);
        if (k == 0 || !outside(start.temperature)) continue;
        const auto now = start.steps[k].readings.find("energy");
        const auto before = start.steps[k - 1].readings.find("energy");
        if (now == start.steps[k].readings.end() || before == start.steps[k - 1].readings.end()) continue;
        const double away = start.temperature > critical_temperature ? 1 : -1;
        const auto step = difference(now->second, before->second);
        moved(fmt::format("RG L = {}, T = {:.3g}, step {}", size, start.temperature, k),
              {.value = away * step.value, .error = step.error});
      }
  // The whole flow beside its first step: a temperature read by energy is no closed description of the RBM's
  // flow.
  int arrived = 0;
  for (const auto& start : m.rbm_flows) {
    const std::size_t last = start.steps.size() - 1;
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, last})
      add_row("RBM", static_cast<int>(m.settings.ensemble.size), start, k);
    const auto& end = start.steps[last].readings.at("energy");
    arrived += std::abs(end.value - v.energy.reading.value) <
               std::max(0.05, 3 * std::hypot(end.error, v.energy.reading.error));
    if (!outside(start.temperature)) continue;
    const double towards = v.energy.reading.value > start.temperature ? 1 : -1;
    const auto step = difference(start.steps[1].readings.at("energy"), start.steps[0].readings.at("energy"));
    moved(fmt::format("RBM T = {:.3g}, first step", start.temperature),
          {.value = towards * step.value, .error = step.error});
  }
  std::vector<flow::FlowStart> first_steps;
  for (const auto& [size, flows] : m.blocked)
    first_steps.insert(first_steps.end(), flows.begin(), flows.end());
  const auto rg = step_map(first_steps, 2.1, 2.45);
  const auto rbm = step_map(m.rbm_flows, 2.1, 2.45);
  claim.measured = rg.slope.value;
  claim.error = rg.slope.error;
  claim.verdict = verdict_of(checks);
  claim.control = fmt::format(
      "RG: T'(T) = T at {}, slope {}; one step of the RBM: T'(T) = T at {}, slope {}; against the claim: {}",
      text(rg.crossing), text(rg.slope), text(rbm.crossing), text(rbm.slope), list(checks, Status::violated));
  claim.qualification = fmt::format(
      "after {} steps {} of the {} flows of the RBM have arrived at the fixed point, whatever their first "
      "step did: T by energy is no closed description of its flow; measured is dT'/dT of "
      "the block-spin step at its fixed point, error over configurations; the majority rule truncates the "
      "Hamiltonian to nearest neighbours and so shifts that crossing by about a per cent; the "
      "RBM's flows are those of the first training seed",
      m.settings.flow.steps, arrived, m.rbm_flows.size());
  return claim;
}

Claim claim_d(const Measurements& m) {
  Claim claim = begin_claim(m, "d",
                            "An RBM trained at T = 0 (type L) flows to low temperature, one trained at T >= "
                            "4 (type H) to high temperature.",
                            {"types", "fixed_points"});
  const auto* low = m.find("L");
  const auto* high = m.find("H");
  if (low == nullptr || high == nullptr) {
    claim.verdict = Verdict::inconclusive;
    claim.qualification = "types L and H were not both trained";
    return claim;
  }
  const auto l = fixed_point(*low, m);
  const auto h = fixed_point(*high, m);
  claim.measured = l.energy.reading.value;
  claim.error = l.energy.reading.error;
  if (!enough_seeds(l, claim) || !enough_seeds(h, claim)) return claim;
  std::vector<Check> checks;
  // Compared in the energy, where errors are Gaussian; positive: as claimed.
  const auto compare = [&](std::string label, double distance, double error) {
    label += " " + text(distance, error);
    checks.push_back({label, distance > 2 * error    ? Status::met
                             : distance < -2 * error ? Status::violated
                                                     : Status::open});
  };
  for (const auto& other : m.variants) {
    if (other.variant.id != other.variant.type || other.variant.type == "L") continue;
    const auto point = fixed_point(other, m);
    for (std::size_t start = 0; start < l.energy.starts.size() && start < point.energy.starts.size(); ++start)
      compare(fmt::format("e({}) - e(L), start {},", other.variant.id, start),
              point.energy.starts[start].value - l.energy.starts[start].value,
              std::hypot(point.energy.starts[start].error, l.energy.starts[start].error));
  }
  const VariantResult* shortest = nullptr;
  const VariantResult* longest = nullptr;
  for (const auto& other : m.variants) {
    if (other.variant.type != "L" || other.variant.weight_decay != 0) continue;
    if (shortest == nullptr || other.variant.epochs < shortest->variant.epochs) shortest = &other;
    if (longest == nullptr || other.variant.epochs > longest->variant.epochs) longest = &other;
  }
  if (shortest != longest) {
    const auto before = fixed_point(*shortest, m);
    const auto after = fixed_point(*longest, m);
    compare("fall of e(L) with training,", before.energy.mean.value - after.energy.mean.value,
            std::hypot(before.energy.mean.error, after.energy.mean.error));
  }
  // T_H* >= 4 read in the energy: bisect for the exact e(4).
  double below = -2;
  double above = 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (below + above);
    (m.from_energy({.value = middle, .error = 0}).value < 4 ? below : above) = middle;
  }
  compare("e(H) - e(T = 4)", h.energy.mean.value - below, h.energy.mean.error);
  claim.verdict = verdict_of(checks);
  const double upper = l.energy.reading.value + 1.645 * l.energy.reading.error;
  claim.control =
      fmt::format("as claimed: {}; against: {}", list(checks, Status::met), list(checks, Status::violated));
  claim.qualification = fmt::format(
      "measured is T_energy* of type L; that is {} 'T = 0' (upper 95 % limit {:.2f}); type H reads {}; both "
      "with weight decay {}, none beside it in the table",
      upper < 0.5 ? "consistent with" : "not", upper, text(h.energy.reading), m.settings.train.weight_decay);
  return claim;
}

}  // namespace

std::vector<Claim> claims(const Measurements& m, results::Results& results) {
  const VariantResult& v = *m.find("V");
  const FixedPoint point = fixed_point(v, m);
  fixed_point_table(m, results);
  auto& steps = results.tables["rg_steps"];
  steps.columns = {"map",
                   "L",
                   "T",
                   "step",
                   "T_energy",
                   "T_energy_error",
                   "T_pseudo_likelihood",
                   "T_pseudo_likelihood_error"};
  std::vector<Claim> all = {claim_a(m, point)};
  if (point.seeds > 0) {
    flowed_table(m, v, results);
    all.push_back(claim_b1(m, v, point));
    all.push_back(claim_b2(m, v, point));
  }
  all.push_back(claim_c(m, point, steps));
  all.push_back(claim_d(m));
  return all;
}

}  // namespace spinflow::experiments::iso2018

// SPDX-License-Identifier: Apache-2.0
// Claims of gong-xia beside the exact renormalization group. The criteria stand in its TOML.
#include <iterator>
#include <numbers>

#include "recipes/claims.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/readings.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

Claim cell_claim(const Measurements& m, const std::string& id, const std::string& scheme) {
  Trial trial(m.settings.criteria, id,
              {scheme == "decimation" ? evidence.decimation : evidence.majority, evidence.cell_residuals,
               evidence.cells});
  const auto nets = nets_of(m.cells, "cells", scheme);
  if (!trial.needs(!nets.empty(), "no net was trained")) return trial.judged();
  Readings erring;
  std::ranges::copy_if(nets, std::back_inserter(erring), [](const NetReading* r) { return r->accuracy < 1; });
  for (const auto& cell : cells_of(m.cells, "cells", scheme))
    trial.within(fmt::format("{}: K_out - K'", cell.text()), each_of(cell.nets, off_expected_of), "margin");
  const auto of_nets = chi_square_of(pulls_of(nets, coupling_of, &NetReading::expected));
  const auto of_control = chi_square_of(pulls_of(nets, target_of, &NetReading::expected));
  const auto of_flips = chi_square_of(pulls_of(nets, coupling_of, &NetReading::flipped));
  const auto untrained = pulls_of(nets_of(m.cells, "untrained", scheme), coupling_of, &NetReading::expected);
  const auto& worst = worst_of(nets);
  trial.measure_farthest();
  hold_beside(trial, of_control.p);
  trial.say(
      {{"exact_map", words(of_control)},
       {"flips", words(of_flips)},
       {"flips_largest", of_flips.largest},
       {"untrained", words(chi_square_of(untrained))},
       {"nets", words(of_nets)},
       {"largest", of_nets.largest},
       {"right", nets.size() - erring.size()},
       {"all", nets.size()},
       {"chains", m.settings.cells.test},
       {"erring",
        erring.empty() ? "none" : words(chi_square_of(pulls_of(erring, coupling_of, &NetReading::expected)))},
       {"accuracy", worst.accuracy},
       {"worst", where(worst)}});
  return trial.judged();
}

Claim asymptote_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "a3", {evidence.majority, evidence.cells});
  const auto cells = cells_of(m.cells, "cells", "majority");
  std::vector<std::string> all;
  for (const auto& cell : cells) {
    const bool largest = std::ranges::none_of(
        cells, [&](const Cell& c) { return c.coupling == cell.coupling && c.factor > cell.factor; });
    if (!largest) continue;
    const double asymptote = std::sinh(2 * cell.coupling) / std::numbers::pi;
    const auto b = static_cast<double>(cell.factor);
    const auto readings =
        each_of(cell.nets, [&](const NetReading& r) { return scaled(r.output.coupling, b); });
    const auto mean = over_seeds(readings);
    const double length = -1 / std::log(std::tanh(cell.coupling));
    all.push_back(
        fmt::format("{}: b K_out {}, asymptote {:.3f}, exact at this b {:.3f}, correlation length {:.1f}",
                    cell.text(), text(mean), asymptote, b * cell.any().expected, length));
    if (trial.number("lengths") * length > b) continue;
    const stats::Estimate off{.value = mean.value / asymptote - 1, .error = mean.error / asymptote};
    if (trial.questions().empty()) trial.measured({.value = off.value + 1, .error = off.error});
    trial.within(fmt::format("{}: ratio less 1", cell.text()), off, "asymptote", finite_seeds(readings));
  }
  trial.say({{"all", {all, "; "}}});
  (void)trial.needs(!trial.questions().empty(), "no block is long enough in correlation lengths");
  return trial.judged();
}

/// c_2 beyond the chain in every cell of a scheme whose K_out stands out, held against a limit.
std::vector<Question> beyond_chain(const Measurements& m, const std::string& scheme, double limit) {
  std::vector<Question> questions;
  for (const auto& cell : cells_of(m.cells, "cells", scheme))
    if (stands_out(cell, m.settings.criteria))
      questions.push_back(within(cell.text(), each_of(cell.nets, beyond_nearest), limit));
  return questions;
}

Claim chain_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "a4", {evidence.correlation_ratio, evidence.cells});
  const double departs = trial.number("departs");
  const double keeps = trial.number("keeps");
  // Beyond the smaller margin a cell departs from the chain, within the larger one it is that chain.
  auto both = beyond_chain(m, "majority", departs);
  const auto n = static_cast<std::ptrdiff_t>(both.size());
  std::ranges::move(beyond_chain(m, "decimation", departs), std::back_inserter(both));
  const std::vector<Question> majority(both.begin(), both.begin() + n);
  const auto* most_of_majority = farthest(majority);
  const std::vector<Question> decimation(both.begin() + n, both.end());
  const auto* most_of_decimation = farthest(decimation);
  if (!trial.needs(most_of_majority != nullptr && most_of_decimation != nullptr,
                   fmt::format("no cell of either scheme has {} outputs and a coupling that stands out",
                               trial.number("outputs"))))
    return trial.judged();
  const auto checks = answers(both);
  const std::vector<Check> of_majority(checks.begin(), checks.begin() + n);
  const std::vector<Check> of_decimation(checks.begin() + n, checks.end());
  const auto decimation_keeps = answers(beyond_chain(m, "decimation", keeps));
  const bool majority_departs = verdict_of(of_majority) == Verdict::contradicted;
  const bool decimation_departs = verdict_of(of_decimation) == Verdict::contradicted;
  const bool majority_keeps = verdict_of(answers(beyond_chain(m, "majority", keeps))) == Verdict::supported;
  trial.decide(
      verdict_if(!majority_departs && majority_keeps, majority_departs && !decimation_departs &&
                                                          verdict_of(decimation_keeps) == Verdict::supported),
      fmt::format("c_2 beyond a chain of the same K_out is {} under block majority and {} "
                  "under decimation at most; {} is a departure",
                  text(most_of_majority->value), text(most_of_decimation->value), departs));
  trial.measured(most_of_majority->value);
  std::vector<std::string> ratios;
  for (const auto& question : majority)
    ratios.push_back(fmt::format("{}: {}", question.label, text(question.value)));
  trial.say({{"decimation", most_of_decimation->value},
             {"where", most_of_decimation->label},
             {"departs", departs},
             {"beyond", list(of_decimation, Status::violated)},
             {"keeps", keeps},
             {"not_within", list(decimation_keeps, Status::open)},
             {"ratios", {ratios, "; "}}});
  return trial.judged();
}

Claim rule_claim(const Measurements& m, const std::vector<Claim>& all) {
  Trial trial(m.settings.criteria, "ab", {evidence.decimation, evidence.majority, evidence.depth});
  std::vector<std::string> verdicts;
  std::vector<std::string> holding;
  std::vector<std::string> failed;
  std::vector<std::string> open;
  for (const char* id : {"a1", "a2", "b1", "b2"}) {
    const auto& one = *std::ranges::find(all, id, &Claim::id);
    verdicts.push_back(fmt::format("{} {}", id, to_string(one.verdict)));
    auto& list = one.verdict == Verdict::supported      ? holding
                 : one.verdict == Verdict::contradicted ? failed
                                                        : open;
    list.push_back(fmt::format("{} ({})", id, one.statement));
  }
  trial.decide(verdict_if(!failed.empty(), open.empty()), fmt::format("{}", fmt::join(verdicts, ", ")));
  const auto joined = [](const std::vector<std::string>& list) {
    return list.empty() ? std::string("nothing") : fmt::format("{}", fmt::join(list, " "));
  };
  trial.say(
      {{"verdicts", {verdicts, ", "}},
       {"strength",
        trial.verdict() == Verdict::supported
            ? "this sentence is the strongest wording that this run permits: the coupling is that of the map "
              "a net was asked for, by its labels; the theorem's own task, loss and coupling are not known "
              "here"
            : fmt::format(
                  "this sentence is more than the run permits; failed: {}; undecided: {}; what holds: {}",
                  joined(failed), joined(open), joined(holding))}});
  return trial.judged();
}

}  // namespace

std::vector<Claim> claims_rg(const Measurements& m) {
  std::vector<Claim> all = {cell_claim(m, "a1", "decimation"), cell_claim(m, "a2", "majority"),
                            asymptote_claim(m), chain_claim(m)};
  std::ranges::move(claims_flow(m), std::back_inserter(all));
  all.push_back(rule_claim(m, all));
  return all;
}

}  // namespace spinflow::recipes::gong_xia

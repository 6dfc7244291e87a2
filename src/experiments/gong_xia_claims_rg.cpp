// SPDX-License-Identifier: Apache-2.0
// Claims of gong-xia beside the exact renormalization group. The criteria stand in its TOML.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "experiments/gong_xia_agreement.hpp"

namespace spinflow::experiments::gong_xia {

namespace {

using results::Claim;
using results::Verdict;

constexpr double asymptote_tolerance = 0.25;
constexpr double lengths_in_a_block = 10;
constexpr double least_ratio = 0.005;
constexpr double chain_tolerance = 0.01;
constexpr const char* block_spins = "kadanoff1966";

Claim cell_claim(const Measurements& m, const std::string& id, const std::string& scheme,
                 std::string statement) {
  Claim claim = begin_claim(m, id, std::move(statement), {scheme, "cell-residuals", "cells"});
  claim.paper = scheme == "decimation" ? exact_flow : block_spins;
  std::vector<Pull> trained;
  std::vector<Pull> control;
  std::vector<Pull> flips;
  std::vector<Pull> untrained;
  std::vector<Pull> erring;
  const NetReading* worst = nullptr;
  for (const auto& r : m.cells) {
    if (r.scheme != scheme) continue;
    const auto where = cell_words(r);
    if (r.study == "untrained") untrained.push_back({where, r.output.coupling, r.expected});
    if (r.study != "cells") continue;
    trained.push_back({where, r.output.coupling, r.expected});
    control.push_back({where, r.target.coupling, r.expected});
    flips.push_back({where, r.output.coupling, r.flipped});
    if (r.accuracy < 1) erring.push_back(trained.back());
    if (worst == nullptr || r.accuracy < worst->accuracy) worst = &r;
  }
  if (worst == nullptr) return undecided(std::move(claim), "no net was trained");
  const auto of_nets = agreement_of(trained);
  const auto of_control = agreement_of(control);
  const auto of_flips = agreement_of(flips);
  set_measured(claim, of_nets);
  claim.verdict = verdict_of_p(of_nets.p, of_control.p, of_nets.without == 0);
  claim.control = fmt::format(
      "exact map on the same test chains: {}; against independent errors at each net's accuracy: {}, largest "
      "pull {}; untrained nets against K': {}",
      words(of_control), words(of_flips), of_flips.largest, words(agreement_of(untrained)));
  claim.qualification = fmt::format(
      "{}, largest pull {}, largest difference {:.4f}; {} of {} nets make no error in {} test chains, so "
      "that their K_out is that of the exact map; the others alone: {}; lowest accuracy {:.5f} ({}). "
      "Measured is chi^2 per number. A net that errs fails such a test with enough test chains",
      words(of_nets), of_nets.largest, of_nets.farthest, trained.size() - erring.size(), trained.size(),
      m.settings.cells.test, erring.empty() ? "none" : words(agreement_of(erring)), worst->accuracy,
      cell_words(*worst));
  return claim;
}

Claim asymptote_claim(const Measurements& m) {
  Claim claim = begin_claim(m, "a3",
                            "Under block majority K* = 0 is approached as sinh(2K)/(pi b), for blocks much "
                            "longer than the correlation length: another rate than that of decimation, the "
                            "same limit.",
                            {"majority", "cells"});
  claim.paper = block_spins;
  const auto cells = cells_of(m.cells, "cells", "majority");
  std::vector<Question> questions;
  std::vector<std::string> all;
  for (const auto& cell : cells) {
    const bool largest = std::ranges::none_of(
        cells, [&](const Cell& c) { return c.coupling == cell.coupling && c.factor > cell.factor; });
    if (!largest) continue;
    const double asymptote = std::sinh(2 * cell.coupling) / std::numbers::pi;
    const auto b = static_cast<double>(cell.factor);
    const auto scaled = over_nets(cell.nets, [&](const NetReading& r) {
      return stats::Estimate{.value = b * r.output.coupling.value, .error = b * r.output.coupling.error};
    });
    const double length = -1 / std::log(std::tanh(cell.coupling));
    all.push_back(
        fmt::format("{}: b K_out {}, asymptote {:.3f}, exact at this b {:.3f}, correlation length {:.1f}",
                    cell.text(), text(scaled), asymptote, b * cell.any().expected, length));
    if (lengths_in_a_block * length > b) continue;
    const stats::Estimate off{.value = scaled.value / asymptote - 1, .error = scaled.error / asymptote};
    if (questions.empty()) set_measured(claim, {.value = off.value + 1, .error = off.error});
    questions.push_back(within(fmt::format("{}: ratio less 1", cell.text()), off, asymptote_tolerance,
                               rows_of(m, cell.nets.size())));
  }
  claim.control = fmt::format("{}", fmt::join(all, "; "));
  if (questions.empty()) return undecided(std::move(claim), "no block is ten correlation lengths long");
  const auto checks = answers(questions);
  claim.verdict = verdict_of(checks);
  claim.qualification =
      fmt::format("{}; measured is the ratio to the asymptote of the first of them", words_of(checks));
  return claim;
}

Claim chain_claim(const Measurements& m) {
  Claim claim = begin_claim(m, "a4",
                            "Under block majority the output is no nearest-neighbour chain: its one coupling "
                            "K_out does not say all.",
                            {"correlation-ratio", "cells"});
  claim.paper = block_spins;
  struct Found {
    bool majority;
    std::string where;
    stats::Estimate value;
  };
  std::vector<Found> found;
  for (const bool majority : {true, false})
    for (const auto& cell : cells_of(m.cells, "cells", majority ? "majority" : "decimation")) {
      if (!stands_out(cell)) continue;
      const auto value = over_nets(cell.nets, beyond_nearest);
      if (std::isfinite(value.value) && std::isfinite(value.error))
        found.push_back({majority, cell.text(), value});
    }
  const double width = interval(rows_of(m, 1), found.size());
  const auto count = [&](bool majority, double limit) {
    return std::ranges::count_if(found, [&](const Found& f) {
      return f.majority == majority && std::abs(f.value.value) - width * f.value.error > limit;
    });
  };
  const auto largest = [&](bool majority) -> const Found* {
    const Found* most = nullptr;
    for (const auto& f : found)
      if (f.majority == majority &&
          (most == nullptr || std::abs(f.value.value) > std::abs(most->value.value)))
        most = &f;
    return most;
  };
  const auto* of_majority = largest(true);
  const auto* of_decimation = largest(false);
  if (of_majority == nullptr || of_decimation == nullptr)
    return undecided(std::move(claim),
                     "no cell of either scheme has four outputs and a coupling that stands out");
  const bool all_within = std::ranges::all_of(found, [&](const Found& f) {
    return !f.majority || std::abs(f.value.value) + width * f.value.error < chain_tolerance;
  });
  if (count(true, least_ratio) > 0 && count(false, least_ratio) == 0) claim.verdict = Verdict::supported;
  if (count(true, least_ratio) == 0 && all_within) claim.verdict = Verdict::contradicted;
  set_measured(claim, of_majority->value);
  std::vector<std::string> ratios;
  for (const auto& f : found)
    if (f.majority) ratios.push_back(fmt::format("{}: {}", f.where, text(f.value)));
  claim.control =
      fmt::format("decimation, largest: {} ({}), {} of its cells beyond {}", text(of_decimation->value),
                  of_decimation->where, count(false, least_ratio), least_ratio);
  claim.qualification = fmt::format(
      "c_2 less that of the ring with the same K_out: {}; measured is the largest", fmt::join(ratios, "; "));
  return claim;
}

Claim rule_claim(const Measurements& m, const std::vector<Claim>& all) {
  Claim claim = begin_claim(m, "ab",
                            "Trained networks reproduce the RG flow of the coupling they were asked to "
                            "compute, and its limit.",
                            {"decimation", "majority", "depth"});
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
  claim.verdict = !failed.empty() ? Verdict::contradicted
                  : open.empty()  ? Verdict::supported
                                  : Verdict::inconclusive;
  claim.control = fmt::format("{}", fmt::join(verdicts, ", "));
  if (claim.verdict == Verdict::supported) {
    claim.qualification =
        "this sentence is the strongest wording that this run permits: the coupling is that of the map a net "
        "was asked for, by its labels; the theorem's own task, loss and coupling are not known here";
    return claim;
  }
  const auto joined = [](const std::vector<std::string>& list) {
    return list.empty() ? std::string("nothing") : fmt::format("{}", fmt::join(list, " "));
  };
  claim.qualification =
      fmt::format("this sentence is more than the run permits; failed: {}; undecided: {}; what holds: {}",
                  joined(failed), joined(open), joined(holding));
  return claim;
}

}  // namespace

std::vector<Claim> claims_rg(const Measurements& m) {
  std::vector<Claim> all = {
      cell_claim(m, "a1", "decimation",
                 "The output of a net trained to decimate has the coupling of the exact RG, tanh K' = tanh^b "
                 "K."),
      cell_claim(m, "a2", "majority",
                 "The output of a net trained on block majority has the exact coupling of the block spins."),
      asymptote_claim(m), chain_claim(m)};
  std::ranges::move(claims_flow(m), std::back_inserter(all));
  all.push_back(rule_claim(m, all));
  return all;
}

}  // namespace spinflow::experiments::gong_xia

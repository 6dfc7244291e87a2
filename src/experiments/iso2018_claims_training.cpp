// SPDX-License-Identifier: Apache-2.0
// Claims d, e and f: what the training set, the number of hidden units and the weights have to do with it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "experiments/iso2018_claims.hpp"
#include "spinflow/analysis/weight_analysis.hpp"
#include "spinflow/ensemble/displacement_correlation.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

using results::Claim;
using results::Verdict;

/// The energy per site that reads as temperature t.
double energy_at(double t, const AtSize& here) {
  double below = -2;
  double above = 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (below + above);
    (here.from_energy({.value = middle, .error = 0}).value < t ? below : above) = middle;
  }
  return below;
}

std::string reading_text(const FixedPoint& point, std::int64_t steps) {
  return text(point.energy.reading) +
         (point.common() ? std::string()
                         : fmt::format(" over the last quarter, no common fixed point by step {}", steps));
}

/// Type L without weight decay, shortest and longest training.
struct Training {
  const VariantResult* shortest = nullptr;
  const VariantResult* longest = nullptr;
};
Training trainings_of_low(const Measurements& m) {
  Training t;
  for (const auto& other : m.variants) {
    if (other.variant.type != "L" || other.variant.weight_decay != 0) continue;
    if (t.shortest == nullptr || other.variant.epochs < t.shortest->variant.epochs) t.shortest = &other;
    if (t.longest == nullptr || other.variant.epochs > t.longest->variant.epochs) t.longest = &other;
  }
  return t;
}

}  // namespace

Claim claim_d(const Measurements& m) {
  Claim claim = begin_claim(m, "d",
                            "An RBM trained at T = 0 (type L) flows to low temperature, one trained at T >= "
                            "4 (type H) to high temperature.",
                            {"types", "fixed_points"});
  const auto* low = m.find("L");
  const auto* high = m.find("H");
  if (low == nullptr || high == nullptr)
    return undecided(std::move(claim), "types L and H were not both trained");
  const auto l = fixed_point(*low, m);
  const auto h = fixed_point(*high, m);
  if (!enough_seeds(l, claim) || !enough_seeds(h, claim)) return claim;
  const double errors = interval(std::min(l.seeds, h.seeds));
  std::vector<Check> checks;
  // Compared in the energy, where errors are Gaussian; positive: as claimed.
  for (const auto& other : m.variants) {
    if (other.variant.id != other.variant.type || other.variant.type == "L") continue;
    const auto point = fixed_point(other, m);
    if (point.seeds == 0) continue;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
      checks.push_back(above(
          fmt::format("e({}) - e(L) from T = {}", other.variant.id, m.settings.flow.starts[start]),
          paired(point.energy.start_seeds[start], l.energy.start_seeds[start]), 0, interval(point.seeds)));
  }
  const auto training = trainings_of_low(m);
  if (training.shortest != training.longest) {
    const auto before = fixed_point(*training.shortest, m);
    const auto after = fixed_point(*training.longest, m);
    checks.push_back(above(fmt::format("fall of e(L) from {} to {} epochs without decay",
                                       training.shortest->variant.epochs, training.longest->variant.epochs),
                           paired(before.energy.seeds, after.energy.seeds), 0, errors));
  } else {
    checks.push_back({"fall of e(L) with training: one length only", Status::open});
  }
  stats::Estimate excess = h.energy.mean;
  excess.value -= energy_at(4, m.base());
  checks.push_back(above("e(H) - e(T = 4)", excess, 0, errors));
  claim.verdict = verdict_of(checks);
  const double highest = l.energy.reading.value + one_sided_interval(l.seeds) * l.energy.reading.error;
  claim.measured = l.energy.reading.value;
  claim.error = l.energy.reading.error;
  claim.control = fmt::format("as claimed: {}; against: {}; undecided: {}", list(checks, Status::met),
                              list(checks, Status::violated), list(checks, Status::open));
  claim.qualification = fmt::format(
      "measured is T by energy of type L over the last quarter ({}); that is {} 'T = 0' (upper 95 % limit "
      "{:.2f}); type H reads {}; both with weight decay {}, without it beside them in the table",
      reading_text(l, m.settings.flow.steps), highest < 0.5 ? "consistent with" : "not", highest,
      reading_text(h, m.settings.flow.steps), m.settings.train.weight_decay);
  return claim;
}

Claim claim_e(const Measurements& m) {
  Claim claim = begin_claim(m, "e", "Where the flow stops depends on the number of hidden units.", {});
  if (m.settings.scans.hidden.size() < 3)
    return undecided(std::move(claim), "fewer than three numbers of hidden units were trained at this scale");
  claim.evidence = {"scan-hidden", "scan_hidden"};
  // By training length, longest first, by N_h: the fixed points that there are.
  std::map<double, std::map<std::int64_t, Stop>, std::greater<>> lengths;
  for (const auto& result : m.variants) {
    if (!in_scan(result.variant, m.settings, Scan::hidden)) continue;
    const auto point = fixed_point(result, m);
    if (point.seeds >= 2 && point.energy.common())
      lengths[result.variant.epochs][result.variant.hidden] = point.energy;
  }
  const auto chosen =
      std::ranges::find_if(lengths, [](const auto& entry) { return entry.second.size() >= 3; });
  if (chosen == lengths.end())
    return undecided(std::move(claim), "no training length has common fixed points at three N_h or more");
  const auto& stops = chosen->second;
  std::vector<Check> pairs;
  stats::Estimate widest{.value = 0, .error = 0};
  std::string widest_name;
  const std::size_t n_pairs = stops.size() * (stops.size() - 1) / 2;
  const double errors = interval(static_cast<std::size_t>(m.settings.train.seeds), n_pairs);
  for (auto a = stops.begin(); a != stops.end(); ++a)
    for (auto b = std::next(a); b != stops.end(); ++b) {
      const auto difference = paired_difference(b->second, a->second);
      pairs.push_back(within(fmt::format("N_h {} - {}", b->first, a->first), difference, 0.05, errors));
      if (std::abs(difference.value) <= std::abs(widest.value)) continue;
      widest = difference;
      widest_name = pairs.back().label;
    }
  // The claim is that they differ.
  const auto alike = verdict_of(pairs);
  claim.verdict = alike == Verdict::contradicted ? Verdict::supported
                  : alike == Verdict::supported  ? Verdict::contradicted
                                                 : Verdict::inconclusive;
  claim.measured = widest.value;
  claim.error = widest.error;

  // The control that decides what it means: how far the training length alone moves it.
  stats::Estimate by_length{.value = 0, .error = 0};
  std::string where = "no N_h has common fixed points at two lengths";
  for (auto a = lengths.begin(); a != lengths.end(); ++a)
    for (auto b = std::next(a); b != lengths.end(); ++b)
      for (const auto& [hidden, stop] : a->second) {
        const auto other = b->second.find(hidden);
        if (other == b->second.end()) continue;
        const auto shift = paired_difference(stop, other->second);
        if (std::abs(shift.value) <= std::abs(by_length.value)) continue;
        by_length = shift;
        where = fmt::format("N_h = {}, {} to {} epochs: {}", hidden, b->first, a->first, text(shift));
      }
  std::vector<std::string> values;
  for (const auto& [hidden, stop] : stops)
    values.push_back(fmt::format("N_h = {}: {}", hidden, text(stop.reading)));
  claim.control = fmt::format("training length, the largest shift at one N_h: {}", where);
  claim.qualification = fmt::format(
      "after {} epochs without weight decay, T_energy* where both starts agree: {}; measured is the largest "
      "difference, {}. N_h and training length act together, so a dependence on N_h is one at that length",
      chosen->first, fmt::join(values, ", "), widest_name);
  return claim;
}

Claim claim_f(const Measurements& m) {
  Claim claim = begin_claim(
      m, "f",
      "W^T W of the trained network carries the spin correlations: its leading eigenvectors are the uniform "
      "mode and then the longest waves.",
      {"weights-spectrum", "weights-likeness", "weights-lambda", "weights-eigenvectors"});
  const VariantResult& v = *m.find("V");
  std::vector<double> truth;
  for (const auto& g : ensemble::displacement_correlation(m.critical)) truth.push_back(g.value);
  struct Numbers {
    std::vector<double> likeness;  ///< Pearson coefficient of A(d) and G(d) at T_c
    std::vector<double> uniform;   ///< overlap^2 of the first eigenvector with the uniform mode
    std::vector<double> longest;   ///< of the next four with the longest waves, mean
  } trained, untrained;
  const auto add = [&](const networks::Rbm& rbm, Numbers& numbers) {
    const auto w = analysis::weight_analysis(rbm, m.settings.rbm.initial_sigma);
    numbers.likeness.push_back(analysis::pearson(rbm.visible, w.by_displacement, truth));
    numbers.uniform.push_back(w.spectrum.uniform_overlap.front());
    const std::size_t modes = w.shells.at(1).modes;
    double sum = 0;
    for (std::size_t k = 1; k <= modes; ++k) sum += w.shell_overlap[k][1] / static_cast<double>(modes);
    numbers.longest.push_back(sum);
  };
  for (const auto& seed : v.seeds) {
    if (!seed.rbm) continue;
    add(*seed.rbm, trained);
    add(networks::random_rbm(seed.rbm->visible, seed.rbm->n_hidden, m.settings.rbm.initial_sigma,
                             seed.rbm->seed),
        untrained);
  }
  if (!enough_seeds(fixed_point(v, m), claim)) return claim;
  const double errors = interval(trained.uniform.size());
  const std::vector<Check> checks = {
      above("Pearson coefficient of A(d) and G(d) at T_c", over_seeds(trained.likeness), 0.9, errors),
      above("overlap^2 of the first eigenvector with the uniform mode", over_seeds(trained.uniform), 0.95,
            errors),
      above("share of the longest waves in the next eigenvectors", over_seeds(trained.longest), 0.5, errors)};
  claim.verdict = verdict_of(checks);
  const auto measured = over_seeds(trained.likeness);
  claim.measured = measured.value;
  claim.error = measured.error;
  claim.control = fmt::format(
      "untrained weights: Pearson coefficient {}, uniform overlap^2 {}, longest waves {} (chance: {:.2f})",
      text(over_seeds(untrained.likeness)), text(over_seeds(untrained.uniform)),
      text(over_seeds(untrained.longest)), 4.0 / m.model->lattice().n_sites());
  claim.qualification = fmt::format(
      "type V; met: {}; violated: {}; undecided: {}. A coefficient near 1 says that shapes agree over "
      "distance: it holds for every function that falls the same way, so the likeness to other temperatures "
      "stands beside it in the figure",
      list(checks, Status::met), list(checks, Status::violated), list(checks, Status::open));
  return claim;
}

}  // namespace spinflow::experiments::iso2018

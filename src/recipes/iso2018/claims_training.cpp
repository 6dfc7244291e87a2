// SPDX-License-Identifier: Apache-2.0
// Claims d, e and f: what the training set, the number of hidden units and the weights have to do with it.
#include <map>

#include "recipes/claims.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

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

/// What claim f reads off the weights, by training seed.
using Numbers = studies::SeedCorrelations;

std::vector<Question> questions(const Numbers& numbers, const Criteria& criteria) {
  const std::size_t n = numbers.uniform.size();
  return {above("Pearson coefficient of A(d) and G(d) at T_c", numbers.coefficient(),
                criteria.number("f", "coefficient"), n),
          above("overlap^2 of the first eigenvector with the uniform mode", over_seeds(numbers.uniform),
                criteria.number("f", "uniform"), n),
          above("share of the longest waves in the next eigenvectors", over_seeds(numbers.longest),
                criteria.number("f", "longest"), n)};
}

/// With the spin correlations at T_c or another temperature.
Numbers numbers_of(const VariantResult* type, const Measurements& m,
                   const studies::ReferenceCorrelation& reference) {
  Numbers numbers;
  if (type != nullptr)
    for (const auto& seed : type->seeds)
      if (seed.rbm) numbers.add(*seed.rbm, m.settings.rbm.initial_sigma, reference);
  return numbers;
}

/// The controls of claim f: who passes its checks without having seen T_c.
struct Controls {
  bool complete = false;  ///< type H and some other temperature are there
  bool pass = false;      ///< one of them does
  std::string words;
};
Controls controls_of(const VariantResult& v, const Measurements& m) {
  Controls controls;
  std::size_t n = 0;
  std::size_t n_passed = 0;
  stats::Estimate best{.value = -1};
  double best_t = none;
  for (const auto& reference : m.correlations) {
    if (reference.temperature >= m.settings.criteria.number("f", "lower") &&
        reference.temperature <= m.settings.criteria.number("f", "upper"))
      continue;
    const auto numbers = numbers_of(&v, m, reference);
    const auto coefficient = numbers.coefficient();
    if (!std::isfinite(coefficient.value)) continue;
    ++n;
    const auto check = answers({above("", coefficient, m.settings.criteria.number("f", "coefficient"),
                                      numbers.likeness.size())})
                           .front();
    n_passed += check.status == Status::met ? 1 : 0;
    if (coefficient.value <= best.value) continue;
    best = coefficient;
    best_t = reference.temperature;
  }
  const auto high = numbers_of(m.find("H"), m, m.critical_correlation);
  const bool high_passes = verdict_of(answers(questions(high, m.settings.criteria))) == Verdict::supported;
  controls.complete = n > 0 && high.uniform.size() >= studies::fewest_repetitions;
  controls.pass = n_passed > 0 || high_passes;
  controls.words =
      n == 0 ? "correlations at other temperatures: none"
             : fmt::format(
                   "correlations at {} of {} other temperatures pass, best those of T = {} (coefficient {})",
                   n_passed, n, best_t, text(best));
  controls.words += high.uniform.empty()
                        ? "; type H: none"
                        : fmt::format(
                              "; type H {}: coefficient with G at T_c {}, uniform overlap^2 {}, longest "
                              "waves {}",
                              high_passes ? "passes" : "does not pass", text(high.coefficient()),
                              text(over_seeds(high.uniform)), text(over_seeds(high.longest)));
  return controls;
}

/// By training length, longest first, by N_h: the fixed points that there are.
using Lengths = std::map<double, std::map<std::int64_t, Stop>, std::greater<>>;

/// The control that decides what a dependence on N_h means: how far the training length alone moves a fixed
/// point.
std::string largest_shift(const Lengths& lengths) {
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
  return where;
}

}  // namespace

Claim claim_d(const Measurements& m) {
  Trial trial(m.settings.criteria, "d", {evidence.types, evidence.fixed_points_table});
  const auto* low = m.find("L");
  const auto* high = m.find("H");
  if (!trial.needs(low != nullptr && high != nullptr, "types L and H were not both trained"))
    return trial.judged();
  const auto l = fixed_point(*low, m);
  const auto h = fixed_point(*high, m);
  if (!trial.enough_seeds(l.seeds) || !trial.enough_seeds(h.seeds)) return trial.judged();
  // Compared in the energy, where errors are Gaussian; positive: as claimed.
  const auto compare = [&](const std::string& label, const std::vector<stats::Estimate>& a,
                           const std::vector<stats::Estimate>& b) {
    trial.positive(label, paired(a, b), common_seeds(a, b));
  };
  for (const auto& other : m.variants) {
    if (other.variant.id != other.variant.type || other.variant.type == "L") continue;
    const auto point = fixed_point(other, m);
    if (point.seeds == 0) {
      trial.settle({fmt::format("type {}: every training failed", other.variant.id), Status::open});
      continue;
    }
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
      compare(fmt::format("e({}) - e(L) from T = {}", other.variant.id, m.settings.flow.starts[start]),
              point.energy.start_seeds[start], l.energy.start_seeds[start]);
  }
  const auto training = trainings_of_low(m);
  if (training.shortest != training.longest) {
    const auto before = fixed_point(*training.shortest, m);
    const auto after = fixed_point(*training.longest, m);
    compare(fmt::format("fall of e(L) from {} to {} epochs without decay", training.shortest->variant.epochs,
                        training.longest->variant.epochs),
            before.energy.seeds, after.energy.seeds);
  } else {
    trial.settle({"fall of e(L) with training: one length only", Status::open});
  }
  stats::Estimate excess = h.energy.mean;
  const double hot = trial.number("hot");
  excess.value -= studies::mean_at(hot, m.base().from_energy, -2, 0);
  trial.positive(fmt::format("e(H) - e(T = {})", hot), excess, h.seeds);
  const double highest = l.energy.reading.value + one_sided_interval(l.seeds) * l.energy.reading.error;
  trial.measured({.value = l.energy.reading.value, .error = l.energy.reading.error});
  trial.say({{"low", reading_text(l, m.settings.flow.steps)},
             {"consistent", highest < trial.number("cold") ? "consistent with" : "not"},
             {"highest", highest},
             {"high", reading_text(h, m.settings.flow.steps)},
             {"decay", m.settings.train.weight_decay}});
  return trial.judged();
}

Claim claim_e(const Measurements& m) {
  Trial trial(m.settings.criteria, "e", {evidence.scan_hidden, evidence.scan_hidden_table});
  const double fewest = trial.number("fewest");
  if (!trial.needs(static_cast<double>(m.settings.scans.hidden.size()) >= fewest,
                   fmt::format("fewer than {} numbers of hidden units were trained at this scale", fewest)))
    return trial.judged();
  Lengths lengths;
  for (const auto& result : m.variants) {
    if (!in_scan(result.variant, m.settings, Scan::hidden)) continue;
    const auto point = fixed_point(result, m);
    if (point.seeds >= studies::fewest_repetitions && point.common())
      lengths[result.variant.epochs][result.variant.hidden] = point.energy;
  }
  const auto chosen = std::ranges::find_if(
      lengths, [&](const auto& entry) { return static_cast<double>(entry.second.size()) >= fewest; });
  if (!trial.needs(chosen != lengths.end(),
                   fmt::format("no training length has common fixed points at {} N_h or more", fewest)))
    return trial.judged();
  const auto& stops = chosen->second;
  stats::Estimate widest{.value = 0, .error = 0};
  std::string widest_name;
  for (auto a = stops.begin(); a != stops.end(); ++a)
    for (auto b = std::next(a); b != stops.end(); ++b) {
      const auto difference = paired_difference(b->second, a->second);
      const auto name = fmt::format("N_h {} - {}", b->first, a->first);
      trial.within(name, difference, "apart", common_seeds(a->second.seeds, b->second.seeds));
      if (std::abs(difference.value) <= std::abs(widest.value)) continue;
      widest = difference;
      widest_name = name;
    }
  // The claim is that they differ.
  const auto because = studies::because(trial.checks());
  trial.decide(trial.verdict() == Verdict::contradicted ? Verdict::supported
               : trial.verdict() == Verdict::supported  ? Verdict::contradicted
                                                        : Verdict::inconclusive,
               "that no two differ: " + because);
  trial.measured(widest);

  std::vector<std::string> values;
  for (const auto& [hidden, stop] : stops)
    values.push_back(fmt::format("N_h = {}: {}", hidden, text(stop.reading)));
  trial.say({{"shift", largest_shift(lengths)},
             {"epochs", chosen->first},
             {"values", {values, ", "}},
             {"widest", widest_name}});
  return trial.judged();
}

Claim claim_f(const Measurements& m) {
  Trial trial(m.settings.criteria, "f",
              {evidence.weights_spectrum, evidence.weights_likeness, evidence.weights_lambda,
               evidence.weights_eigenvectors});
  const VariantResult& v = *m.find("V");
  if (!trial.enough_seeds(fixed_point(v, m).seeds)) return trial.judged();
  Numbers untrained;
  for (const auto& seed : v.seeds)
    if (seed.rbm)
      untrained.add(networks::random_rbm(seed.rbm->visible, seed.rbm->n_hidden, m.settings.rbm.initial_sigma,
                                         seed.rbm->seed),
                    m.settings.rbm.initial_sigma, m.critical_correlation);
  const auto trained = numbers_of(&v, m, m.critical_correlation);
  for (auto& question : questions(trained, m.settings.criteria)) trial.ask(std::move(question));
  const auto controls = controls_of(v, m);
  // What passes elsewhere as well says nothing of T_c.
  if (!controls.complete)
    trial.doubt_support("type H and correlations at other temperatures, the controls, were not measured");
  else if (controls.pass)
    trial.doubt_support("a control that has not seen T_c passes as well");
  trial.measured(trained.coefficient());
  trial.say(
      {{"controls", controls.words},
       {"coefficient", over_seeds(untrained.likeness)},
       {"uniform", over_seeds(untrained.uniform)},
       {"longest", over_seeds(untrained.longest)},
       {"chance", 4.0 / m.model->lattice().n_sites()},
       {"outcome", !controls.complete
                       ? "Type H and correlations at other temperatures, which decide what that says of "
                         "T_c, were not measured"
                   : controls.pass ? "Controls pass as well: A falls with distance as correlations do, of no "
                                     "temperature in particular, which decides nothing about T_c"
                                   : "No control passes"}});
  return trial.judged();
}

}  // namespace spinflow::recipes::iso2018

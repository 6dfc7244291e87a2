// SPDX-License-Identifier: Apache-2.0
// Claims of gong-xia about the course of training, untrained nets and other tasks. The criteria stand in its
// TOML.
#include <limits>
#include <set>

#include "recipes/claims.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/readings.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

stats::Estimate accuracy_of(const Readings& nets) {
  std::vector<double> accuracies;
  for (const auto* r : nets) accuracies.push_back(r->accuracy);
  return over_seeds(accuracies);
}

/// How K_out moved on the way, and what it is held against.
std::string story(const Measurements& m, const std::string& scheme) {
  const auto first = at_update(m, scheme, 0);
  const auto last = last_of(m, "course", scheme, "");
  if (last.empty()) return fmt::format("{}: not measured", scheme);
  return fmt::format(
      "{}: K_out {} before training, {} after {} updates at accuracy {}; exact map on the same chains {}, "
      "exact K' {:.4f}",
      scheme, text(over_nets(first, coupling_of)), text(over_nets(last, coupling_of)), last.front()->update,
      text(accuracy_of(last)), text(over_nets(last, target_of)), last.front()->expected);
}

Claim end_claim(const Measurements& m, const std::string& criterion, bool against_zero) {
  Trial trial(m.settings.criteria, criterion,
              {evidence.course_coupling, evidence.course_loss, evidence.course});
  const double least_expected = trial.number("expected");
  const double optimum = trial.number("accuracy");
  std::vector<std::string> stories;
  std::vector<std::string> left_out;
  for (const char* scheme : schemes) {
    const auto last = last_of(m, "course", scheme, "");
    stories.push_back(story(m, scheme));
    const auto readings = against_zero ? each_of(last, coupling_of) : each_of(last, off_expected_of);
    if (scheme == std::string("decimation")) trial.measured(over_seeds(readings));
    if (last.empty())
      left_out.push_back(fmt::format("{} was not measured", scheme));
    else if (std::abs(last.front()->expected) < least_expected)
      left_out.push_back(fmt::format("K' of {} is below {} itself", scheme, least_expected));
    else if (!(accuracy_of(last).value >= optimum))
      left_out.push_back(fmt::format("{} did not reach accuracy {}", scheme, optimum));
    else
      trial.within(fmt::format("{}: {}", scheme, against_zero ? "K_out" : "K_out - K'"), readings, "zero");
  }
  if (!left_out.empty()) trial.doubt_support(fmt::format("{}", fmt::join(left_out, "; ")));
  if (const auto checks = trial.checks(); !checks.empty())
    left_out.insert(left_out.begin(), words_of(checks));
  else
    trial.doubt(fmt::format("{}", fmt::join(left_out, "; ")));
  trial.say({{"stories", {stories, "; "}},
             {"left_out", {left_out, "; "}},
             {"measured", against_zero ? "K_out" : "K_out - K'"}});
  return trial.judged();
}

/// Does K_out depart from independent errors? By scheme and look of the course after the first update, and by
/// variant of the scans: the departure may have another sign for another kind of net.
void ask_of_flips(const Measurements& m, Trial& trial) {
  const auto ask = [&](const std::string& name, const Readings& nets) {
    trial.within(fmt::format("{}: K_out - K_flips", name), each_of(nets, off_flips_of), "margin");
  };
  std::set<std::int64_t> updates;
  for (const auto& r : m.course)
    if (r.study == "course" && r.update > 0) updates.insert(r.update);
  for (const auto update : updates)
    for (const char* scheme : schemes)
      if (const auto nets = at_update(m, scheme, update); !nets.empty())
        ask(fmt::format("{}, update {}", scheme, update), nets);
  for (const auto& scan : scans_of(m))
    if (!scan.standard) ask(scan.text(), scan.nets);
}

Claim flip_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "c3",
              {evidence.flips, evidence.course_coupling, evidence.course, evidence.scans});
  ask_of_flips(m, trial);
  if (!trial.needs(!trial.questions().empty(), "no net was trained")) return trial.judged();
  trial.measure_farthest();
  double n = 0;
  double off_flips = 0;
  double off_exact = 0;
  for (const auto& r : m.course) {
    if (r.update == 0 || !std::isfinite(r.output.coupling.value)) continue;
    n += 1;
    off_flips += std::pow(off_flips_of(r).value, 2);
    off_exact += std::pow(off_expected_of(r).value, 2);
  }
  trial.say({{"off_flips", std::sqrt(off_flips / n)}, {"off_exact", std::sqrt(off_exact / n)}});
  return trial.judged();
}

Claim scan_claim(const Measurements& m, const std::string& criterion, const std::string& study) {
  Trial trial(m.settings.criteria, criterion,
              {study == "data" ? evidence.data : evidence.architectures, evidence.scans});
  std::vector<std::string> below;
  int n_variants = 0;
  const double optimum = trial.number("accuracy");
  stats::Estimate least{.value = std::numeric_limits<double>::infinity()};
  stats::Estimate most{.value = -std::numeric_limits<double>::infinity()};
  for (const auto& scan : scans_of(m)) {
    if (scan.study != study && !scan.standard) continue;
    const auto accuracy = accuracy_of(scan.nets);
    const auto readings = each_of(scan.nets, off_expected_of);
    const auto off = over_seeds(readings);
    if (!(accuracy.value >= optimum)) {
      below.push_back(fmt::format("{} (accuracy {}, K_out - K' {})", scan.text(), text(accuracy), text(off)));
      continue;
    }
    n_variants += scan.standard ? 0 : 1;
    if (off.value < least.value) least = off;
    if (off.value > most.value) most = off;
    trial.within(fmt::format("{}: K_out - K'", scan.text()), readings, "margin");
  }
  trial.say({{"optimum", optimum},
             {"below", below.empty() ? "none" : fmt::format("{}", fmt::join(below, ", "))},
             {"K", m.settings.course.coupling}});
  if (trial.needs(n_variants > 0,
                  fmt::format("no net other than that of [network] reaches accuracy {}", optimum)))
    trial.measured({.value = most.value - least.value, .error = std::hypot(most.error, least.error)});
  return trial.judged();
}

Claim untrained_claim(const Measurements& m) {
  Trial trial(m.settings.criteria, "c6", {evidence.output_correlations, evidence.untrained});
  std::vector<double> untrained;
  std::vector<double> trained;
  std::vector<double> couplings;
  const auto nets = untrained_of(m);
  for (const auto* r : nets) {
    untrained.push_back(r->far_ratio);
    couplings.push_back(r->output.coupling.value);
  }
  const auto agreement = chi_square_of(pulls_of(nets, coupling_of, [](const NetReading&) { return 0.0; }));
  for (const char* scheme : schemes)
    for (const auto* r : last_of(m, "course", scheme, "")) trained.push_back(r->far_ratio);
  const auto ratio = over_seeds(untrained);
  trial.measured(ratio);
  trial.within("rms ratio less 1", {.value = ratio.value - 1, .error = ratio.error}, "ratio",
               finite_seeds(untrained));
  trial.say({{"trained", over_seeds(trained)},
             {"couplings", over_seeds(couplings)},
             {"chi2", agreement.chi2},
             {"n", agreement.n}});
  return trial.judged();
}

struct GenericReadingKind {
  const char* criterion;
  stats::Estimate analysis::FeatureCouplings::*member;
};
constexpr GenericReadingKind generic_kinds[] = {{"g1", &analysis::FeatureCouplings::unconditional},
                                                {"g2", &analysis::FeatureCouplings::conditional_covariance},
                                                {"g3", &analysis::FeatureCouplings::normalised}};

Claim generic_claim(const Measurements& m, const GenericReadingKind& kind, const std::string& target,
                    char letter) {
  Trial trial(m.settings.criteria, kind.criterion,
              {.id = std::string(kind.criterion) + letter, .word = target},
              {evidence.generic_readings, evidence.generic});
  std::set<std::int64_t> updates;
  for (const auto& r : m.generic)
    if (r.target == target) updates.insert(r.update);
  if (!trial.needs(!updates.empty(), "not measured")) return trial.judged();
  const auto at = [&](std::int64_t update, auto value) {
    std::vector<decltype(value(m.generic.front()))> values;
    for (const auto& r : m.generic)
      if (r.target == target && r.update == update) values.push_back(value(r));
    return values;
  };
  const auto reading = [&](const GenericReading& r) { return r.features.*kind.member; };
  const auto end = at(*updates.rbegin(), reading);
  trial.measured(over_seeds(end));
  std::vector<std::string> way;
  for (const auto update : updates)
    way.push_back(fmt::format("{} at {}", text(over_seeds(at(update, reading))), update));
  trial.say({{"way", {way, ", "}},
             {"loss", over_seeds(at(*updates.rbegin(), [](const auto& r) { return r.loss; }))},
             {"accuracy", over_seeds(at(*updates.rbegin(), [](const auto& r) { return r.accuracy; }))},
             {"label", target == "label:temperature"    ? "the temperature's class"
                       : target == "sign-magnetization" ? "the class, the sign of M"
                                                        : "the sign of M, which the task does not name"}});
  if (kind.member == &analysis::FeatureCouplings::conditional_covariance)
    trial.qualification +=
        "; a covariance shrinks with the units' activity as well as with their correlation";
  const auto infinite =
      std::ranges::count_if(end, [](const stats::Estimate& e) { return std::isinf(e.value); });
  if (infinite > 0) {
    const auto words = fmt::format("infinite for {} of {} nets: all signs agree", infinite, end.size());
    trial.decide(Verdict::contradicted, "the coupling is " + words);
    trial.qualification += "; " + words;
    return trial.judged();
  }
  const auto start = at(0, reading);
  trial.within("the coupling at the end", end, "end");
  trial.positive("its fall", paired(start, end), common_seeds(start, end));
  trial.qualification += fmt::format("; {}", words_of(trial.checks()));
  return trial.judged();
}

}  // namespace

std::vector<Claim> claims_training(const Measurements& m) {
  std::vector<Claim> all = {end_claim(m, "c1", true),
                            end_claim(m, "c2", false),
                            flip_claim(m),
                            scan_claim(m, "c4", "architecture"),
                            scan_claim(m, "c5", "data"),
                            untrained_claim(m)};
  for (const auto& kind : generic_kinds)
    for (std::size_t i = 0; i < m.settings.generic.targets.size(); ++i)
      all.push_back(generic_claim(m, kind, m.settings.generic.targets[i],
                                  static_cast<char>('a' + static_cast<int>(i))));
  return all;
}

}  // namespace spinflow::recipes::gong_xia

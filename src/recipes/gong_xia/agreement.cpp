// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/exact/chain.hpp"
#include "spinflow/stats/distributions.hpp"

namespace spinflow::recipes::gong_xia {

Agreement agreement_of(const std::vector<Pull>& pulls) {
  Agreement a;
  double largest = -1;
  for (const auto& [where, measured, expected] : pulls) {
    const double pull = pull_of(measured, expected);
    if (!std::isfinite(pull)) continue;
    a.chi2 += pull * pull;
    ++a.n;
    if (std::abs(pull) <= largest) continue;
    largest = std::abs(pull);
    a.largest = fmt::format("{:+.1f} errors ({}: {} beside {:.4f})", pull, where, text(measured), expected);
  }
  if (a.n > 0) a.p = stats::chi2_survival(a.chi2, a.n);
  return a;
}

std::string words(const Agreement& a) {
  const std::string p = a.p < 1e-16 ? "below 1e-16" : fmt::format("= {:.2g}", a.p);
  return fmt::format("chi^2 {:.1f} of {}, p {}", a.chi2, a.n, p);
}

void hold_beside(Trial& trial, double control_p) {
  if (control_p < trial.number("control"))
    trial.doubt(fmt::format("the exact map fails by itself on the same chains (p = {:.2g})", control_p));
}

void measure_farthest(Trial& trial) {
  if (const auto* most = farthest(trial.questions())) trial.measured(most->value);
}

const Question* farthest(const std::vector<Question>& questions) {
  const Question* most = nullptr;
  for (const auto& question : questions)
    if (std::isfinite(question.value.value) &&
        (most == nullptr || std::abs(question.value.value) > std::abs(most->value.value)))
      most = &question;
  return most;
}

std::string margin_words(const Trial& trial) {
  const auto checks = trial.checks();
  const auto* most = farthest(trial.questions());
  return fmt::format("of {} means {} are within the margin, beyond it: {}, open: {}; largest: {}",
                     checks.size(), std::ranges::count(checks, Status::met, &Check::status), trial.violated(),
                     trial.open(),
                     most == nullptr ? "none" : fmt::format("{} {}", most->label, text(most->value)));
}

std::string cell_words(const NetReading& r) {
  return fmt::format("K = {}, b = {}, N = {}, seed {}", r.coupling, r.factor, r.size, r.seed);
}

std::string Cell::text() const { return fmt::format("K = {}, b = {}", coupling, factor); }

std::vector<Cell> cells_of(const std::vector<NetReading>& readings, const std::string& study,
                           const std::string& scheme) {
  std::vector<Cell> cells;
  for (const auto& r : readings) {
    if (r.study != study || r.scheme != scheme) continue;
    auto found = std::ranges::find_if(cells, [&](const Cell& c) {
      return c.coupling == r.coupling && c.size == r.size && c.factor == r.factor;
    });
    if (found == cells.end()) found = cells.insert(found, {r.coupling, r.size, r.factor, {}});
    found->nets.push_back(&r);
  }
  return cells;
}

bool stands_out(const Cell& cell, const Criteria& criteria) {
  const auto k = over_nets(cell.nets, coupling_of);
  const auto outputs = static_cast<double>(cell.size / cell.factor);
  return outputs >= criteria.number("a4", "outputs") && k.value > criteria.number("a4", "errors") * k.error;
}

stats::Estimate beyond_nearest(const NetReading& r) {
  if (!std::isfinite(r.output.coupling.value)) return {};
  const int n = static_cast<int>(r.size / r.factor);
  const auto ring = exact::ring_correlation(n, r.output.coupling.value, 0, 1);
  const double square = ring[0] * ring[0];
  return {.value = square * r.output.correlation_ratio.value - ring[1],
          .error = square * r.output.correlation_ratio.error};
}

std::vector<stats::Estimate> depth_readings(const Measurements& m, const std::string& arm, int step) {
  std::vector<stats::Estimate> readings;
  for (const auto& r : m.depth)
    if (r.arm == arm && r.step == step) readings.push_back(r.output.coupling);
  return readings;
}

}  // namespace spinflow::recipes::gong_xia

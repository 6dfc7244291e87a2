// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/readings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "spinflow/exact/chain.hpp"

namespace spinflow::recipes::gong_xia {

stats::Estimate coupling_of(const NetReading& r) { return r.output.coupling; }

stats::Estimate off_flips_of(const NetReading& r) { return minus(r.output.coupling, r.flipped); }

stats::Estimate off_expected_of(const NetReading& r) { return minus(r.output.coupling, r.expected); }

std::vector<stats::Estimate> each_of(const Readings& nets,
                                     const std::function<stats::Estimate(const NetReading&)>& reading) {
  std::vector<stats::Estimate> readings;
  for (const auto* net : nets) readings.push_back(reading(*net));
  return readings;
}

stats::Estimate over_nets(const Readings& nets,
                          const std::function<stats::Estimate(const NetReading&)>& reading) {
  return over_seeds(each_of(nets, reading));
}

Readings nets_of(const std::vector<NetReading>& readings, const std::string& study,
                 const std::string& scheme) {
  Readings nets;
  for (const auto& r : readings)
    if (r.study == study && r.scheme == scheme) nets.push_back(&r);
  return nets;
}

std::vector<Pull> pulls_of(const Readings& nets, inference::ChainCoupling NetReading::*read,
                           double NetReading::*expected) {
  std::vector<Pull> pulls;
  for (const auto* r : nets) pulls.push_back({cell_words(*r), (r->*read).coupling, r->*expected});
  return pulls;
}

const NetReading& worst_of(const Readings& nets) {
  return **std::ranges::min_element(nets, {}, [](const NetReading* r) { return r->accuracy; });
}

Readings last_of(const Measurements& m, const std::string& study, const std::string& scheme,
                 const std::string& variant) {
  Readings last;
  for (const auto& r : m.course) {
    if (r.study != study || r.scheme != scheme || r.variant != variant) continue;
    const auto same = std::ranges::find_if(last, [&](const NetReading* q) { return q->seed == r.seed; });
    if (same == last.end())
      last.push_back(&r);
    else if (r.update > (*same)->update)
      *same = &r;
  }
  return last;
}

Readings at_update(const Measurements& m, const std::string& scheme, std::int64_t update) {
  auto found = nets_of(m.course, "course", scheme);
  std::erase_if(found, [&](const NetReading* r) { return r->update != update; });
  return found;
}

Readings untrained_of(const Measurements& m) {
  Readings found;
  for (const auto* all : {&m.cells, &m.course})
    for (const auto& r : *all)
      if (r.update == 0) found.push_back(&r);
  return found;
}

std::vector<Scan> scans_of(const Measurements& m) {
  std::vector<Scan> scans;
  for (const char* scheme : schemes) {
    if (auto nets = last_of(m, "course", scheme, ""); !nets.empty())
      scans.push_back({scheme, "course", standard_name(m.settings), true, std::move(nets)});
    for (const auto& r : m.course) {
      if (r.scheme != scheme || (r.study != "architecture" && r.study != "data")) continue;
      const bool known = std::ranges::any_of(scans, [&](const Scan& s) {
        return s.scheme == r.scheme && s.study == r.study && s.name == r.variant;
      });
      if (!known)
        scans.push_back({scheme, r.study, r.variant, false, last_of(m, r.study, scheme, r.variant)});
    }
  }
  return scans;
}

std::string rows_name(std::int64_t rows) { return fmt::format("{} chains", rows); }

std::string standard_name(const Settings& s) {
  return fmt::format("hidden {}, {}, {}", fmt::join(s.network.hidden, "-"), s.network.activation,
                     s.network.optimizer);
}

void hold_beside(Trial& trial, double control_p) {
  if (control_p < trial.number("control"))
    trial.doubt(fmt::format("the exact map fails by itself on the same chains (p = {:.2g})", control_p));
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

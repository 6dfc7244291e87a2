// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/readings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "spinflow/results/series_by.hpp"

namespace spinflow::recipes::gong_xia {

stats::Estimate off_flips_of(const NetReading& r) { return minus(r.output.coupling, r.flipped); }

Readings nets_of(const std::vector<NetReading>& readings, const std::string& study,
                 const std::string& scheme) {
  Readings nets;
  for (const auto& r : readings)
    if (r.study == study && r.scheme == scheme) nets.push_back(&r);
  return nets;
}

Readings last_of(const Measurements& m, const std::string& study, const std::string& scheme,
                 const std::string& variant) {
  auto nets = nets_of(m.course, study, scheme);
  std::erase_if(nets, [&](const NetReading* r) { return r->variant != variant; });
  Readings last;
  for (const auto& of_seed : results::groups_by(nets, &NetReading::seed))
    last.push_back(*std::ranges::max_element(of_seed, {}, [](const NetReading* r) { return r->update; }));
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
    for (const auto& nets : results::groups_by(m.course, [](const NetReading& r) {
           return std::tuple{r.scheme, r.study, r.variant};
         })) {
      const auto& [study, variant] = std::tie(nets[0]->study, nets[0]->variant);
      if (nets[0]->scheme == scheme && (study == "architecture" || study == "data"))
        scans.push_back({scheme, study, variant, false, last_of(m, study, scheme, variant)});
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

std::string where(const NetReading& r) {
  return fmt::format("K = {}, b = {}, N = {}, seed {}", r.coupling, r.factor, r.size, r.seed);
}
std::string where(const DepthReading& r) { return fmt::format("step {}, seed {}", r.step, r.seed); }
std::string where(const FieldReading& r) {
  return fmt::format("K = {}, h = {}, seed {}", r.coupling, r.field, r.seed);
}

std::string Cell::text() const { return fmt::format("K = {}, b = {}", coupling, factor); }

std::vector<Cell> cells_of(const std::vector<NetReading>& readings, const std::string& study,
                           const std::string& scheme) {
  std::vector<Cell> cells;
  for (auto& nets : results::groups_by(nets_of(readings, study, scheme), [](const NetReading& r) {
         return std::tuple{r.coupling, r.size, r.factor};
       }))
    cells.push_back({nets[0]->coupling, nets[0]->size, nets[0]->factor, std::move(nets)});
  return cells;
}

bool stands_out(const Cell& cell, const Criteria& criteria) {
  const auto k = over_nets(cell.nets, coupling_of);
  const auto outputs = static_cast<double>(cell.size / cell.factor);
  return outputs >= criteria.number("a4", "outputs") && k.value > criteria.number("a4", "errors") * k.error;
}

stats::Estimate beyond_nearest(const NetReading& r) {
  return inference::beyond_nearest(r.output, static_cast<int>(r.size / r.factor));
}

std::vector<const DepthReading*> of_arm(const Measurements& m, const std::string& arm) {
  std::vector<const DepthReading*> readings;
  for (const auto& r : m.depth)
    if (r.arm == arm) readings.push_back(&r);
  return readings;
}

std::vector<const DepthReading*> of_step(const Measurements& m, const std::string& arm, int step) {
  auto readings = of_arm(m, arm);
  std::erase_if(readings, [&](const DepthReading* r) { return r->step != step; });
  return readings;
}

std::vector<std::vector<const FieldReading*>> by_field(const Measurements& m) {
  return results::groups_by(m.fields, [](const FieldReading& r) { return std::pair{r.coupling, r.field}; });
}

}  // namespace spinflow::recipes::gong_xia

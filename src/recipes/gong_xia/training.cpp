// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/training.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace spinflow::recipes::gong_xia {

stats::Estimate coupling_of(const NetReading& r) { return r.output.coupling; }

stats::Estimate off_flips_of(const NetReading& r) {
  return {.value = r.output.coupling.value - r.flipped, .error = r.output.coupling.error};
}

stats::Estimate off_expected_of(const NetReading& r) {
  return {.value = r.output.coupling.value - r.expected, .error = r.output.coupling.error};
}

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

std::string words_of(const std::vector<Check>& checks) {
  std::vector<std::string> words;
  for (const auto& check : checks)
    words.push_back(fmt::format("{} ({})", check.label,
                                check.status == Status::met        ? "yes"
                                : check.status == Status::violated ? "no"
                                                                   : "open"));
  return fmt::format("{}", fmt::join(words, ", "));
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
  Readings found;
  for (const auto& r : m.course)
    if (r.study == "course" && r.scheme == scheme && r.update == update) found.push_back(&r);
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

}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
// Tables and named values of gong-xia beside the exact renormalization group.
#include <fmt/format.h>

#include <ranges>

#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using results::none;

/// A cell of K and b: means over its nets, before training and after.
struct CellMean {
  std::string scheme;
  double coupling = 0;
  std::int64_t factor = 0;
  stats::Estimate trained;
  stats::Estimate exact_map;
  double expected = 0;
  double lowest_accuracy = 1;
  stats::Estimate untrained;
};

results::Record<CellMean> cell_mean_record() {
  return results::Record<CellMean>()
      .add("scheme", &CellMean::scheme)
      .add("K", &CellMean::coupling)
      .add("b", &CellMean::factor)
      .add("K_out", &CellMean::trained, "error")
      .add("K_exact_map", &CellMean::exact_map)
      .add("K_exact", &CellMean::expected)
      .add("lowest_accuracy", &CellMean::lowest_accuracy)
      .add("K_untrained", &CellMean::untrained);
}

std::vector<CellMean> cell_means(const Measurements& m) {
  std::vector<CellMean> means;
  for (const char* scheme : schemes) {
    const auto untrained = cells_of(m.cells, "untrained", scheme);
    for (const auto& cell : cells_of(m.cells, "cells", scheme)) {
      auto& mean = means.emplace_back();
      mean.scheme = scheme;
      mean.coupling = cell.coupling;
      mean.factor = cell.factor;
      mean.trained = over_nets(cell.nets, coupling_of);
      mean.exact_map = over_nets(cell.nets, target_of);
      mean.expected = cell.any().expected;
      mean.lowest_accuracy = worst_of(cell.nets).accuracy;
      for (const auto& before : untrained)
        if (before.coupling == cell.coupling && before.factor == cell.factor)
          mean.untrained = over_nets(before.nets, coupling_of);
    }
  }
  return means;
}

}  // namespace

void add_rg_tables(const Measurements& m, results::Results& results) {
  const auto means = cell_means(m);
  results.tables[evidence.cell_means] = cell_mean_record().table(means);
  for (const auto& mean : means)
    results.values[fmt::format("K_out_{}_K{}_b{}", mean.scheme, mean.coupling, mean.factor)] = {
        mean.trained.value, mean.trained.error, none, mean.expected};
  results.tables[evidence.cells] = net_record().table(
      m.cells | std::views::filter([](const NetReading& r) { return r.study == "cells"; }));
  results.tables[evidence.limits] = net_record().table(m.limits);
  results.tables[evidence.depth] = depth_record().table(m.depth);
  results.tables[evidence.fields] = field_record().table(m.fields);
  for (const auto& r : m.depth) {
    const auto k = over_nets(of_step(m, r.arm, r.step), coupling_of);
    results.values[fmt::format("K_out_depth_{}_step{}", r.arm, r.step)] = {k.value, k.error, none,
                                                                           r.expected};
  }
}

}  // namespace spinflow::recipes::gong_xia

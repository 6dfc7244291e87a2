// SPDX-License-Identifier: Apache-2.0
// Tables and named values of gong-xia beside the exact renormalization group.
#include <fmt/format.h>

#include <algorithm>

#include "recipes/gong_xia/agreement.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/nets.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using results::none;

void add_cell_means(const Measurements& m, results::Results& results) {
  results::Table table{.columns = {"scheme", "K", "b", "K_out", "error", "K_exact_map", "K_exact_map_error",
                                   "K_exact", "lowest_accuracy", "K_untrained", "K_untrained_error"},
                       .rows = {}};
  for (const char* scheme : schemes) {
    const auto untrained = cells_of(m.cells, "untrained", scheme);
    for (const auto& cell : cells_of(m.cells, "cells", scheme)) {
      const auto k = over_nets(cell.nets, coupling_of);
      const auto map = over_nets(cell.nets, [](const NetReading& r) { return r.target.coupling; });
      const auto before = std::ranges::find_if(
          untrained, [&](const Cell& c) { return c.coupling == cell.coupling && c.factor == cell.factor; });
      const auto begin = before == untrained.end() ? stats::Estimate{} : over_nets(before->nets, coupling_of);
      double accuracy = 1;
      for (const auto* r : cell.nets) accuracy = std::min(accuracy, r->accuracy);
      auto& row = table.rows.emplace_back(
          std::vector<results::Cell>{scheme, cell.coupling, static_cast<double>(cell.factor)});
      add_estimate(row, k);
      add_estimate(row, map);
      for (const double number : {cell.any().expected, accuracy}) row.emplace_back(number);
      add_estimate(row, begin);
      results.values[fmt::format("K_out_{}_K{}_b{}", scheme, cell.coupling, cell.factor)] = {
          k.value, k.error, none, cell.any().expected};
    }
  }
  results.tables[evidence::cell_means] = std::move(table);
}

}  // namespace

void add_rg_tables(const Measurements& m, results::Results& results) {
  add_cell_means(m, results);
  Readings cells;
  for (const auto& r : m.cells)
    if (r.study == "cells") cells.push_back(&r);
  Readings limits;
  for (const auto& r : m.limits) limits.push_back(&r);
  results.tables[evidence::cells] = net_table(cells);
  results.tables[evidence::limits] = net_table(limits);
  results::Table depth{.columns = {"arm", "seed", "step", "N", "accuracy", "K_exact"}, .rows = {}};
  const auto& more = coupling_columns();
  depth.columns.insert(depth.columns.end(), more.begin(), more.end());
  for (const auto& r : m.depth) {
    auto& row = depth.rows.emplace_back(
        std::vector<results::Cell>{r.arm, static_cast<double>(r.seed), static_cast<double>(r.step),
                                   static_cast<double>(r.size), r.accuracy, r.expected});
    add_couplings(row, r.output, r.target, r.expected);
  }
  results.tables[evidence::depth] = std::move(depth);
  for (const char* arm : {"exact", "predecessor"})
    for (const auto& r : m.depth) {
      const std::string name = fmt::format("K_out_depth_{}_step{}", arm, r.step);
      if (r.arm != arm || results.values.contains(name)) continue;
      const auto k = over_seeds(depth_readings(m, arm, r.step));
      results.values[name] = {k.value, k.error, none, r.expected};
    }
  results::Table fields{.columns = {"K", "h", "seed", "accuracy", "K_out", "K_out_error", "h_out",
                                    "h_out_error", "K_exact_map", "K_exact_map_error", "h_exact_map",
                                    "h_exact_map_error", "K_exact", "h_exact", "K_pull", "h_pull"},
                        .rows = {}};
  for (const auto& r : m.fields) {
    auto& row = fields.rows.emplace_back(
        std::vector<results::Cell>{r.coupling, r.field, static_cast<double>(r.seed), r.accuracy});
    for (const auto* e : {&r.coupling_out, &r.field_out, &r.coupling_target, &r.field_target})
      add_estimate(row, *e);
    for (const double number :
         {r.expected_coupling, r.expected_field, pull_of(r.coupling_out, r.expected_coupling),
          pull_of(r.field_out, r.expected_field)})
      row.emplace_back(number);
  }
  results.tables[evidence::fields] = std::move(fields);
}

}  // namespace spinflow::recipes::gong_xia

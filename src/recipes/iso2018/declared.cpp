// SPDX-License-Identifier: Apache-2.0
#include "recipes/iso2018/declared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "spinflow/studies/weights.hpp"

namespace spinflow::recipes::iso2018 {

results::Schema schema_of(const results::Results& results) {
  results::TableSchema points{.rows = "variant",
                              .by = "thermometer",
                              .noun = "fixed point",
                              .title = "Fixed-point temperatures",
                              .caption = "Where the flow of each variant stops",
                              .quantity = "temperature T* (J/k_B)",
                              .outcome = "outcome",
                              .repetitions = "seeds"};
  for (const auto& gauge : gauges()) {
    std::string label = gauge.column;
    std::ranges::replace(label, '_', '-');
    points.readings.push_back(
        {fmt::format("T_{}", gauge.column), label, fmt::format("T_{}_{{}}", gauge.column)});
  }
  results::Schema schema{.tables = {{evidence::fixed_points_table, points}}};
  const auto& table = results.tables.at(evidence::fixed_points_table);
  const auto seeds = std::ranges::find(table.columns, "seeds") - table.columns.begin();
  double most = 0;
  for (const auto& row : table.rows)
    most = std::max(most, std::get<double>(row[static_cast<std::size_t>(seeds)]));
  if (most > 0) schema.repetitions = most;
  return schema;
}

std::vector<std::string> declared_evidence() {
  auto all = names_of(evidence::all);
  for (const char* study : {evidence::weights_by_type, evidence::weights_by_training})
    std::ranges::move(studies::weight_study_names(study), std::back_inserter(all));
  return all;
}

}  // namespace spinflow::recipes::iso2018

// SPDX-License-Identifier: Apache-2.0
// What results of earlier versions would have declared.
#include <algorithm>
#include <cmath>

#include "spinflow/results/results.hpp"

namespace spinflow::results {

namespace {

constexpr const char* fixed_points = "fixed_points";

bool has(const Table& table, const std::string& column) {
  return std::ranges::find(table.columns, column) != table.columns.end();
}

/// Until 0.2 a table of this name had a row per variant, and T_<thermometer> with its error.
TableSchema fixed_points_of(const Table& table) {
  TableSchema schema{.rows = "variant",
                     .by = "thermometer",
                     .noun = "fixed point",
                     .title = "Fixed-point temperatures",
                     .caption = "Where the flow of each variant stops",
                     .quantity = "temperature T* (J/k_B)",
                     .outcome = "outcome",
                     .repetitions = "seeds"};
  for (const auto& column : table.columns) {
    if (!column.starts_with("T_") || !has(table, column + "_error")) continue;
    std::string label = column.substr(2);
    std::ranges::replace(label, '_', '-');
    schema.readings.push_back({column, label, column + "_{}"});
  }
  return schema;
}

/// The largest number of a column; NaN if it has none above 0.
double most(const Table& table, const std::string& column) {
  const auto at = std::ranges::find(table.columns, column) - table.columns.begin();
  double most = 0;
  for (const auto& row : table.rows)
    if (static_cast<std::size_t>(at) < row.size())
      if (const auto* value = std::get_if<double>(&row[static_cast<std::size_t>(at)]); value != nullptr)
        most = std::max(most, *value);
  return most > 0 ? most : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Schema schema_of(const Results& results) {
  Schema schema = results.schema;
  const bool declared = !schema.tables.empty() || schema.systematic || std::isfinite(schema.repetitions);
  if (declared) return schema;
  schema.systematic = results.recipe.starts_with("critical");
  const auto found = results.tables.find(fixed_points);
  if (found == results.tables.end() || !has(found->second, "variant")) return schema;
  schema.tables[fixed_points] = fixed_points_of(found->second);
  schema.repetitions = most(found->second, "seeds");
  return schema;
}

}  // namespace spinflow::results

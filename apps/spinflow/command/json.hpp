// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <variant>
#include <vector>

#include "command/terminal.hpp"
#include "spinflow/io/columns.hpp"
#include "spinflow/stats/estimate.hpp"

// Compiled once, in json.cpp.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace spinflow::program {

using Json = nlohmann::ordered_json;

/// {"value", "error"}; non-finite numbers are written as null, with "infinity" (1 or -1, its sign) beside a
/// value that is infinite.
[[nodiscard]] Json to_json(const stats::Estimate& estimate);

/// Of a tau_int; its error is null where nothing was measured, for the rows are independent as they were
/// drawn.
[[nodiscard]] inline Json tau_json(const stats::Estimate& tau) {
  Json json = to_json(tau);
  if (tau.error == 0) json["error"] = nullptr;
  return json;
}

/// Correlations at distances 1, 2, ...: [{"r", "value", "error"}].
[[nodiscard]] Json to_json(const std::vector<stats::Estimate>& correlation);

/// Records with their members by name: [{"update": 100, ...}].
template <class T>
[[nodiscard]] Json to_json(const std::vector<T>& records, const io::Columns<T>& columns) {
  Json list = Json::array();
  for (const T& record : records) {
    Json& row = list.emplace_back(Json::object());
    for (const auto& [name, value] : columns.values(record))
      std::visit([&json = row[name]](const auto& member) { json = member; }, value);
  }
  return list;
}

/// The answer alone on standard output; bytes that are no UTF-8 (file names) are replaced.
void print_json(const Json& json);

}  // namespace spinflow::program

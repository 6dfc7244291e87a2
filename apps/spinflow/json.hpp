// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "terminal.hpp"

namespace spinflow::program {

using Json = nlohmann::ordered_json;

/// {"value", "error"}; non-finite numbers are written as null.
[[nodiscard]] inline Json to_json(const stats::Estimate& estimate) {
  return {{"value", estimate.value}, {"error", estimate.error}};
}

/// Correlations at distances 1, 2, ...: [{"r", "value", "error"}].
[[nodiscard]] inline Json to_json(const std::vector<stats::Estimate>& correlation) {
  Json list = Json::array();
  for (std::size_t i = 0; i < correlation.size(); ++i)
    list.push_back({{"r", i + 1}, {"value", correlation[i].value}, {"error", correlation[i].error}});
  return list;
}

/// The answer alone on standard output; bytes that are no UTF-8 (file names) are replaced.
inline void print_json(const Json& json) {
  print(json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n');
}

}  // namespace spinflow::program

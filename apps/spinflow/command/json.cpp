// SPDX-License-Identifier: Apache-2.0
#include "command/json.hpp"

#include <cmath>

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace spinflow::program {

Json to_json(const stats::Estimate& estimate) {
  Json json = {{"value", estimate.value}, {"error", estimate.error}};
  if (std::isinf(estimate.value)) json["infinity"] = estimate.value > 0 ? 1 : -1;
  return json;
}

Json to_json(const std::vector<stats::Estimate>& correlation) {
  Json list = Json::array();
  for (std::size_t i = 0; i < correlation.size(); ++i)
    list.push_back({{"r", i + 1}, {"value", correlation[i].value}, {"error", correlation[i].error}});
  return list;
}

void print_json(const Json& json) { print(json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'); }

}  // namespace spinflow::program

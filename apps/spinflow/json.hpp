// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/chain_coupling.hpp"
#include "terminal.hpp"

namespace spinflow::program {

using Json = nlohmann::ordered_json;

/// {"value", "error"}; non-finite numbers are written as null, with "infinity" (1 or -1, its sign) beside a
/// value that is infinite.
[[nodiscard]] inline Json to_json(const stats::Estimate& estimate) {
  Json json = {{"value", estimate.value}, {"error", estimate.error}};
  if (std::isinf(estimate.value)) json["infinity"] = estimate.value > 0 ? 1 : -1;
  return json;
}

/// A reading that may be infinite: null then, and "censored".
[[nodiscard]] inline Json bounded_json(const stats::Estimate& estimate) {
  Json json = to_json(estimate);
  if (std::isinf(estimate.value)) json["censored"] = true;
  return json;
}

/// Adds "coupling" (K_out), "coupling_pseudo_likelihood" and "correlation_ratio" of spins on a chain.
inline void add_chain(Json& json, const std::optional<thermometers::ChainCoupling>& chain) {
  if (!chain) return;
  json["coupling"] = bounded_json(chain->coupling);
  json["coupling_pseudo_likelihood"] = bounded_json(chain->pseudo_likelihood);
  json["correlation_ratio"] = to_json(chain->correlation_ratio);
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

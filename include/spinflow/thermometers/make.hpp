// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// Those of the registry that need no file, for ensembles of `model`, in the order of the names:
///
///     auto gauges = thermometers::made({"energy", "magnetization"}, model);
///     auto flow = flow::iterate({map}, data, "hot", 6, gauges, {.steps = 100});
///
/// Error(input) for an unknown name or a model that a thermometer refuses.
[[nodiscard]] std::vector<std::unique_ptr<Thermometer>> made(
    const std::vector<std::string>& names, const std::shared_ptr<const models::Model>& model,
    base::Observer& observer = base::silent());

/// The same thermometer under another name, so that two of a kind can read one flow.
[[nodiscard]] std::unique_ptr<Thermometer> renamed(std::string name, std::unique_ptr<Thermometer> inner);

}  // namespace spinflow::thermometers

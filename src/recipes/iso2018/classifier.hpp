// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

/// The classifier in the file of that name as a thermometer of that name; trained on `samples` configurations
/// per temperature and written if it is not there.
[[nodiscard]] std::unique_ptr<thermometers::Thermometer> classifier(
    const RunFolder& folder, const Settings& settings, const std::shared_ptr<const models::Model>& model,
    const std::string& name, std::int64_t samples);

}  // namespace spinflow::recipes::iso2018

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "spinflow/thermometers/cache.hpp"

namespace spinflow::thermometers {

/// The `n` numbers kept under `key`, or those that `make` returns, which are then kept. A hit and a miss give
/// the same bits. The cache can only save time: a folder that is missing or cannot be written to, or an entry
/// that is damaged, means that `make` runs. While one process makes an entry, others with the same cache wait
/// for it.
[[nodiscard]] std::vector<double> cached_numbers(const std::string& key, std::size_t n,
                                                 const std::function<std::vector<double>()>& make);

}  // namespace spinflow::thermometers

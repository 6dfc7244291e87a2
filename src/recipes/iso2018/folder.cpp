// SPDX-License-Identifier: Apache-2.0
#include "recipes/iso2018/folder.hpp"

#include "spinflow/base/random.hpp"

namespace spinflow::recipes::iso2018 {

std::uint64_t flow_seed(const RunFolder& folder, const Variant& variant, std::size_t replicate,
                        std::size_t start) {
  return base::derived_seed(folder.seed("flow", replicate), variant.type, start);
}

}  // namespace spinflow::recipes::iso2018

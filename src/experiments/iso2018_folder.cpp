// SPDX-License-Identifier: Apache-2.0
#include "experiments/iso2018_folder.hpp"

#include "spinflow/base/random.hpp"

namespace spinflow::experiments::iso2018 {

std::uint64_t flow_seed(const RunFolder& folder, const Variant& variant, std::size_t replicate,
                        std::size_t start) {
  return base::derived_seed(folder.seed("flow", replicate), variant.type, start);
}

}  // namespace spinflow::experiments::iso2018

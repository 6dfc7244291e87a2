// SPDX-License-Identifier: Apache-2.0
#include "samplers/local/local_sampling.hpp"

namespace spinflow::samplers {

void register_heat_bath() {
  add_sampler(local_sampler("heat-bath", "draws one spin after another anew, 512 replicas at once",
                            {"glauber1963", "madras1988"}, kernels::LocalUpdate::heat_bath));
}

}  // namespace spinflow::samplers

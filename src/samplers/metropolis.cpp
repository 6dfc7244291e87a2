// SPDX-License-Identifier: Apache-2.0
#include "samplers/local_sampling.hpp"

namespace spinflow::samplers {

void register_metropolis() {
  registry().add(local_sampler("metropolis", "proposes to flip one spin after another, 512 replicas at once",
                               {"metropolis1953", "madras1988"}, kernels::LocalUpdate::metropolis));
}

}  // namespace spinflow::samplers

// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_entry.hpp"

namespace spinflow::trainers {

void register_pt() {
  registry().add(rbm_entry(RbmMethod::pt,
                           "persistent chains, tempered over the network's inverse temperature from 0 to 1",
                           {"desjardins2010", "cho2010"}));
}

}  // namespace spinflow::trainers

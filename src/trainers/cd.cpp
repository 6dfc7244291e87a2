// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_entry.hpp"

namespace spinflow::trainers {

void register_cd() {
  registry().add(rbm_entry(RbmMethod::cd, "contrastive divergence: k steps of the chain begun at the data",
                           {"hinton2002"}));
}

}  // namespace spinflow::trainers

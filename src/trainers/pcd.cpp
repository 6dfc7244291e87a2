// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_entry.hpp"

namespace spinflow::trainers {

void register_pcd() {
  registry().add(rbm_entry(RbmMethod::pcd,
                           "persistent contrastive divergence: the chains go on from update to update",
                           {"tieleman2008"}));
}

}  // namespace spinflow::trainers

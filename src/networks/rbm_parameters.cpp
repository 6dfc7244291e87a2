// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_parameters.hpp"

namespace spinflow::networks {

RbmParameters::RbmParameters(const Rbm& rbm)
    : to_hidden(rbm.n_visible(), rbm.n_hidden),
      to_visible(rbm.n_hidden, rbm.n_visible(), rbm.weights),
      visible_bias(1, rbm.n_visible(), rbm.visible_bias),
      hidden_bias(1, rbm.n_hidden, rbm.hidden_bias) {
  kernels::transpose_into(to_visible, to_hidden);
}

void RbmParameters::store(Rbm& rbm) const {
  rbm.weights = to_visible.unpadded();
  rbm.visible_bias = visible_bias.unpadded();
  rbm.hidden_bias = hidden_bias.unpadded();
}

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
// Parameters of RBMs whose units are 0 and 1.
#pragma once

#include <vector>

#include "spinflow/networks/rbm_exchange.hpp"

namespace spinflow::networks {

/// E(v, h) = -h W v - b v - c h, in double.
struct RbmNumbers {
  std::size_t n_visible = 0;
  std::size_t n_hidden = 0;
  std::vector<double> weights;       ///< (n_hidden, n_visible)
  std::vector<double> visible_bias;  ///< (n_visible)
  std::vector<double> hidden_bias;   ///< (n_hidden)
};

/// The same distribution for units +1 and -1, if those of the layers have the given values: 0 and 1 are
/// (1 + s) / 2.
void to_spins(RbmNumbers& numbers, UnitValues visible, UnitValues hidden);

/// The other way, for both layers. In exact arithmetic to_spins takes it back.
void to_binary(RbmNumbers& numbers);

}  // namespace spinflow::networks

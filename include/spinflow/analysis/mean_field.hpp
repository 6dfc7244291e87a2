// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/networks/rbm.hpp"

namespace spinflow::analysis {

/// Where the flow v -> h -> v would stop if every unit took its mean.
struct MeanField {
  std::vector<double> v;         ///< (n_visible): the fixed point
  double abs_magnetization = 0;  ///< |mean of v|
  double energy =
      0;  ///< per site, of the product measure with these means: -(1/N) sum over bonds v_i v_j (J = 1)
  bool converged = false;  ///< no component moved by more than 1e-10 in the last iteration
};

/// Iterates v <- tanh(b + W^T tanh(c + W v)) from all spins up, at most 100,000 times. Without biases the
/// only fixed point is v = 0 while the largest eigenvalue of W^T W is at most 1.
[[nodiscard]] MeanField mean_field(const networks::Rbm& rbm);

}  // namespace spinflow::analysis

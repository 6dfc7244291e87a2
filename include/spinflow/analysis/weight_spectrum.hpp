// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/networks/rbm.hpp"

namespace spinflow::analysis {

/// Eigenvalues and eigenvectors of A = W^T W, (n_visible, n_visible): what the network says about pairs of
/// visible units (the paper's W W^T). Stated to rounding (Eigen), not bit for bit.
struct WeightSpectrum {
  std::vector<double> eigenvalues;  ///< descending, n_visible of them; max(0, N_v - N_h) are zero
  std::vector<std::vector<double>>
      eigenvectors;                     ///< [k]: (n_visible), unit length, largest component positive
  std::vector<double> uniform_overlap;  ///< [k]: (u . e_k)^2 with the uniform unit vector u
  double noise_edge = 0;                ///< sigma0^2 (sqrt N_v + sqrt N_h)^2 of untrained weights
};

/// `sigma0`: standard deviation of the initial weights.
[[nodiscard]] WeightSpectrum weight_spectrum(const networks::Rbm& rbm, double sigma0);

}  // namespace spinflow::analysis

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Dense>

#include "spinflow/networks/rbm.hpp"

namespace spinflow::analysis {

/// W in double precision, (n_hidden, n_visible).
[[nodiscard]] inline Eigen::MatrixXd weight_matrix(const networks::Rbm& rbm) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(rbm.weights.data(), static_cast<Eigen::Index>(rbm.n_hidden),
                                    static_cast<Eigen::Index>(rbm.n_visible()))
      .cast<double>();
}

}  // namespace spinflow::analysis

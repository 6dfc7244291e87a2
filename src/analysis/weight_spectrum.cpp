// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/weight_spectrum.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace spinflow::analysis {

WeightSpectrum weight_spectrum(const networks::Rbm& rbm, double sigma0) {
  const auto n_visible = static_cast<Eigen::Index>(rbm.n_visible());
  const auto n_hidden = static_cast<Eigen::Index>(rbm.n_hidden);
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd weights =
      Eigen::Map<const RowMajor>(rbm.weights.data(), n_hidden, n_visible).cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(weights.transpose() * weights);

  WeightSpectrum spectrum;
  const Eigen::VectorXd uniform =
      Eigen::VectorXd::Constant(n_visible, 1.0 / std::sqrt(static_cast<double>(n_visible)));
  for (Eigen::Index k = n_visible - 1; k >= 0; --k) {
    Eigen::VectorXd vector = solver.eigenvectors().col(k);
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    if (vector(largest) < 0) vector = -vector;
    spectrum.eigenvalues.push_back(std::max(0.0, solver.eigenvalues()(k)));
    spectrum.uniform_overlap.push_back(std::pow(uniform.dot(vector), 2));
    spectrum.eigenvectors.emplace_back(vector.data(), vector.data() + n_visible);
  }
  spectrum.noise_edge = std::pow(
      sigma0 * (std::sqrt(static_cast<double>(n_visible)) + std::sqrt(static_cast<double>(n_hidden))), 2);
  return spectrum;
}

}  // namespace spinflow::analysis

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/weight_spectrum.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/networks/weight_matrix.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::analysis {

WeightSpectrum weight_spectrum(const networks::Rbm& rbm, double sigma0) {
  const auto n_visible = static_cast<Eigen::Index>(rbm.n_visible());
  const auto n_hidden = static_cast<Eigen::Index>(rbm.n_hidden);
  const Eigen::MatrixXd weights = weight_matrix(rbm);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(weights.transpose() * weights);

  WeightSpectrum spectrum;
  const Eigen::VectorXd uniform =
      Eigen::VectorXd::Constant(n_visible, 1.0 / std::sqrt(static_cast<double>(n_visible)));
  // What lies below is rounding: the eigenvalues that are zero by rank come out around it, of either sign.
  const double rounding = static_cast<double>(n_visible) * std::numeric_limits<double>::epsilon() *
                          solver.eigenvalues()(n_visible - 1);
  for (Eigen::Index k = 0; k < n_visible; ++k) {
    base::check_stop();
    Eigen::VectorXd vector = solver.eigenvectors().col(n_visible - 1 - k);
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    if (vector(largest) < 0) vector = -vector;
    const double eigenvalue = solver.eigenvalues()(n_visible - 1 - k);
    spectrum.eigenvalues.push_back(k < n_hidden && eigenvalue > rounding ? eigenvalue : 0.0);
    spectrum.uniform_overlap.push_back(std::pow(uniform.dot(vector), 2));
    spectrum.eigenvectors.emplace_back(vector.data(), vector.data() + n_visible);
  }
  spectrum.noise_edge = std::pow(
      sigma0 * (std::sqrt(static_cast<double>(n_visible)) + std::sqrt(static_cast<double>(n_hidden))), 2);
  return spectrum;
}

}  // namespace spinflow::analysis

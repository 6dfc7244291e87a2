// SPDX-License-Identifier: Apache-2.0
#include "analysis/renormalization/mcrg_moments.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

namespace spinflow::analysis {

namespace {

using Matrix = Eigen::MatrixXd;

/// The largest eigenvalue; NaN unless it is real and positive.
double leading(const Matrix& t) {
  const Eigen::EigenSolver<Matrix> solver(t, false);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (solver.info() != Eigen::Success) return none;
  const auto& values = solver.eigenvalues();
  Eigen::Index largest = 0;
  for (Eigen::Index i = 1; i < values.size(); ++i)
    if (std::abs(values(i)) > std::abs(values(largest))) largest = i;
  const bool real = std::abs(values(largest).imag()) <= 1e-12 * std::abs(values(largest));
  return real && values(largest).real() > 0 ? values(largest).real() : none;
}

/// A^-1 B; not finite where A, a covariance, does not have full rank.
Matrix quotient(const Matrix& a, const Matrix& b) {
  // Scaled to a unit diagonal, so that the pivots do not know the numbers of terms.
  const Eigen::VectorXd scale = a.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::LDLT<Matrix> solver(scale.asDiagonal() * a * scale.asDiagonal());
  if (!(solver.vectorD().minCoeff() > 1e-10))
    return Matrix::Constant(a.rows(), a.cols(), std::numeric_limits<double>::quiet_NaN());
  return scale.asDiagonal() * solver.solve(scale.asDiagonal() * b);
}

}  // namespace

void SectorMoments::add(std::span<const std::int64_t> sums) {
  double* to = sums_.data();
  for (const auto s : sums) *to++ += static_cast<double>(s);
  for (std::size_t below = 0; below + n_ < sums.size(); below += n_) {
    const std::int64_t* fine = sums.data() + below;
    const std::int64_t* coarse = fine + n_;
    for (std::size_t a = 0; a < n_; ++a)
      for (std::size_t b = 0; b < n_; ++b) *to++ += static_cast<double>(coarse[a] * coarse[b]);
    for (std::size_t a = 0; a < n_; ++a)
      for (std::size_t b = 0; b < n_; ++b) *to++ += static_cast<double>(coarse[a] * fine[b]);
  }
}

std::vector<double> SectorMoments::means(double n) const {
  std::vector<double> means(sums_);
  for (auto& mean : means) mean /= n;
  return means;
}

std::vector<double> Linearised::results(std::span<const double> means) const {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(n_);
  std::vector<double> results;
  const double* products = means.data() + (steps_ + 1) * n_;
  for (std::size_t step = 1; step <= steps_; ++step, products += 2 * n_ * n_) {
    Matrix a = Eigen::Map<const Rows>(products, n, n);
    Matrix b = Eigen::Map<const Rows>(products + n_ * n_, n, n);
    if (!odd_) {
      const Eigen::Map<const Eigen::VectorXd> coarse(means.data() + step * n_, n);
      const Eigen::Map<const Eigen::VectorXd> fine(means.data() + (step - 1) * n_, n);
      a -= coarse * coarse.transpose();
      b -= coarse * fine.transpose();
    }
    for (Eigen::Index k = 1; k < n; ++k)
      results.push_back(leading(quotient(a.topLeftCorner(k, k), b.topLeftCorner(k, k))));
    const Rows t = quotient(a, b);
    results.push_back(leading(t));
    results.insert(results.end(), t.data(), t.data() + t.size());
  }
  return results;
}

}  // namespace spinflow::analysis

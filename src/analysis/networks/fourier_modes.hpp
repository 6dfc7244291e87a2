// SPDX-License-Identifier: Apache-2.0
// Plane and standing waves of a lattice; for .cpp files of this room only.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

#include "spinflow/analysis/weight_analysis.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::analysis {

/// An orthonormal basis of real waves and their grouping into shells.
class FourierModes {
 public:
  explicit FourierModes(const lattice::Lattice& lattice);

  /// By increasing wave number, with lambda and scatter still zero.
  [[nodiscard]] const std::vector<FourierShell>& shells() const { return shells_; }
  /// [mode]: the shell it belongs to.
  [[nodiscard]] const std::vector<std::size_t>& shell_of_mode() const { return shell_of_mode_; }

  /// `rows`: (n, N) fields on the lattice; result (n, N): their components in the basis.
  [[nodiscard]] Eigen::MatrixXd components(const Eigen::MatrixXd& rows) const;

 private:
  lattice::Lattice lattice_;
  Eigen::MatrixXd along_x_;  // (Lx, Lx): column m is a wave along x
  Eigen::MatrixXd along_y_;  // (Ly, Ly)
  std::vector<FourierShell> shells_;
  std::vector<std::size_t> shell_of_mode_;
};

}  // namespace spinflow::analysis

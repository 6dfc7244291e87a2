// SPDX-License-Identifier: Apache-2.0
#include "analysis/networks/fourier_modes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

namespace spinflow::analysis {

namespace {

using Eigen::Index;

/// Number of periods (half periods on an open side) of wave m: 0, 1, 1, 2, 2, ... (0, 1, 2, ...).
int wave_of(Index m, lattice::Boundary boundary) {
  return static_cast<int>(boundary == lattice::Boundary::periodic ? (m + 1) / 2 : m);
}

/// Column m: cosines at odd m and sines at even m of a ring; cosines with vanishing slope at open ends.
Eigen::MatrixXd waves(int side, lattice::Boundary boundary) {
  Eigen::MatrixXd result(side, side);
  for (Index m = 0; m < side; ++m)
    for (Index x = 0; x < side; ++x) {
      const double k = std::numbers::pi * wave_of(m, boundary) / side;
      if (boundary == lattice::Boundary::open)
        result(x, m) = std::cos(k * (static_cast<double>(x) + 0.5));
      else
        result(x, m) = m % 2 == 1 || m == 0 ? std::cos(2 * k * static_cast<double>(x))
                                            : std::sin(2 * k * static_cast<double>(x));
    }
  result.colwise().normalize();
  return result;
}

}  // namespace

FourierModes::FourierModes(const lattice::Lattice& lattice)
    : lattice_(lattice),
      along_x_(waves(lattice.lx(), lattice.boundary())),
      along_y_(waves(lattice.ly(), lattice.boundary())) {
  const bool interchangeable = lattice.dimension() == 2 && lattice.lx() == lattice.ly();
  const double unit = lattice.boundary() == lattice::Boundary::periodic ? 1.0 : 0.5;
  const double stretch = static_cast<double>(lattice.lx()) / lattice.ly();
  std::vector<std::pair<int, int>> waves_of_mode;
  std::map<std::tuple<double, int, int>, FourierShell> shells;
  const auto key = [&](int kx, int ky) { return std::tuple(unit * std::hypot(kx, stretch * ky), kx, ky); };
  for (Index my = 0; my < lattice.ly(); ++my)
    for (Index mx = 0; mx < lattice.lx(); ++mx) {
      int kx = wave_of(mx, lattice.boundary());
      int ky = wave_of(my, lattice.boundary());
      if (interchangeable && ky > kx) std::swap(kx, ky);
      waves_of_mode.emplace_back(kx, ky);
      auto& shell = shells[key(kx, ky)];
      shell.kx = kx;
      shell.ky = ky;
      shell.wave_number = std::get<0>(key(kx, ky));
      ++shell.modes;
    }
  std::map<std::pair<int, int>, std::size_t> place;
  for (const auto& [order, shell] : shells) {
    place[{shell.kx, shell.ky}] = shells_.size();
    shells_.push_back(shell);
  }
  for (const auto& wave : waves_of_mode) shell_of_mode_.push_back(place.at(wave));
}

Eigen::MatrixXd FourierModes::components(const Eigen::MatrixXd& rows) const {
  using Field = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::MatrixXd result(rows.rows(), rows.cols());
  for (Index row = 0; row < rows.rows(); ++row) {
    const Eigen::RowVectorXd sites = rows.row(row);
    const Eigen::Map<const Field> field(sites.data(), lattice_.ly(), lattice_.lx());
    const Field parts = along_y_.transpose() * field * along_x_;
    result.row(row) = Eigen::Map<const Eigen::RowVectorXd>(parts.data(), parts.size());
  }
  return result;
}

}  // namespace spinflow::analysis

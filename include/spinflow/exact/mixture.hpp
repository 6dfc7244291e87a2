// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <vector>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::exact {

/// The even mixture of Ising ensembles (J = 1) at the given temperatures (J/k_B, >= 0) on a periodic square
/// lattice: what a perfect model of configurations at many temperatures would be.
///
///     const exact::IsingMixture mixture(lattice::Lattice::square(10, 10), {0, 2, 4});
///     mixture.energy;                // mean, per site
///     mixture.log_density(-1.5);     // of one configuration of that energy
class IsingMixture {
 public:
  IsingMixture(const lattice::Lattice& lattice, std::vector<double> temperatures);

  /// ln of the probability of one configuration of energy `e` per site, in nats. At T = 0 there are the two
  /// ground states, e = -2.
  [[nodiscard]] double log_density(double e) const;

  double energy = 0;     ///< mean, per site
  double sd_energy = 0;  ///< standard deviation of the energy per site
  /// <|m|>; NaN on lattices too wide for the exact one.
  double abs_magnetization = std::numeric_limits<double>::quiet_NaN();

 private:
  std::vector<double> temperatures_;
  std::vector<double> log_z_;  // (temperatures); 0 at T = 0
  double sites_;
};

}  // namespace spinflow::exact

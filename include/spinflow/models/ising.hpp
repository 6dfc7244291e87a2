// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "spinflow/lattice/lattice.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {

/// The models of the registry as structs: members have the names and the defaults of the command line, and a
/// struct stands wherever a model is asked for.
///
///     auto data = samplers::sample({models::IsingSquare{.side = 10, .field = 0.1}, {2.0, 2.5}, 1000});
///
/// The sides of a lattice: one number for equal ones.
struct Sides {
  Sides(int side) : x(side), y(side) {}
  Sides(int lx, int ly) : x(lx), y(ly) {}
  int x;  ///< >= 2
  int y;  ///< >= 2
};

/// "ising-square": H = -J sum_<ij> s_i s_j - h sum_i s_i on the square lattice.
struct IsingSquare {
  Sides side = 10;
  double coupling = 1.0;  ///< J; negative: antiferromagnet
  double field = 0.0;     ///< h, in the units of J
  lattice::Boundary boundary = lattice::Boundary::periodic;

  /// Error(input) for values that the command line refuses; so for all below.
  operator std::shared_ptr<const Model>() const;
};

/// "ising-chain": the same on a chain.
struct IsingChain {
  int side = 10;  ///< number of spins, >= 2
  double coupling = 1.0;
  double field = 0.0;
  lattice::Boundary boundary = lattice::Boundary::periodic;

  operator std::shared_ptr<const Model>() const;
};

/// "ising-power-law": H = -J sum_{i<j} sum_images |r_ij|^-(d + sigma) s_i s_j - h sum_i s_i, periodic.
struct IsingPowerLaw {
  Sides side = 10;             ///< of a chain the first one counts
  std::int64_t dimension = 2;  ///< d: 1 or 2
  double sigma = 1.0;          ///< > 0
  double coupling = 1.0;       ///< J, the coupling at distance 1
  double field = 0.0;
  std::string images = "sum";  ///< "sum": couplings to all periodic images added up; "minimum": the nearest

  operator std::shared_ptr<const Model>() const;
};

/// "ising-infinite-range": H = -(J / N) sum_{i<j} s_i s_j - h sum_i s_i.
struct IsingInfiniteRange {
  int side = 10;          ///< N, the number of spins, >= 2
  double coupling = 1.0;  ///< J, N times the coupling of any two spins
  double field = 0.0;

  operator std::shared_ptr<const Model>() const;
};

}  // namespace spinflow::models

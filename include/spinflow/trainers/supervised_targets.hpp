// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::trainers {

/// What a net is asked to make of every row of an ensemble. Exactly one of `spins`, `classes`, `numbers` has
/// rows; it decides the loss: mean squared error for spins and numbers, softmax cross-entropy for classes.
struct Targets {
  std::string name = {};            ///< "decimation:4", "label:temperature", ...: becomes Dense::purpose
  std::size_t n_outputs = 0;        ///< width of the net's last layer
  kernels::PackedSpins spins = {};  ///< (n, n_outputs)
  std::vector<std::uint32_t> classes = {};       ///< (n), each below n_outputs
  std::vector<float> numbers = {};               ///< (n), n_outputs = 1
  std::optional<lattice::Lattice> lattice = {};  ///< where `spins` live: makes the net a transformation
  std::vector<double> temperatures = {};         ///< of the classes, ascending, in J/k_B; else empty
};

}  // namespace spinflow::trainers

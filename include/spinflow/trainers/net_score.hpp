// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/trainers/supervised.hpp"

namespace spinflow::trainers {

/// What a net makes of rows with known targets.
struct NetScore {
  double loss = 0;  ///< mean over rows and outputs, as in training: squared error, of classes cross entropy
  /// Fraction of right classes, or of outputs with the sign of the target's spin; NaN for numbers.
  double accuracy = std::numeric_limits<double>::quiet_NaN();
};
///     auto score = trainers::score_of(networks::DenseForward(net), test.spins, targets);
///     score.accuracy;
///
/// `v`: (n, n_visible), n >= 1, one row per target.
[[nodiscard]] NetScore score_of(const networks::DenseForward& net, const kernels::PackedSpins& v,
                                const Targets& targets);

/// Fraction of equal spins of two matrices of one shape.
[[nodiscard]] double fraction_equal(const kernels::PackedSpins& a, const kernels::PackedSpins& b);

/// The signs of a net's outputs beside the spins they should be.
struct NetSigns {
  kernels::PackedSpins spins;  ///< (n, n_outputs); 0 counts as up
  double accuracy = 0;         ///< fraction with the target's sign
  double loss = 0;             ///< mean of (output - target)^2
};
/// `v`: (n, n_visible), n >= 1; `targets`: (n, n_outputs).
[[nodiscard]] NetSigns signs_of(const networks::Dense& net, const kernels::PackedSpins& v,
                                const kernels::PackedSpins& targets);

}  // namespace spinflow::trainers

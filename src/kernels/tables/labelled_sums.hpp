// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

/// Sums of the same numbers over many subsets: sums[p] = sum of values[j] over the rows j with labels(j, p) =
/// +1, in float and in the order of the rows, whatever the vector width. `values`: (n), n <= rows of
/// `labels`, finite; the further rows do not count. `sums`: (columns of `labels`).
void labelled_sums(std::span<const float> values, const PackedSpins& labels, std::span<float> sums);

namespace reference {
/// The obvious twin.
void labelled_sums(std::span<const float> values, const PackedSpins& labels, std::span<float> sums);
}  // namespace reference

}  // namespace spinflow::kernels

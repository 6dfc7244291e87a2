// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::exact {

/// Migdal and Kadanoff's approximate recursion of the nearest-neighbour Ising model, bonds moved first:
/// K' = artanh(tanh^b(b^(d-1) K)) (Migdal 1975, Kadanoff 1976); exact in d = 1. K >= 0, b >= 2, d = 1, 2.
[[nodiscard]] double migdal_kadanoff(double coupling, int factor, int dimension);

/// Its unstable fixed point (d = 2): K* > 0.
[[nodiscard]] double migdal_kadanoff_fixed_point(int factor);

}  // namespace spinflow::exact

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/exact/enumeration.hpp"

namespace spinflow::exact {

/// Exact means of the Curie-Weiss model H = -(J / 2N) (M^2 - N) - h M (models: ising-infinite-range): the sum
/// over the numbers of up spins with their binomial weights, taken in logarithms. `n`: 1 .. 10^8 spins;
/// `coupling` J, `field` h, `temperature` in J/k_B, >= 0. Error(input) for anything else.
[[nodiscard]] ExactMeans curie_weiss(int n, double coupling, double field, double temperature);

}  // namespace spinflow::exact

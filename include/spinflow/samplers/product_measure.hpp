// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// `n` configurations of independent spins of mean `m` or -`m`, one sign per configuration at random: draws
/// of exact::ProductMeasure on the model's lattice, with the energies of the model and no temperature.
///
///     auto rows = samplers::product_measure(model, exact::product_of_energy(-1.2, 100).m, 1000, 1);
///
/// `m`: 0 .. 1.
[[nodiscard]] ensemble::Ensemble product_measure(const std::shared_ptr<const models::Model>& model, double m,
                                                 std::int64_t n, std::uint64_t seed);

}  // namespace spinflow::samplers

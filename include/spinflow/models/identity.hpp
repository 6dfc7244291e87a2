// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "spinflow/models/model.hpp"

namespace spinflow::models {

/// The unit of energy in which temperatures and fields become pure numbers, > 0: |J| (option `coupling`), or
/// |h| if J = 0, or 1 if both are 0.
[[nodiscard]] double energy_unit(const Model& model);

/// One line that identifies a Hamiltonian: name, lattice, boundary, options. The options `coupling` and
/// `field` are energies and are divided by `energy_unit`, to 12 significant digits, so the identity is the
/// same in all units of energy. Random streams depend on this text, so it must not change.
[[nodiscard]] std::string identity(const Model& model);

/// The same with temperatures, in the order given. `temperatures`: in the model's units of energy, >= 0 or
/// infinite.
[[nodiscard]] std::string identity(const Model& model, std::span<const double> temperatures);

}  // namespace spinflow::models

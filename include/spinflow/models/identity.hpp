// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "spinflow/models/model.hpp"

namespace spinflow::models {

/// The energy that makes temperatures and fields pure numbers: |J| of the option `coupling`, where that is 0
/// |h|, where both are 0 one. > 0.
[[nodiscard]] double energy_unit(const Model& model);

/// What tells two Hamiltonians apart, on one line: name, lattice, boundary, options. The options `coupling`
/// and `field` are energies and stand in `energy_unit`, to 12 significant digits, so that one physics has one
/// identity in all units of energy. For keys of random streams: the text is an interface.
[[nodiscard]] std::string identity(const Model& model);

/// The same with temperatures, in the order given. `temperatures`: in the model's units of energy, >= 0 or
/// infinite.
[[nodiscard]] std::string identity(const Model& model, std::span<const double> temperatures);

}  // namespace spinflow::models

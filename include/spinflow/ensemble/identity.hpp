// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::ensemble {

/// One line that identifies a set of configurations: the lattice, the number of rows and a digest of the
/// spins. Random streams depend on this text, so it must not change. `spins`: (n, n_sites of `lattice`).
[[nodiscard]] std::string identity(const lattice::Lattice& lattice, const kernels::PackedSpins& spins);

}  // namespace spinflow::ensemble

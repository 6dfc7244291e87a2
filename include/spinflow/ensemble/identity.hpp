// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::ensemble {

/// What tells two sets of configurations apart, on one line: the lattice, the number of rows and a digest of
/// the spins. For keys of random streams: the text is an interface.
[[nodiscard]] std::string identity(const lattice::Lattice& lattice, const kernels::PackedSpins& spins);

}  // namespace spinflow::ensemble

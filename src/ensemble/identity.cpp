// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/identity.hpp"

#include <fmt/format.h>

#include "spinflow/base/digest.hpp"

namespace spinflow::ensemble {

std::string identity(const lattice::Lattice& lattice, const kernels::PackedSpins& spins) {
  base::Digest digest;
  digest.add(spins.words());
  return fmt::format("{} configurations {} {} {:016x}", spins.n_rows(), lattice.text(),
                     lattice::to_string(lattice.boundary()), digest.value());
}

}  // namespace spinflow::ensemble

// SPDX-License-Identifier: Apache-2.0
#include "transformations/coarse_lattice.hpp"

#include <fmt/format.h>

#include "spinflow/base/error.hpp"

namespace spinflow::transformations {

lattice::Lattice coarse_lattice(const lattice::Lattice& fine, std::int64_t factor, std::string_view where) {
  const auto b = static_cast<int>(factor);
  const bool square = fine.dimension() == 2;
  const bool divides = fine.lx() % b == 0 && (!square || fine.ly() % b == 0);
  const bool large_enough = fine.lx() / b >= 2 && (!square || fine.ly() / b >= 2);
  if (!divides || !large_enough)
    throw input_error(where, fmt::format("blocks of side {} do not fit a lattice of {}", b, fine.text()),
                      "the factor must divide every side and leave at least 2 blocks; try another factor, "
                      "fewer steps or another lattice");
  if (!square) return lattice::Lattice::chain(fine.lx() / b, fine.boundary());
  return lattice::Lattice::square(fine.lx() / b, fine.ly() / b, fine.boundary());
}

}  // namespace spinflow::transformations

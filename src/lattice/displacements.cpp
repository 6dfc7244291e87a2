// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/displacements.hpp"

#include <cstdlib>

#include "lattice/wrapped.hpp"

namespace spinflow::lattice {

namespace {

/// Places of one side's displacements, and that of zero among them.
int extent(int side, Boundary boundary) { return boundary == Boundary::periodic ? side : 2 * side - 1; }
int zero_place(int side, Boundary boundary) {
  return boundary == Boundary::periodic ? (side - 1) / 2 : side - 1;
}

}  // namespace

Displacements::Displacements(const Lattice& lattice)
    : lattice_(lattice),
      width_(extent(lattice.lx(), lattice.boundary())),
      height_(extent(lattice.ly(), lattice.boundary())),
      origin_x_(zero_place(lattice.lx(), lattice.boundary())),
      origin_y_(zero_place(lattice.ly(), lattice.boundary())) {}

std::size_t Displacements::pixel(int dx, int dy) const {
  return static_cast<std::size_t>(wrapped(dy + origin_y_, height_)) * static_cast<std::size_t>(width_) +
         static_cast<std::size_t>(wrapped(dx + origin_x_, width_));
}

std::size_t Displacements::origin() const { return pixel(0, 0); }

std::size_t Displacements::between(int from, int to) const {
  return pixel(to % lattice_.lx() - from % lattice_.lx(), to / lattice_.lx() - from / lattice_.lx());
}

std::size_t Displacements::opposite(std::size_t of) const { return pixel(-dx(of), -dy(of)); }

std::size_t Displacements::pairs(std::size_t of) const {
  if (lattice_.boundary() == Boundary::periodic) return static_cast<std::size_t>(lattice_.n_sites());
  return static_cast<std::size_t>(lattice_.lx() - std::abs(dx(of))) *
         static_cast<std::size_t>(lattice_.ly() - std::abs(dy(of)));
}

}  // namespace spinflow::lattice

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::lattice {

/// The displacements d = (dx, dy) between two sites, laid out as an image with d = 0 in the middle: pixel
/// (x, y) has index y * width + x. Periodic: dx = -floor((Lx - 1) / 2) .. floor(Lx / 2), Lx of them, likewise
/// dy, so every pair of sites has one displacement. Open: dx = -(Lx - 1) .. Lx - 1.
class Displacements {
 public:
  explicit Displacements(const Lattice& lattice);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  /// Number of displacements, with d = 0.
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(width_) * height_; }
  /// Index of d = 0.
  [[nodiscard]] std::size_t origin() const;

  [[nodiscard]] int dx(std::size_t pixel) const { return static_cast<int>(pixel) % width_ - origin_x_; }
  [[nodiscard]] int dy(std::size_t pixel) const { return static_cast<int>(pixel) / width_ - origin_y_; }
  /// Index of the displacement that leads from one site to another.
  [[nodiscard]] std::size_t between(int from, int to) const;
  /// Index of -d.
  [[nodiscard]] std::size_t opposite(std::size_t pixel) const;
  /// Ordered pairs of sites with this displacement: N on a periodic lattice.
  [[nodiscard]] std::size_t pairs(std::size_t pixel) const;

 private:
  [[nodiscard]] std::size_t pixel(int dx, int dy) const;

  Lattice lattice_;
  int width_;
  int height_;
  int origin_x_;
  int origin_y_;
};

}  // namespace spinflow::lattice

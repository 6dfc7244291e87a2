// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spinflow::lattice {

enum class Boundary { periodic, open };

[[nodiscard]] std::string_view to_string(Boundary boundary);
/// "periodic" or "open"; otherwise Error(input).
[[nodiscard]] Boundary boundary_from(std::string_view text, std::string_view where);

/// A chain (dimension 1) or a rectangle of the square lattice (dimension 2). A value; copies share their
/// tables. Site (x, y) has index y * lx + x. A periodic side of length 2 carries both of its bonds, as the
/// transfer matrix and Kaufman's formula count them.
///
///     auto lattice = lattice::Lattice::square(16, 10);
///     for (const auto& [i, j] : lattice.bonds()) bonds += spins[i] * spins[j];
class Lattice {
 public:
  /// `n` >= 2 sites in a ring (periodic) or a line (open). Error(input) otherwise.
  static Lattice chain(int n, Boundary boundary = Boundary::periodic);
  /// Sides >= 2. Error(input) otherwise.
  static Lattice square(int lx, int ly, Boundary boundary = Boundary::periodic);

  [[nodiscard]] int dimension() const { return dimension_; }
  [[nodiscard]] int lx() const { return lx_; }
  /// 1 for a chain.
  [[nodiscard]] int ly() const { return ly_; }
  [[nodiscard]] int n_sites() const { return lx_ * ly_; }
  [[nodiscard]] Boundary boundary() const { return boundary_; }
  /// Array shape of one configuration: {L} or {Ly, Lx}.
  [[nodiscard]] std::vector<std::size_t> shape() const;
  /// "10x8" (Lx x Ly) or "64".
  [[nodiscard]] std::string text() const;

  [[nodiscard]] int site(int x, int y) const { return y * lx_ + x; }
  /// Nearest neighbours of a site, in the order right, left, up (y + 1), down; missing ones left out at an
  /// open edge.
  [[nodiscard]] std::span<const std::int32_t> neighbours(int site) const;
  /// Each nearest-neighbour bond once: (site, its right or upper neighbour), in site order.
  [[nodiscard]] std::span<const std::pair<std::int32_t, std::int32_t>> bonds() const;
  /// No bond joins sites of one checkerboard colour (false for odd periodic sides): then J < 0 is not
  /// frustrated.
  [[nodiscard]] bool bipartite() const;

  friend bool operator==(const Lattice& a, const Lattice& b) {
    return a.dimension_ == b.dimension_ && a.lx_ == b.lx_ && a.ly_ == b.ly_ && a.boundary_ == b.boundary_;
  }

 private:
  struct Tables;
  Lattice(int dimension, int lx, int ly, Boundary boundary);

  int dimension_;
  int lx_;
  int ly_;
  Boundary boundary_;
  std::shared_ptr<const Tables> tables_;
};

/// "10" -> 10x10 in dimension 2, chain of 10 in dimension 1; "16x10" -> Lx = 16, Ly = 10. Error(input) naming
/// `where`.
[[nodiscard]] Lattice lattice_from_text(std::string_view text, int dimension, Boundary boundary,
                                        std::string_view where);

}  // namespace spinflow::lattice

// SPDX-License-Identifier: Apache-2.0
#include "ensemble/pair_sums.hpp"

#include <algorithm>

#include "ensemble/row_pieces.hpp"
#include "kernels/bit_counts.hpp"

namespace spinflow::ensemble {

PairSums::PairSums(const lattice::Lattice& lattice, int r)
    : words_((static_cast<std::size_t>(lattice.n_sites()) + 63) / 64) {
  add_displacement(lattice, r, 0);
  if (lattice.dimension() == 2) add_displacement(lattice, 0, r);
}

PairSums::PairSums(const lattice::Lattice& lattice, int dx, int dy)
    : words_((static_cast<std::size_t>(lattice.n_sites()) + 63) / 64) {
  add_displacement(lattice, dx, dy);
}

void PairSums::add_displacement(const lattice::Lattice& lattice, int dx, int dy) {
  const bool ring = lattice.boundary() == lattice::Boundary::periodic;
  const std::size_t first = moves_.size();
  for (int y = 0; y < lattice.ly(); ++y) {
    for (int x = 0; x < lattice.lx(); ++x) {
      const bool stays = x + dx >= 0 && x + dx < lattice.lx() && y + dy >= 0 && y + dy < lattice.ly();
      if (!stays && !ring) continue;
      const int site = lattice.site(x, y);
      const int partner =
          lattice.site((x + dx + lattice.lx()) % lattice.lx(), (y + dy + lattice.ly()) % lattice.ly());
      // Pairs inside and pairs around each edge differ in their shift: four moves at most.
      auto move = std::find_if(moves_.begin() + static_cast<std::ptrdiff_t>(first), moves_.end(),
                               [&](const Move& m) { return m.shift == partner - site; });
      if (move == moves_.end())
        move = moves_.insert(moves_.end(), Move{partner - site, std::vector<std::uint64_t>(words_)});
      move->mask[static_cast<std::size_t>(site) / 64] |= std::uint64_t{1} << (site % 64);
      ++pairs_;
    }
  }
}

void PairSums::measure(std::span<const std::uint64_t> rows, std::span<std::int64_t> sums) const {
  // Shifting reads beyond the ends of a row, and the masks discard what comes from there.
  std::vector<std::uint64_t> padded(rows.size() + 2 * (words_ + 1));
  std::ranges::copy(rows, padded.begin() + static_cast<std::ptrdiff_t>(words_ + 1));
  std::vector<std::int64_t> unequal(sums.size());
  for (const Move& move : moves_) kernels::count_unequal_partners(padded, move.shift, move.mask, unequal);
  for (std::size_t n = 0; n < sums.size(); ++n) sums[n] = pairs_ - 2 * unequal[n];
}

void PairSums::per_pair(const kernels::PackedSpins& spins, std::span<double> values) const {
  const double norm = 1.0 / static_cast<double>(pairs_);
  for_row_pieces(spins, [&](std::size_t first, std::size_t count) {
    std::vector<std::int64_t> sums(count);
    measure(spins.words().subspan(first * spins.words_per_row(), count * spins.words_per_row()), sums);
    for (std::size_t i = 0; i < count; ++i) values[first + i] = norm * static_cast<double>(sums[i]);
  });
}

namespace reference {

std::int64_t pair_sum(const lattice::Lattice& lattice, int r, std::span<const std::int8_t> spins) {
  const bool ring = lattice.boundary() == lattice::Boundary::periodic;
  std::int64_t sum = 0;
  for (int y = 0; y < lattice.ly(); ++y) {
    for (int x = 0; x < lattice.lx(); ++x) {
      const std::int8_t here = spins[static_cast<std::size_t>(lattice.site(x, y))];
      if (ring || x + r < lattice.lx())
        sum += here * spins[static_cast<std::size_t>(lattice.site((x + r) % lattice.lx(), y))];
      if (lattice.dimension() == 2 && (ring || y + r < lattice.ly()))
        sum += here * spins[static_cast<std::size_t>(lattice.site(x, (y + r) % lattice.ly()))];
    }
  }
  return sum;
}

}  // namespace reference

}  // namespace spinflow::ensemble

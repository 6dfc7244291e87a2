// SPDX-License-Identifier: Apache-2.0
#include "models/pair_table.hpp"

#include <cstddef>
#include <utility>

#include "kernels/bit_counts.hpp"

namespace spinflow::models {

namespace {

/// One row of spins on a ring, as bits, and what it becomes when it is turned.
class Ring {
 public:
  explicit Ring(std::span<const std::int8_t> spins)
      : length_(spins.size()), twice_((2 * spins.size() + 63) / 64 + 1) {
    // Written out twice, so that every window of a whole length is there.
    for (std::size_t i = 0; i < 2 * length_; ++i)
      if (spins[i < length_ ? i : i - length_] > 0) twice_[i / 64] |= std::uint64_t{1} << (i % 64);
  }

  [[nodiscard]] static std::size_t words(std::size_t length) { return (length + 63) / 64; }

  /// Bit i of `row` becomes spin i + shift. `row`: (words()), high bits of the last word zero.
  void turned(std::size_t shift, std::uint64_t* row) const {
    const std::size_t n = words(length_);
    const std::uint64_t* const from = twice_.data() + shift / 64;
    const auto low = static_cast<unsigned>(shift % 64);
    // Shifting by 64 is undefined: the upper word moves by 63 - low and once more.
    for (std::size_t w = 0; w < n; ++w) row[w] = (from[w] >> low) | ((from[w + 1] << 1) << (63 - low));
    if (length_ % 64 != 0) row[n - 1] &= (std::uint64_t{1} << (length_ % 64)) - 1;
  }

 private:
  std::size_t length_;
  std::vector<std::uint64_t> twice_;
};

}  // namespace

PairTable::PairTable(lattice::Lattice lattice, std::vector<double> couplings)
    : lattice_(std::move(lattice)), couplings_(std::move(couplings)) {}

double PairTable::energy(std::span<const std::int8_t> spins) const {
  const auto lx = static_cast<std::size_t>(lattice_.lx());
  const auto ly = static_cast<std::size_t>(lattice_.ly());
  const std::size_t row_words = Ring::words(lx);
  const std::size_t words = ly * row_words;
  std::vector<Ring> rings;
  rings.reserve(ly);
  for (std::size_t y = 0; y < ly; ++y) rings.emplace_back(spins.subspan(y * lx, lx));
  std::vector<std::uint64_t> plain(words);
  for (std::size_t y = 0; y < ly; ++y) rings[y].turned(0, plain.data() + y * row_words);
  // The lattice turned by dx, its rows written out twice, so that a turn by dy is a window.
  std::vector<std::uint64_t> turned(2 * words);
  const auto n_sites = static_cast<double>(spins.size());
  double energy = 0;
  // Of r and -r one is visited; where they are the same displacement each pair has been counted twice.
  for (std::size_t dx = 0; dx <= lx / 2; ++dx) {
    for (std::size_t y = 0; y < 2 * ly; ++y)
      rings[y < ly ? y : y - ly].turned(dx, turned.data() + y * row_words);
    const bool own_x = dx == 0 || 2 * dx == lx;
    for (std::size_t dy = 0; dy <= (own_x ? ly / 2 : ly - 1); ++dy) {
      const double coupling = couplings_[dy * lx + dx];
      if (coupling == 0) continue;
      const std::int64_t unequal =
          kernels::unequal_bits(plain, std::span(turned).subspan(dy * row_words, words));
      const bool own = own_x && (dy == 0 || 2 * dy == ly);
      energy -= (own ? 0.5 * coupling : coupling) * (n_sites - 2 * static_cast<double>(unequal));
    }
  }
  return energy;
}

double PairTable::field_at(std::span<const std::int8_t> spins, int site) const {
  const int lx = lattice_.lx();
  const int ly = lattice_.ly();
  const int x = site % lx;
  const int y = site / lx;
  double field = 0;
  for (int to_y = 0; to_y < ly; ++to_y) {
    const std::size_t row = static_cast<std::size_t>(to_y) * static_cast<std::size_t>(lx);
    const double* const couplings =
        couplings_.data() + static_cast<std::size_t>((to_y - y + ly) % ly) * static_cast<std::size_t>(lx);
    for (int to_x = 0; to_x < x; ++to_x)
      field += couplings[to_x - x + lx] * spins[row + static_cast<std::size_t>(to_x)];
    for (int to_x = x; to_x < lx; ++to_x)
      field += couplings[to_x - x] * spins[row + static_cast<std::size_t>(to_x)];
  }
  return field;
}

namespace reference {

double pair_energy(const lattice::Lattice& lattice, std::span<const double> couplings,
                   std::span<const std::int8_t> spins) {
  double energy = 0;
  for (int i = 0; i < lattice.n_sites(); ++i)
    for (int j = 0; j < i; ++j) {
      const int dx = (i % lattice.lx() - j % lattice.lx() + lattice.lx()) % lattice.lx();
      const int dy = i / lattice.lx() - j / lattice.lx();
      energy -= couplings[static_cast<std::size_t>(lattice.site(dx, dy))] *
                spins[static_cast<std::size_t>(i)] * spins[static_cast<std::size_t>(j)];
    }
  return energy;
}

}  // namespace reference

}  // namespace spinflow::models

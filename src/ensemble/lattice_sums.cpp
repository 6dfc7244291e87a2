// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/lattice_sums.hpp"

#include <algorithm>

#include "kernels/bit_counts.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::ensemble {

namespace {

/// `n` <= 64 bits of a row of spins from bit `first` on.
std::uint64_t bits_from(std::span<const std::uint64_t> words, std::size_t first, std::size_t n) {
  const std::size_t offset = first % 64;
  std::uint64_t bits = words[first / 64] >> offset;
  if (offset + n > 64) bits |= words[first / 64 + 1] << (64 - offset);
  return n == 64 ? bits : bits & ((std::uint64_t{1} << n) - 1);
}

}  // namespace

LatticeSums::LatticeSums(std::span<const lattice::Interaction> interactions, const lattice::Lattice& lattice,
                         std::string_view where)
    : lx_(lattice.lx()), ly_(lattice.ly()), words_((static_cast<std::size_t>(lx_) + 63) / 64) {
  if (lattice.boundary() != lattice::Boundary::periodic)
    throw input_error(where, "sums are taken over periodic lattices, and this one has open edges",
                      "use a periodic one");
  for (const auto& interaction : interactions) {
    lattice::check_fits(interaction, lattice, where);
    odd_.push_back(interaction.odd());
    products_.emplace_back();
    for (const auto& image : lattice::images(interaction, lattice.dimension())) {
      Product product;
      for (const auto& [x, y] : image) {
        const auto found = std::ranges::find(shifts_, x % lx_) - shifts_.begin();
        if (found == std::ssize(shifts_)) shifts_.push_back(x % lx_);
        product.planes.push_back(static_cast<std::size_t>(found) * static_cast<std::size_t>(ly_) * words_);
        product.first_words.push_back(static_cast<std::size_t>(y % ly_) * words_);
      }
      products_.back().push_back(std::move(product));
    }
  }
  bits_.resize(static_cast<std::size_t>(ly_) * words_);
  planes_.resize(shifts_.size() * bits_.size());
}

void LatticeSums::shift(const kernels::PackedSpins& spins, std::size_t row) {
  const auto lx = static_cast<std::size_t>(lx_);
  const auto words = spins.row(row);
  for (std::size_t s = 0; s < shifts_.size(); ++s)
    for (std::size_t y = 0; y < static_cast<std::size_t>(ly_); ++y)
      for (std::size_t w = 0; w < words_; ++w) {
        // Bit x of the shifted row is the spin at x + dx: up to the end of the row, then from its beginning.
        const std::size_t n = std::min<std::size_t>(64, lx - 64 * w);
        const std::size_t from = 64 * w + static_cast<std::size_t>(shifts_[s]);
        std::uint64_t bits = 0;
        const std::size_t before = from < lx ? std::min(n, lx - from) : 0;
        if (before > 0) bits = bits_from(words, y * lx + from, before);
        if (before < n) bits |= bits_from(words, y * lx + (from + before) % lx, n - before) << before;
        planes_[(s * static_cast<std::size_t>(ly_) + y) * words_ + w] = bits;
      }
}

std::int64_t LatticeSums::odd_sites(const Product& product) {
  // The rows of a shift in y, from dy on and then from the beginning, against rows 0, 1, ... of the others.
  const std::size_t n = bits_.size();
  const auto last = product.planes.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    const std::uint64_t* plane = planes_.data() + product.planes[i];
    const std::size_t from = product.first_words[i];
    if (i == 0) {
      std::copy(plane + from, plane + n, bits_.begin());
      std::copy(plane, plane + from, bits_.end() - static_cast<std::ptrdiff_t>(from));
    } else {
      for (std::size_t w = 0; w < n - from; ++w) bits_[w] ^= plane[from + w];
      for (std::size_t w = 0; w < from; ++w) bits_[n - from + w] ^= plane[w];
    }
  }
  if (last == 0) std::ranges::fill(bits_, 0);
  const std::span plane(planes_.data() + product.planes[last], n);
  const std::size_t from = product.first_words[last];
  const std::span<const std::uint64_t> bits = bits_;
  return kernels::unequal_bits(bits.first(n - from), plane.subspan(from)) +
         kernels::unequal_bits(bits.last(from), plane.first(from));
}

void LatticeSums::measure(const kernels::PackedSpins& spins, std::size_t row, std::span<std::int64_t> sums) {
  shift(spins, row);
  const std::int64_t n_sites = std::int64_t{lx_} * ly_;
  for (std::size_t a = 0; a < products_.size(); ++a) {
    std::int64_t n_odd = 0;
    for (const auto& product : products_[a]) n_odd += odd_sites(product);
    // A product of n spins, n_+ of them up, is (-1)^(n - n_+).
    const std::int64_t n_terms = n_sites * static_cast<std::int64_t>(products_[a].size());
    sums[a] = odd_[a] ? 2 * n_odd - n_terms : n_terms - 2 * n_odd;
  }
}

namespace reference {

std::vector<std::int64_t> lattice_sums(std::span<const lattice::Interaction> interactions,
                                       const lattice::Lattice& lattice, const kernels::PackedSpins& spins,
                                       std::size_t row) {
  std::vector<std::int64_t> sums;
  for (const auto& interaction : interactions) {
    sums.push_back(0);
    for (const auto& term : lattice::terms(interaction, lattice, "lattice sums")) {
      std::int64_t product = 1;
      for (const auto site : term) product *= spins.spin(row, static_cast<std::size_t>(site));
      sums.back() += product;
    }
  }
  return sums;
}

}  // namespace reference

}  // namespace spinflow::ensemble

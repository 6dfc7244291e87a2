// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

/// Replicas in a block: one per bit of a 512-bit word.
inline constexpr std::size_t block_lanes = 512;

/// One bit for each replica of a block: lane l is bit l % 64 of word l / 64.
using LaneBits = std::array<std::uint64_t, 8>;

/// 512 replicas of one system side by side: for every site one 512-bit word whose bit l is the spin of
/// replica l (1 = up). Shape (n_sites + 1, 8): the extra site at the end is down for ever and stands in for
/// missing neighbours.
class LaneSpins {
 public:
  /// All spins down.
  explicit LaneSpins(std::size_t n_sites) : n_sites_(n_sites), words_(8 * (n_sites + 1)) {}

  [[nodiscard]] std::size_t n_sites() const { return n_sites_; }
  /// (n_sites + 1, 8), each site on a 64-byte boundary.
  [[nodiscard]] std::uint64_t* data() { return words_.data(); }
  [[nodiscard]] const std::uint64_t* data() const { return words_.data(); }

  [[nodiscard]] bool up(std::size_t site, std::size_t lane) const {
    return ((words_[8 * site + lane / 64] >> (lane % 64)) & 1u) != 0;
  }
  void set(std::size_t site, std::size_t lane, bool up) {
    const std::uint64_t mask = std::uint64_t{1} << (lane % 64);
    auto& word = words_[8 * site + lane / 64];
    word = up ? word | mask : word & ~mask;
  }
  /// Flips every spin of the lanes whose bit is set.
  void flip(const LaneBits& lanes);

  friend bool operator==(const LaneSpins&, const LaneSpins&) = default;

 private:
  std::size_t n_sites_;
  std::vector<std::uint64_t, detail::CacheAligned<std::uint64_t>> words_;
};

/// Rows [first, first + count) of `rows` into lanes 0, 1, ..., count <= 512; the other lanes are all down.
[[nodiscard]] LaneSpins lanes_from_rows(const PackedSpins& rows, std::size_t first, std::size_t count);

/// The inverse: lanes 0 ... count - 1 into rows [first, first + count).
void lanes_to_rows(const LaneSpins& lanes, PackedSpins& rows, std::size_t first, std::size_t count);

/// Number of up spins of each lane. `counts`: (512).
void count_up(const LaneSpins& lanes, std::span<std::uint32_t> counts);

/// Number of bonds between unequal spins of each lane. `bonds`: pairs of sites; `counts`: (512).
void count_unequal(const LaneSpins& lanes, std::span<const std::pair<std::int32_t, std::int32_t>> bonds,
                   std::span<std::uint32_t> counts);

/// Number of up spins of each lane after the sites i with odd[i] != 0 are flipped in thought: the staggered
/// magnetization. `odd`: (n_sites).
void count_up_staggered(const LaneSpins& lanes, std::span<const std::uint8_t> odd,
                        std::span<std::uint32_t> counts);

namespace reference {
/// The obvious twins, spin by spin.
void count_up(const LaneSpins& lanes, std::span<std::uint32_t> counts);
void count_unequal(const LaneSpins& lanes, std::span<const std::pair<std::int32_t, std::int32_t>> bonds,
                   std::span<std::uint32_t> counts);
void count_up_staggered(const LaneSpins& lanes, std::span<const std::uint8_t> odd,
                        std::span<std::uint32_t> counts);
}  // namespace reference

}  // namespace spinflow::kernels

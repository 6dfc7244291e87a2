// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// How chains of a pilot run start. A chain that starts ordered misses modes that are rare but slow, such as
/// a pair of walls across a strip. A chain that starts with walls shows how long they last.
enum class Start : std::uint8_t {
  ordered,  ///< ordered_starts
  halves,   ///< one half along the longer side flipped: two walls at the largest distance
  slabs,    ///< every other slab flipped, each as long as the shorter side: many walls
  random    ///< every spin +-1 with probability 1/2
};

/// Local updates move walls step by step; cluster updates can create and remove them at once.
enum class Moves { local, clusters };

/// The kinds of start of a pilot run at `temperature` for `n` configurations: chain c starts in kind c modulo
/// their number. Only `ordered` where walls do not matter (walls_matter).
[[nodiscard]] std::vector<Start> pilot_starts(const models::Model& model, double temperature, std::size_t n,
                                              Moves moves);

/// The sites that `halves` and `slabs` turn over, none for other kinds. (n_sites)
[[nodiscard]] std::vector<std::uint8_t> turned_sites(const lattice::Lattice& lattice, Start start);

/// An ordered start becomes one of kind `start`. `turned`: turned_sites of that kind; `state`: (n_sites),
/// +-1; `random`: whose coins `random` throws.
void become(Start start, std::span<const std::uint8_t> turned, base::RandomStream& random,
            std::span<std::int8_t> state);

/// Probability that an equilibrium configuration has walls across the lattice between two ordered phases. For
/// a periodic strip without field it is 1 - 1/cosh(length/(2 xi)) with the exact correlation length xi;
/// otherwise it is estimated from the tension of straight walls and is rather too large. 1 above T_c.
[[nodiscard]] double wall_probability(const models::Model& model, double temperature);

/// Whether walls matter: with a probability above 1 per cent at least one of n configurations has walls, and
/// the walls last longer than a few sweeps (as they do not far above T_c).
[[nodiscard]] bool walls_matter(const models::Model& model, double temperature, std::size_t n);

/// The Error(input) of a pilot run at this temperature in which, after `sweeps` updates, chains from
/// different starts still differ or tau_int is not known. It names the other samplers that accept the model.
[[noreturn]] void refuse_slow(std::string_view sampler, const models::Model& model, double temperature,
                              std::int64_t sweeps, bool agreed);

/// Whether the lattice is a strip at least twice as long as wide, of nearest neighbours that do not compete,
/// with order reaching further along it than its width: walls across it are then the slow mode.
[[nodiscard]] bool ordered_strip(const models::Model& model, double temperature);

}  // namespace spinflow::samplers

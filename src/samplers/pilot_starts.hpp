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

/// Where the chains of a pilot run begin. A chain that begins in order never meets what is rare but slow,
/// such as a pair of walls across a strip; one that begins on the other side of it shows how long it lasts.
enum class Start : std::uint8_t {
  ordered,  ///< ordered_starts
  halves,   ///< one half along the longer side turned over: two walls as far apart as can be
  slabs,    ///< turned over slab by slab, each as long as the shorter side: many walls
  random    ///< coins
};

/// Local updates take away walls one by one, clusters all at once.
enum class Moves { local, clusters };

/// The kinds of start of a pilot run at `temperature` for `n` configurations: chain c begins in kind c modulo
/// their number. Only `ordered` where walls_matter says no: there walls that never go away would have to.
[[nodiscard]] std::vector<Start> pilot_starts(const models::Model& model, double temperature, std::size_t n,
                                              Moves moves);

/// The sites that `halves` and `slabs` turn over, none for other kinds. (n_sites)
[[nodiscard]] std::vector<std::uint8_t> turned_sites(const lattice::Lattice& lattice, Start start);

/// An ordered start becomes one of kind `start`. `turned`: turned_sites of that kind; `state`: (n_sites),
/// +-1; `random`: whose coins `random` throws.
void become(Start start, std::span<const std::uint8_t> turned, base::RandomStream& random,
            std::span<std::int8_t> state);

/// Probability that an equilibrium configuration has walls across the lattice between two ordered phases: by
/// the exact correlation length of the periodic strip without field, xi, 1 - 1/cosh(length/2 xi); otherwise
/// an estimate that is rather too large, by the tension of straight walls. 1 above T_c.
[[nodiscard]] double wall_probability(const models::Model& model, double temperature);

/// Whether n configurations would differ from those without walls (with a probability above 1 per cent), and
/// walls are not gone at once, as they are high above T_c.
[[nodiscard]] bool walls_matter(const models::Model& model, double temperature, std::size_t n);

/// Error(input): the pilot run at this temperature has had `sweeps` updates, and chains from different starts
/// still differ, or their tau_int is not known yet.
[[noreturn]] void refuse_slow(std::string_view sampler, double temperature, std::int64_t sweeps, bool agreed);

/// Whether the lattice is a strip at least twice as long as wide, of nearest neighbours that do not compete,
/// with order reaching further along it than its width: walls across it are then the slow mode.
[[nodiscard]] bool ordered_strip(const models::Model& model, double temperature);

}  // namespace spinflow::samplers

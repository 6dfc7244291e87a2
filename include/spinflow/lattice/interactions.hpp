// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::lattice {

/// (x, y) of sites relative to each other; on a chain y is 0.
using Shape = std::vector<std::pair<int, int>>;

/// A term S = sum_X prod_{i in X} s_i of a Hamiltonian -H/(k_B T) = sum_a K_a S_a: X runs over one set of
/// sites and all its images under translations, rotations and reflections, each image once.
struct Interaction {
  std::string name;  ///< as interaction_from reads it
  Shape sites;       ///< one of the sets

  /// An odd number of sites: it changes sign with all spins.
  [[nodiscard]] bool odd() const { return sites.size() % 2 == 1; }
};

/// "field" (one site), "nearest", "next-nearest" (across a square's diagonal; on a chain two apart), "third"
/// (two apart along an axis; on a chain three apart), "plaquette" (not on a chain); or any set of sites
/// written as "0,0/1,0/2,1" (x,y per site, 1 to 8 different sites within 8 of each other). Error(input)
/// beginning with `where`.
[[nodiscard]] Interaction interaction_from(std::string_view text, int dimension, std::string_view where);

/// A list of them between commas: "nearest,field,0,0/1,0/2,0,plaquette" (x is followed by y, y by a slash and
/// the next site or by the end of the set). Error(input) beginning with `where`.
[[nodiscard]] std::vector<Interaction> interactions_from(std::string_view text, int dimension,
                                                         std::string_view where);

/// The interactions of the Monte Carlo renormalization group, by increasing range: even ones (nearest,
/// next-nearest, third, plaquette, ...) and odd ones (field, three-spin ...). As many as there are in each
/// list is what may be asked for.
[[nodiscard]] const std::vector<Interaction>& even_interactions(int dimension);
[[nodiscard]] const std::vector<Interaction>& odd_interactions(int dimension);

/// The images of the set under rotations and reflections that no translation turns into each other, each
/// moved to min x = min y = 0, its sites in ascending order; the images in ascending order. Equal for two
/// interactions that are the same. dimension 1 or 2.
[[nodiscard]] std::vector<Shape> images(const Interaction& interaction, int dimension);

/// Error(input) beginning with `where` if an image would join a site of a periodic lattice with itself, or
/// an interaction of a plane is put on a chain.
void check_fits(const Interaction& interaction, const Lattice& lattice, std::string_view where);

/// The sets X on a lattice, as lists of sites in ascending order: every image of `images` at every site, N of
/// each on a periodic lattice; those that reach over an open edge are left out. On short periodic sides two
/// images can be one set of sites, which then stands there twice, as both bonds of a side of 2 do
/// (Lattice::bonds) and both pairs "third" of a side of 4. Error(input) as check_fits.
[[nodiscard]] std::vector<std::vector<std::int32_t>> terms(const Interaction& interaction,
                                                           const Lattice& lattice, std::string_view where);

}  // namespace spinflow::lattice

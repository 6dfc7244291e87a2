// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::lattice {

/// A term S = sum_X prod_{i in X} s_i of a Hamiltonian: X runs over one set of sites and all its images under
/// translations, rotations and reflections, each set once. On a chain y is 0.
struct Interaction {
  std::string name;
  std::vector<std::pair<int, int>> sites;  ///< (x, y) of one of the sets, the origin among them

  /// An odd number of sites: it changes sign with all spins.
  [[nodiscard]] bool odd() const { return sites.size() % 2 == 1; }
};

/// "field" (one site), "nearest", "next-nearest" (across a square's diagonal; on a chain two apart), "third"
/// (two apart along an axis; on a chain three apart), "plaquette"; or any set of sites written as
/// "0,0/1,0/2,1" (x,y per site, 1 to 8 different sites within 8 of each other). Error(input) beginning with
/// `where`.
[[nodiscard]] Interaction interaction_from(std::string_view text, int dimension, std::string_view where);

/// The interactions of the Monte Carlo renormalization group, by increasing range: even ones (nearest,
/// next-nearest, third, plaquette, ...) and odd ones (field, three-spin ...). As many as there are in each
/// list is what may be asked for.
[[nodiscard]] const std::vector<Interaction>& even_interactions(int dimension);
[[nodiscard]] const std::vector<Interaction>& odd_interactions(int dimension);

/// All sets X on a lattice, each once, as lists of sites in ascending order. Error(input) beginning with
/// `where` if a set would join a site with itself; sets that reach over an open edge are left out.
[[nodiscard]] std::vector<std::vector<std::int32_t>> terms(const Interaction& interaction,
                                                           const Lattice& lattice, std::string_view where);

}  // namespace spinflow::lattice

// SPDX-License-Identifier: Apache-2.0
// Reading the parts of an ensemble file, whose rows may be more than fit into memory.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::ensemble {

/// The path of an object in a group; "" and "/" are the root.
[[nodiscard]] std::string inside(std::string_view group, std::string_view name);
/// The path of a group.
[[nodiscard]] std::string object_of(std::string_view group);

/// The chain or square lattice of spins of the given shape, (n_samples, L) or (n_samples, Ly, Lx).
/// Error(input) beginning with `where` for any other shape, no samples, sides below 2 or too many sites.
[[nodiscard]] lattice::Lattice lattice_of(const std::vector<std::size_t>& shape, lattice::Boundary boundary,
                                          const std::string& where);

/// An ensemble of which nothing but the lattice is known yet.
[[nodiscard]] Ensemble empty_ensemble(const lattice::Lattice& lattice);

/// All of a group but its rows. Error(input) beginning with the path for parts that do not belong together.
[[nodiscard]] Ensemble read_frame(const io::Hdf5Reader& file, std::string_view group);

/// Calls use(first row, piece) for all `n` rows of a group, in order and piece by piece. A piece has
/// temperatures, energies and magnetizations; those of the file have been compared with the spins.
/// `frame`: as read_frame gives it; without a model energies are neither compared nor known.
void for_pieces(const io::Hdf5Reader& file, std::string_view group, const Ensemble& frame, std::size_t n,
                const std::function<void(std::size_t, const Ensemble&)>& use);

/// The number of rows of each known temperature of a file, ascending.
[[nodiscard]] std::map<double, std::size_t> rows_by_temperature(const io::Hdf5Reader& file);

}  // namespace spinflow::ensemble

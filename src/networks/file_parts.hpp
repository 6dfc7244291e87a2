// SPDX-License-Identifier: Apache-2.0
// What the files of all networks have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::networks {

/// "/name" in the root, "group/name" elsewhere.
[[nodiscard]] std::string inside(std::string_view group, std::string_view name);

/// Attributes `units` = "spin", `lattice`, `dimension`, `boundary` of `group`, which exists.
void write_lattice(io::Hdf5Writer& file, std::string_view group, const lattice::Lattice& lattice);
/// Those of the visible lattice, and `training`.
void write_origin(io::Hdf5Writer& file, std::string_view group, const lattice::Lattice& visible,
                  const base::Values& training);
/// The lattice of the file, if it has `units` sites; Error(input) otherwise, before memory of its size is
/// allocated. `what`: the meaning of `units` in the message, such as "weights of each hidden unit".
[[nodiscard]] lattice::Lattice read_lattice(const io::Hdf5Reader& file, std::string_view group,
                                            std::size_t units, std::string_view what);
[[nodiscard]] base::Values read_training(const io::Hdf5Reader& file, std::string_view group);

/// Axes of the weights (units, inputs), both at least 1; Error(input) otherwise.
[[nodiscard]] std::vector<std::size_t> weight_shape(const io::Hdf5Reader& file, const std::string& name);

/// A float32 array of the given shape; Error(input) for a number that is not finite or above
/// `largest_parameter` in absolute value.
[[nodiscard]] std::vector<float> read_parameters(const io::Hdf5Reader& file, const std::string& name,
                                                 const std::vector<std::size_t>& shape);

/// Number of rows of a history, from its first column; Error(input) for more than any training writes.
[[nodiscard]] std::size_t rows_of_history(const io::Hdf5Reader& file, const std::string& column);

}  // namespace spinflow::networks

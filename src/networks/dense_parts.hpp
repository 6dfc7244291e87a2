// SPDX-License-Identifier: Apache-2.0
// The layers of a dense net in its file, and in those of its training.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "spinflow/io/hdf5.hpp"
#include "spinflow/networks/dense.hpp"

namespace spinflow::networks {

/// Groups `layer_0`, `layer_1`, ... in `group` ("/" or another one).
void write_dense_layers(io::Hdf5Writer& file, std::string_view group, const std::vector<DenseLayer>& layers);
/// Error(input) beginning with the path where the layers do not fit on each other and on `n_inputs`.
[[nodiscard]] std::vector<DenseLayer> read_dense_layers(const io::Hdf5Reader& file, std::string_view group,
                                                        std::size_t n_inputs);

}  // namespace spinflow::networks

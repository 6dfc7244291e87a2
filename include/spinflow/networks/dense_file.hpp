// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "spinflow/io/columns.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/networks/dense.hpp"

namespace spinflow::networks {

inline constexpr io::Format dense_format{.name = "spinflow/dense", .made_by = "spinflow train"};

/// `spinflow/dense` 1: groups `layer_0`, `layer_1`, ... with `weights` float32 (n_out, n_in) and `bias`
/// (n_out); `temperatures` float64 (n_outputs) of a classifier; attributes `purpose`, `activation`, `units` =
/// "spin", `lattice`, `dimension`, `boundary`, `training` (TOML text); group `history` with one array per
/// column. Appears in one step. Error(failure) if the disk is full.
void write_dense(const Dense& net, const std::filesystem::path& path,
                 io::Existing existing = io::Existing::replaced);

/// Error(input) beginning with the path for everything that is wrong with the file: another format, wrong
/// shapes, numbers that are not finite or above `largest_parameter`.
[[nodiscard]] Dense read_dense(const std::filesystem::path& path);
[[nodiscard]] Dense read_dense(const io::Hdf5Reader& file);

/// The columns of `history` in its files.
[[nodiscard]] const io::Columns<DenseHistoryRow>& dense_history_columns();

}  // namespace spinflow::networks

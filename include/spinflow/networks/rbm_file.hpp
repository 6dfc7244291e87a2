// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "spinflow/io/columns.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

inline constexpr io::Format rbm_format{.name = "spinflow/rbm", .made_by = "spinflow train rbm"};

/// Where the state of a training stands in the file of a network, if there is one.
inline constexpr std::string_view training_state_group = "training_state";

/// `spinflow/rbm` 1: `weights` float32 (n_hidden, n_visible), `visible_bias` (n_visible), `hidden_bias`
/// (n_hidden); attributes `units` = "spin", `lattice` ("10x10"), `dimension`, `boundary`, `training` (TOML
/// text of the settings); group `history` with one array per column; group
/// `training_state`, if the network has one. Appears in one step. Error(failure) if
/// the disk is full.
void write_rbm(const Rbm& rbm, const std::filesystem::path& path,
               io::Existing existing = io::Existing::replaced);

/// Error(input) beginning with the path for everything that is wrong with the file: another format, wrong
/// shapes, numbers that are not finite or above `largest_parameter`.
[[nodiscard]] Rbm read_rbm(const std::filesystem::path& path);
[[nodiscard]] Rbm read_rbm(const io::Hdf5Reader& file);

/// The same arrays and attributes, without the header, inside a group of another file ("/" is the root).
void write_rbm_group(io::Hdf5Writer& file, std::string_view group, const Rbm& rbm);
[[nodiscard]] Rbm read_rbm_group(const io::Hdf5Reader& file, std::string_view group);

/// The columns of `history` in its files.
[[nodiscard]] const io::Columns<RbmHistoryRow>& rbm_history_columns();

}  // namespace spinflow::networks

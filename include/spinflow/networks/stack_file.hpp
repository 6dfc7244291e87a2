// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "spinflow/io/file_header.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/networks/stack.hpp"

namespace spinflow::networks {

inline constexpr io::Format stack_format{.name = "spinflow/stack", .made_by = "spinflow train stack"};

/// `spinflow/stack` 1: groups `layer_0`, `layer_1`, ... with the arrays and attributes of an RBM file each.
/// Appears in one step. Error(failure) if the disk is full.
void write_stack(const Stack& stack, const std::filesystem::path& path,
                 io::Existing existing = io::Existing::replaced);

/// Error(input) beginning with the path for any fault of the file, also for layers that do not fit.
[[nodiscard]] Stack read_stack(const std::filesystem::path& path);
[[nodiscard]] Stack read_stack(const io::Hdf5Reader& file);

}  // namespace spinflow::networks

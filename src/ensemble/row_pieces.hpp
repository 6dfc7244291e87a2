// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "spinflow/base/parallel.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::ensemble {

/// body(first row, number of rows) over pieces of rows large enough to be worth a task, in parallel.
inline void for_row_pieces(const kernels::PackedSpins& spins,
                           const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t n = spins.n_rows();
  const std::size_t piece = std::max<std::size_t>(8192 / std::max<std::size_t>(spins.words_per_row(), 1), 1);
  base::parallel_for_rows(
      n, piece, [&](std::size_t, std::size_t first, std::size_t last) { body(first, last - first); });
}

}  // namespace spinflow::ensemble

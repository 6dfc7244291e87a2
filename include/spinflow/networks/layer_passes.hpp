// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"

namespace spinflow::networks {

// Passes from one layer to another, of which one alone may be work for all threads. The results are those of
// the kernels, bit for bit: threads share columns and rows, never a sum.

/// Whether a pass of n_rows rows from n_in to n_out units is large enough for more than one thread, and there
/// are more.
[[nodiscard]] bool worth_sharing(std::size_t n_rows, std::size_t n_in, std::size_t n_out);

/// kernels::signed_row_sums, on all threads if it is worth it.
void layer_fields(const kernels::PackedSpins& given, std::size_t first, std::size_t last,
                  const kernels::FloatMatrix& rows, std::span<const float> bias,
                  kernels::FloatMatrix& fields);

/// Rows first ... last - 1 and the generator at their place in its stream.
using DrawRows = std::function<void(std::size_t first, std::size_t last, kernels::LaneRandom&)>;

/// `draw_layer` on all threads.
void draw_layer_shared(const kernels::PackedSpins& given, std::size_t first, std::size_t last,
                       const kernels::FloatMatrix& rows, std::span<const float> bias,
                       kernels::FloatMatrix& fields, kernels::LaneRandom& random, const DrawRows& draw);

/// Fields of the other layer as `layer_fields` makes them, then `draw`(first, last, random), a DrawRows,
/// which draws spins from `fields` (or others as wide) by one call of kernels::sample_spins; on all threads
/// if it is worth it, and then in pieces of rows.
template <class Draw>
void draw_layer(const kernels::PackedSpins& given, std::size_t first, std::size_t last,
                const kernels::FloatMatrix& rows, std::span<const float> bias, kernels::FloatMatrix& fields,
                kernels::LaneRandom& random, const Draw& draw) {
  if (worth_sharing(last - first, rows.n_rows(), rows.n_columns()))
    return draw_layer_shared(given, first, last, rows, bias, fields, random, draw);
  kernels::signed_row_sums(given, first, last, rows, bias, fields);
  draw(first, last, random);
}

}  // namespace spinflow::networks

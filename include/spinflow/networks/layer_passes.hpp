// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "spinflow/base/ranks.hpp"
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

/// Rows first ... last - 1 of a block of rows that draws its words from one stream.
struct BlockRows {
  std::size_t first;
  std::size_t last;
  std::size_t before = 0;  ///< rows of the block in front of them, which other ranks make
  std::size_t after = 0;   ///< and behind them

  [[nodiscard]] bool empty() const { return first == last; }
};

/// What is `mine` of the block first ... last - 1.
[[nodiscard]] BlockRows rows_of_block(base::Ranks::Part mine, std::size_t first, std::size_t last);

/// Rows first ... last - 1 and the generator at their place in its stream.
using DrawRows = std::function<void(std::size_t first, std::size_t last, kernels::LaneRandom&)>;

/// `draw_layer` on all threads.
void draw_layer_shared(const kernels::PackedSpins& given, const BlockRows& block,
                       const kernels::FloatMatrix& rows, std::span<const float> bias,
                       kernels::FloatMatrix& fields, kernels::LaneRandom& random, const DrawRows& draw);

/// Goes past the words that `n_rows` rows of `fields` would take.
void leave_out(std::size_t n_rows, const kernels::FloatMatrix& fields, kernels::LaneRandom& random);

/// Fields of the other layer as `layer_fields` makes them, then `draw`(first, last, random), a DrawRows,
/// which draws spins from `fields` (or others as wide) by one call of kernels::sample_spins; on all threads
/// if it is worth it, and then in pieces of rows. The words of the block's other rows are left out.
template <class Draw>
void draw_layer(const kernels::PackedSpins& given, const BlockRows& block, const kernels::FloatMatrix& rows,
                std::span<const float> bias, kernels::FloatMatrix& fields, kernels::LaneRandom& random,
                const Draw& draw) {
  leave_out(block.before, fields, random);
  if (worth_sharing(block.last - block.first, rows.n_rows(), rows.n_columns())) {
    draw_layer_shared(given, block, rows, bias, fields, random, draw);
  } else {
    kernels::signed_row_sums(given, block.first, block.last, rows, bias, fields);
    draw(block.first, block.last, random);
  }
  leave_out(block.after, fields, random);
}

/// Rows first ... last - 1 of a matrix, of which every rank has made its part, on all ranks.
void gather_rows(base::Ranks& ranks, kernels::PackedSpins& spins, std::size_t first, std::size_t last);
void gather_rows(base::Ranks& ranks, kernels::FloatMatrix& matrix, std::size_t first, std::size_t last);

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/layer_passes.hpp"

#include <algorithm>
#include <vector>

#include "kernels/dense/activations.hpp"
#include "kernels/random_words.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::networks {

namespace {

// Work below this many products stays on one thread: handing it out would take longer.
constexpr std::size_t small_problem = std::size_t{1} << 24;
// Pieces of rows are worth the tables that each of them fills anew, and made only where columns are few.
constexpr std::size_t enough_pieces = 16;
constexpr std::size_t least_rows = 128;
constexpr std::size_t rows_drawn_at_once = 32;

constexpr std::size_t pieces_of(std::size_t n, std::size_t size) { return (n + size - 1) / size; }

// The pieces of signed_row_sums for the rows [first, last), fixed by the problem.
struct FieldPieces {
  std::size_t first;
  std::size_t last;
  std::size_t n_columns;
  std::size_t in_columns = pieces_of(n_columns, kernels::signed_row_sums_columns);
  std::size_t rows = std::max(least_rows, pieces_of((last - first) * in_columns, enough_pieces));

  [[nodiscard]] std::size_t size() const { return in_columns * pieces_of(last - first, rows); }

  void run(std::size_t piece, const kernels::PackedSpins& given, const kernels::FloatMatrix& weights,
           std::span<const float> bias, kernels::FloatMatrix& fields) const {
    const std::size_t row = first + piece / in_columns * rows;
    const std::size_t column = piece % in_columns * kernels::signed_row_sums_columns;
    kernels::signed_row_sums(given, row, std::min(row + rows, last), weights, bias, fields, column,
                             std::min(column + kernels::signed_row_sums_columns, n_columns));
  }
};

}  // namespace

bool worth_sharing(std::size_t n_rows, std::size_t n_in, std::size_t n_out) {
  return n_rows * n_in * n_out >= small_problem && base::threads() > 1;
}

void layer_fields(const kernels::PackedSpins& given, std::size_t first, std::size_t last,
                  const kernels::FloatMatrix& rows, std::span<const float> bias,
                  kernels::FloatMatrix& fields) {
  if (!worth_sharing(last - first, rows.n_rows(), rows.n_columns()))
    return kernels::signed_row_sums(given, first, last, rows, bias, fields);
  const FieldPieces pieces{first, last, rows.n_columns()};
  base::parallel_for(pieces.size(), [&](std::size_t piece) { pieces.run(piece, given, rows, bias, fields); });
}

void draw_layer_shared(const kernels::PackedSpins& given, const BlockRows& block,
                       const kernels::FloatMatrix& rows, std::span<const float> bias,
                       kernels::FloatMatrix& fields, kernels::LaneRandom& random, const DrawRows& draw) {
  const auto [first, last, before, after] = block;
  const FieldPieces pieces{first, last, rows.n_columns()};
  // Where each piece of rows begins in the stream: found while the others make fields.
  std::vector<kernels::LaneRandom> generators(pieces_of(last - first, rows_drawn_at_once), random);
  base::parallel_for(1 + pieces.size(), [&](std::size_t piece) {
    if (piece > 0) return pieces.run(piece - 1, given, rows, bias, fields);
    for (std::size_t i = 1; i < generators.size(); ++i) {
      generators[i] = generators[i - 1];
      kernels::skip_draws(generators[i], rows_drawn_at_once * kernels::draws_per_row(fields));
    }
  });
  base::parallel_for_rows(last - first, rows_drawn_at_once,
                          [&](std::size_t piece, std::size_t begin, std::size_t end) {
                            draw(first + begin, first + end, generators[piece]);
                          });
  random = generators.back();
}

BlockRows rows_of_block(base::Ranks::Part mine, std::size_t first, std::size_t last) {
  const std::size_t begin = std::clamp(mine.first, first, last);
  const std::size_t end = std::clamp(mine.last, first, last);
  return {.first = begin, .last = end, .before = begin - first, .after = last - end};
}

void leave_out(std::size_t n_rows, const kernels::FloatMatrix& fields, kernels::LaneRandom& random) {
  kernels::skip_draws(random, n_rows * kernels::draws_per_row(fields));
}

void gather_rows(base::Ranks& ranks, kernels::PackedSpins& spins, std::size_t first, std::size_t last) {
  const std::size_t words = spins.words_per_row();
  base::gather(ranks, spins.words().subspan(first * words, (last - first) * words), last - first);
}

void gather_rows(base::Ranks& ranks, kernels::FloatMatrix& matrix, std::size_t first, std::size_t last) {
  const std::size_t stride = matrix.stride();
  base::gather(ranks, std::span(matrix.data() + first * stride, (last - first) * stride), last - first);
}

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/float_matrix.hpp"

#include <algorithm>
#include <cassert>

namespace spinflow::kernels {

FloatMatrix::FloatMatrix(std::size_t n_rows, std::size_t n_columns, std::span<const float> values)
    : FloatMatrix(n_rows, n_columns) {
  assert(values.size() == n_rows * n_columns);
  for (std::size_t r = 0; r < n_rows; ++r)
    std::ranges::copy(values.subspan(r * n_columns, n_columns), row(r).begin());
}

std::vector<float> FloatMatrix::unpadded() const {
  std::vector<float> values;
  values.reserve(n_rows_ * n_columns_);
  for (std::size_t r = 0; r < n_rows_; ++r) values.insert(values.end(), row(r).begin(), row(r).end());
  return values;
}

namespace {

// out[c][r] = in[r][c] for r < rows, c < columns.
void transpose_block(const float* in, std::size_t in_stride, std::size_t rows, std::size_t columns,
                     float* out, std::size_t out_stride) {
  std::size_t r = 0;
  // Blocks of 4 x 4: the compiler turns the inner copies into shuffles.
  for (; r + 4 <= rows; r += 4) {
    std::size_t c = 0;
    for (; c + 4 <= columns; c += 4) {
      float block[4][4];
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j) block[j][i] = in[(r + i) * in_stride + c + j];
      for (std::size_t j = 0; j < 4; ++j) std::copy_n(block[j], 4, out + (c + j) * out_stride + r);
    }
    for (; c < columns; ++c)
      for (std::size_t i = 0; i < 4; ++i) out[c * out_stride + r + i] = in[(r + i) * in_stride + c];
  }
  for (; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) out[c * out_stride + r] = in[r * in_stride + c];
}

}  // namespace

void transpose_into(const FloatMatrix& matrix, FloatMatrix& result) {
  transpose_into(matrix, 0, matrix.n_rows(), result);
}

void transpose_into(const FloatMatrix& matrix, std::size_t first, std::size_t last, FloatMatrix& result) {
  assert(result.n_rows() == matrix.n_columns() && result.n_columns() == matrix.n_rows());
  assert(first <= last && last <= matrix.n_rows());
  // Every line of `result` is written in one go; few of them at a time, because rows a power of two apart
  // compete for the same eight to twelve places of the level-1 cache.
  constexpr std::size_t tall = 16;
  constexpr std::size_t wide = 8;
  for (std::size_t c = 0; c < matrix.n_columns(); c += wide)
    for (std::size_t r = first; r < last; r += tall)
      transpose_block(matrix.data() + r * matrix.stride() + c, matrix.stride(), std::min(tall, last - r),
                      std::min(wide, matrix.n_columns() - c), result.data() + c * result.stride() + r,
                      result.stride());
}

void scale_rows(const FloatMatrix& matrix, std::size_t first, std::size_t last, float factor,
                FloatMatrix& result) {
  assert(first <= last && last <= matrix.n_rows() && last <= result.n_rows());
  assert(matrix.n_columns() == result.n_columns());
  const float* in = matrix.data() + first * matrix.stride();
  float* out = result.data() + first * result.stride();
  for (std::size_t i = 0; i < (last - first) * matrix.stride(); ++i) out[i] = factor * in[i];
}

FloatMatrix transposed(const FloatMatrix& matrix) {
  FloatMatrix result(matrix.n_columns(), matrix.n_rows());
  transpose_into(matrix, result);
  return result;
}

}  // namespace spinflow::kernels

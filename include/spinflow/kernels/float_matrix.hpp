// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <vector>

namespace spinflow::kernels {

namespace detail {

/// Memory on cache-line boundaries, so that vector loads never straddle two lines.
template <class T>
struct CacheAligned {
  using value_type = T;
  CacheAligned() = default;
  template <class U>
  explicit CacheAligned(const CacheAligned<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{64}); }
  friend bool operator==(CacheAligned, CacheAligned) { return true; }
};

}  // namespace detail

/// What the kernels compute on: (n_rows, n_columns) float32, row-major, every row padded to a multiple of 16
/// values on a 64-byte boundary. Padding starts as zero; kernels may write anything finite there and never
/// let it reach a column.
class FloatMatrix {
 public:
  FloatMatrix() = default;
  /// All zero.
  FloatMatrix(std::size_t n_rows, std::size_t n_columns)
      : n_rows_(n_rows),
        n_columns_(n_columns),
        stride_((n_columns + 15) / 16 * 16),
        values_(n_rows * stride_) {}
  /// From `values`: (n_rows, n_columns), row-major without padding.
  FloatMatrix(std::size_t n_rows, std::size_t n_columns, std::span<const float> values);

  [[nodiscard]] std::size_t n_rows() const { return n_rows_; }
  [[nodiscard]] std::size_t n_columns() const { return n_columns_; }
  /// Floats from one row to the next.
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] float* data() { return values_.data(); }
  [[nodiscard]] const float* data() const { return values_.data(); }
  [[nodiscard]] std::span<float> row(std::size_t r) { return {values_.data() + r * stride_, n_columns_}; }
  [[nodiscard]] std::span<const float> row(std::size_t r) const {
    return {values_.data() + r * stride_, n_columns_};
  }

  /// (n_rows, n_columns), row-major without padding.
  [[nodiscard]] std::vector<float> unpadded() const;

 private:
  std::size_t n_rows_ = 0;
  std::size_t n_columns_ = 0;
  std::size_t stride_ = 0;
  std::vector<float, detail::CacheAligned<float>> values_;
};

/// Writes the transpose of `matrix` into `result`, which must have the shape (n_columns, n_rows).
void transpose_into(const FloatMatrix& matrix, FloatMatrix& result);
/// The same for the rows [first, last) of `matrix` alone.
void transpose_into(const FloatMatrix& matrix, std::size_t first, std::size_t last, FloatMatrix& result);

/// result = factor * matrix in the rows [first, last), padding included; `result` has the same shape and may
/// be `matrix`.
void scale_rows(const FloatMatrix& matrix, std::size_t first, std::size_t last, float factor,
                FloatMatrix& result);

/// (n_columns, n_rows).
[[nodiscard]] FloatMatrix transposed(const FloatMatrix& matrix);

}  // namespace spinflow::kernels

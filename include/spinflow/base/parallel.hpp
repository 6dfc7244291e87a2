// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace spinflow::base {

/// Runs body(0) ... body(n_pieces - 1), each exactly once, on up to `threads()` threads; the pieces are
/// logical ones, fixed by the problem, so that results do not depend on the number of threads. Pieces write
/// to disjoint places; whoever combines them does so in index order afterwards. Nested calls are isolated.
/// After all running pieces ended the first exception (lowest index) is rethrown. A StopScope can stop it.
void parallel_for(std::size_t n_pieces, const std::function<void(std::size_t)>& body);

/// Cuts rows 0 ... n_rows - 1 into pieces of `rows_per_piece` >= 1 rows, the last one of what is left, and
/// runs body(piece, first row, row behind the last one) for each as `parallel_for` does.
void parallel_for_rows(std::size_t n_rows, std::size_t rows_per_piece,
                       const std::function<void(std::size_t, std::size_t, std::size_t)>& body);

/// Upper limit of threads for the process, >= 1. Call before any parallel work.
void set_threads(int n);

/// The limit in force: `allowed_threads` unless set.
[[nodiscard]] int threads();

}  // namespace spinflow::base

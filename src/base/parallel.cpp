// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/parallel.hpp"

#include <pthread.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#ifdef __SANITIZE_THREAD__
#include <thread>
#include <vector>
#endif

#include "spinflow/base/allowed_threads.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::base {

namespace {

std::unique_ptr<tbb::global_control> limited_to(int n) {
  return std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                               static_cast<std::size_t>(n));
}

std::unique_ptr<tbb::global_control>& control() {
  static std::unique_ptr<tbb::global_control> limit = limited_to(allowed_threads().number);
  return limit;
}

// A child of fork has none of its parent's threads, and their locks may be held for ever: it works alone.
std::atomic<bool> in_child{false};

void watch_forks() {
  static const int watching = pthread_atfork(nullptr, nullptr, [] { in_child = true; });
  static_cast<void>(watching);
}

#ifdef __SANITIZE_THREAD__
// oneTBB is not instrumented, so ThreadSanitizer would report a race for every piece. With plain threads it
// finds the races between pieces.
template <class Body>
void run_pieces(std::size_t n_pieces, const Body& body) {
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads(); ++t)
    workers.emplace_back([&] {
      for (std::size_t i = next++; i < n_pieces; i = next++) body(i);
    });
}
#else
template <class Body>
void run_pieces(std::size_t n_pieces, const Body& body) {
  tbb::this_task_arena::isolate(
      [&] { tbb::parallel_for(std::size_t{0}, n_pieces, body, tbb::simple_partitioner{}); });
}
#endif

}  // namespace

void parallel_for(std::size_t n_pieces, const std::function<void(std::size_t)>& body) {
  if (n_pieces == 0) return;
  if (n_pieces == 1 || threads() == 1) {
    for (std::size_t i = 0; i < n_pieces; ++i) {
      check_stop();
      body(i);
    }
    return;
  }
  watch_forks();
  // The other threads ask the same observer as this one; none outside of any scope.
  Observer* const asked = stop_observer();
  Observer& observer = asked != nullptr ? *asked : silent();
  std::mutex mutex;
  std::atomic<bool> stop{false};
  std::size_t first = n_pieces;
  std::exception_ptr error;
  run_pieces(n_pieces, [&](std::size_t i) {
    if (stop.load(std::memory_order_relaxed)) return;
    try {
      const StopScope scope(observer);
      check_stop();
      body(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (i < first) {
        first = i;
        error = std::current_exception();
      }
      stop = true;
    }
  });
  if (error) std::rethrow_exception(error);
}

void parallel_for_rows(std::size_t n_rows, std::size_t rows_per_piece,
                       const std::function<void(std::size_t, std::size_t, std::size_t)>& body) {
  parallel_for((n_rows + rows_per_piece - 1) / rows_per_piece, [&](std::size_t piece) {
    const std::size_t first = piece * rows_per_piece;
    body(piece, first, std::min(first + rows_per_piece, n_rows));
  });
}

void set_threads(int n) {
  if (n < 1)
    throw input_error("--threads", "the number of threads must be at least 1",
                      "leave it out for all that there are");
  control() = nullptr;
  control() = limited_to(n);
}

int threads() {
  if (in_child) return 1;
  static_cast<void>(control());
  return static_cast<int>(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

}  // namespace spinflow::base

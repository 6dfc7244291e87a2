// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace spinflow::base {

/// Processes that do one work together ("ranks", as MPI calls them). Each has all data and makes the same
/// calls in the same order; each computes its own items of an array and gets those of the others. Numbers are
/// handed around as they are and never added up, so that the results have the bits of one process.
///
/// `alone()` is the implementation for one process. The program has one for MPI; another program may derive
/// its own. Calls come from the thread that does the work, never from within a parallel loop.
class Ranks {
 public:
  /// Items first ... last - 1.
  struct Part {
    std::size_t first;
    std::size_t last;
  };

  virtual ~Ranks() = default;
  /// 0 ... size() - 1. Rank 0 writes the files.
  [[nodiscard]] virtual std::size_t rank() const = 0;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// The items, of `n_items`, that this rank makes: the parts follow each other in the order of the ranks,
  /// and their lengths differ by 1 at most. It may be empty.
  [[nodiscard]] Part part(std::size_t n_items) const { return part_of(rank(), n_items); }
  [[nodiscard]] Part part_of(std::size_t rank, std::size_t n_items) const {
    return {n_items * rank / size(), n_items * (rank + 1) / size()};
  }
  /// `items`: a whole number of items of `item_size` bytes each. Every rank has filled in its part; when this
  /// returns, every rank has all of them.
  virtual void gather(std::span<std::byte> items, std::size_t item_size) = 0;
};

/// The one rank of a process that works alone.
[[nodiscard]] Ranks& alone();

/// Ranks::gather for `n_items` items of the same length in a row.
template <class T>
void gather(Ranks& ranks, std::span<T> values, std::size_t n_items) {
  if (n_items > 0) ranks.gather(std::as_writable_bytes(values), values.size_bytes() / n_items);
}

/// The sum of what the ranks have.
[[nodiscard]] std::int64_t sum_over(Ranks& ranks, std::int64_t mine);

/// Whether all ranks have the same number.
[[nodiscard]] bool same_on_all(Ranks& ranks, std::uint64_t mine);

/// What rank 0 says.
[[nodiscard]] bool as_first_says(Ranks& ranks, bool mine);

/// Does `work`, which may do something on some of the ranks only and must not gather. If it throws an Error
/// on any of them, all of them throw the first one's, so that no rank waits for one that has given up.
void together(Ranks& ranks, const std::function<void()>& work);

}  // namespace spinflow::base

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "spinflow/base/ranks.hpp"

namespace spinflow::testing {

/// What the ranks of `as_ranks` share.
struct Meeting {
  explicit Meeting(std::size_t n) : items(n), barrier(static_cast<std::ptrdiff_t>(n)) {}
  std::vector<std::span<std::byte>> items;
  std::barrier<> barrier;
};

/// One of several threads in the place of processes.
class ThreadRank final : public base::Ranks {
 public:
  ThreadRank(std::size_t rank, Meeting& meeting) : rank_(rank), meeting_(meeting) {}
  [[nodiscard]] std::size_t rank() const override { return rank_; }
  [[nodiscard]] std::size_t size() const override { return meeting_.items.size(); }
  void gather(std::span<std::byte> items, std::size_t item_size) override {
    meeting_.items[rank_] = items;
    meeting_.barrier.arrive_and_wait();
    for (std::size_t r = 0; r < size(); ++r) {
      if (r == rank_) continue;
      const auto [first, last] = part_of(r, items.size() / item_size);
      std::ranges::copy(meeting_.items[r].subspan(first * item_size, (last - first) * item_size),
                        items.begin() + static_cast<std::ptrdiff_t>(first * item_size));
    }
    meeting_.barrier.arrive_and_wait();
  }

 private:
  std::size_t rank_;
  Meeting& meeting_;
};

/// Does `work` as each of n ranks. If it throws, the program ends: catch within it.
inline void as_ranks(std::size_t n, const std::function<void(base::Ranks&)>& work) {
  Meeting meeting(n);
  std::vector<std::jthread> threads;
  for (std::size_t r = 0; r < n; ++r)
    threads.emplace_back([&meeting, &work, r] {
      ThreadRank rank(r, meeting);
      work(rank);
    });
}

}  // namespace spinflow::testing

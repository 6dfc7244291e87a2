// SPDX-License-Identifier: Apache-2.0
#include "io/unfinished_files.hpp"

#include <unistd.h>

#include <array>
#include <atomic>

#include "spinflow/io/output.hpp"

namespace spinflow::io {

namespace {

constexpr std::size_t most_files = 64;
constexpr std::size_t most_bytes = 1024;

/// A signal handler reads this while other threads run. Whoever has advanced `state` owns the path.
struct Slot {
  enum : int { free, changing, ready };
  std::atomic<int> state{free};
  std::array<char, most_bytes> path;
};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

std::array<Slot, most_files> slots;
std::atomic<bool> published_one{false};

bool take(Slot& slot, int from) {
  return slot.state.compare_exchange_strong(from, Slot::changing, std::memory_order_acquire);
}

}  // namespace

std::size_t remember_unfinished(std::string_view path) noexcept {
  if (path.size() >= most_bytes) return most_files;
  for (std::size_t i = 0; i < most_files; ++i) {
    if (!take(slots[i], Slot::free)) continue;
    path.copy(slots[i].path.data(), path.size());
    slots[i].path[path.size()] = '\0';
    slots[i].state.store(Slot::ready, std::memory_order_release);
    return i;
  }
  return most_files;
}

void forget_unfinished(std::size_t slot, bool published) noexcept {
  if (published) published_one = true;
  if (slot < most_files && take(slots[slot], Slot::ready)) slots[slot].state = Slot::free;
}

bool any_published() noexcept { return published_one; }

void remove_unfinished_files() noexcept {
  for (auto& slot : slots)
    if (take(slot, Slot::ready)) unlink(slot.path.data());
}

}  // namespace spinflow::io

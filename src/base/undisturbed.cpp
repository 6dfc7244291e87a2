// SPDX-License-Identifier: Apache-2.0
#include "base/undisturbed.hpp"

#include <atomic>

namespace spinflow::base {

namespace {

std::atomic<int> undisturbed{0};
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

Undisturbed::Undisturbed() { ++undisturbed; }

Undisturbed::~Undisturbed() { --undisturbed; }

bool Undisturbed::now() noexcept { return undisturbed > 0; }

}  // namespace spinflow::base

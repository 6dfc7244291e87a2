// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

namespace spinflow::trainers {

/// Where a training that takes long is saved on its way, by the first rank and when that one's clock says: as
/// often as `seconds` say, but so seldom that it takes at most some two per cent of the time; and when it is
/// stopped (of several ranks, when the first one is). A file that cannot be written does not end the
/// training: its observer is warned once, and what was saved before stays.
struct Savepoint {
  std::filesystem::path path = {};  ///< empty: nowhere
  double seconds = 1;
  double when_stopped = 1;           ///< seconds of work that are worth saving then
  std::function<void()> saved = {};  ///< called after every time, from the calling thread
};

}  // namespace spinflow::trainers

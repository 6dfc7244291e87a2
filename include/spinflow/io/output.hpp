// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::io {

/// What becomes of a file that has the output's name when a new one is complete.
enum class Existing {
  replaced,  ///< the new file takes its place and its permissions
  kept       ///< it stays as it is; Error(failure) naming it, and the new one is lost
};

/// Whether this process has put a complete file in its place.
[[nodiscard]] bool any_published() noexcept;

/// Removes the files that are being written under names of their own. For a signal handler that is about to
/// end the process: calls nothing but what is safe there. Nothing may be written afterwards.
void remove_unfinished_files() noexcept;

}  // namespace spinflow::io

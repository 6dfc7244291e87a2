// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::io {

/// What happens to an existing file of the output's name when the new file is complete.
enum class Existing {
  replaced,  ///< the new file takes its place and its permissions
  kept       ///< it stays as it is; Error(failure) naming it, and the new file is removed
};

/// Whether this process has completed at least one output file.
[[nodiscard]] bool any_published() noexcept;

/// Removes the temporary files that this process is writing. For a signal handler that is about to end the
/// process: calls async-signal-safe functions only. Nothing may be written afterwards.
void remove_unfinished_files() noexcept;

}  // namespace spinflow::io

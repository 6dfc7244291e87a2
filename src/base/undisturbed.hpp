// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::base {

/// While such an object exists, a program lets a few steps that belong together finish before a signal ends
/// it: the exchange of a folder's content, say.
class Undisturbed {
 public:
  Undisturbed();
  ~Undisturbed();
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

  /// Whether there is one. May be asked by a signal handler.
  [[nodiscard]] static bool now() noexcept;
};

}  // namespace spinflow::base

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace spinflow::base {

/// Hears what long work does. The library never prints: news goes here. Calls may come from several threads.
class Observer {
 public:
  virtual ~Observer() = default;

  /// A new piece of long work begins: `total` units (0: unknown) called `unit` ("sweeps", "updates").
  virtual void begin(std::string_view /*what*/, std::uint64_t /*total*/, std::string_view /*unit*/) {}

  /// `n` more units are done. Throws Error(Fault::interrupted) when the user wants to stop, so long work
  /// calls this at least a few times a second.
  virtual void advance(std::uint64_t /*n*/) {}

  /// A line for the log: what was decided, found, measured.
  virtual void note(std::string_view /*line*/) {}

  /// A line that the user should see at once: something failed that the work can do without.
  virtual void warn(std::string_view line) { note(line); }
};

/// Work inside of other work, or beside others of its kind, says nothing of its own, but hears when the user
/// wants to stop: `outer` hears advance(0) alone.
class Listening final : public Observer {
 public:
  explicit Listening(Observer& outer) : outer_(outer) {}
  void advance(std::uint64_t /*n*/) override { outer_.advance(0); }

 private:
  Observer& outer_;
};

/// Hears nothing. Work that reports to it can still be stopped by the innermost StopScope.
[[nodiscard]] Observer& silent();

}  // namespace spinflow::base

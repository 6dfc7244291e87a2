// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "spinflow/base/observer.hpp"

namespace spinflow::program {

/// Makes sure that standard input, output and error are open (a file opened later must not land on their
/// numbers), that a closed pipe is an error of the write and no signal, and that SIGINT, SIGTERM and SIGHUP
/// ask the program to stop: work that hears of it (Listener, Progress) ends by Error(interrupted). What has
/// not ended 0.3 s later (a decomposition of a large matrix, a slow disk) is left as it is: unfinished files
/// are removed, the sentence is told, and the process ends with the same status.
void prepare_process();

/// The signal that asked to stop; 0: none.
[[nodiscard]] int stop_signal();

/// What is said of an interruption instead of "interrupted; nothing was written". Call it before the work.
void say_when_interrupted(std::string_view sentence);

/// Throws Error(interrupted), with what is to be said of it, if a signal has asked to stop.
void heed_signals();

/// Whether the progress line stands on the terminal: whoever writes there after it removes it.
void progress_line_stands(bool stands);

/// An observer that hears nothing but whether to stop.
class Listener final : public base::Observer {
 public:
  void advance(std::uint64_t) override { heed_signals(); }
};

/// While it lives, a signal waits: for a few steps that belong together, such as the exchange of a folder's
/// content.
class Undisturbed {
 public:
  Undisturbed();
  ~Undisturbed();
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;
};

}  // namespace spinflow::program

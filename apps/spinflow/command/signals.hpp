// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "spinflow/base/observer.hpp"

namespace spinflow::program {

/// Makes sure that standard input, output and error are open (a file opened later must not land on their
/// numbers), that writing to a closed pipe is an error instead of a signal, and that SIGINT, SIGTERM, SIGHUP
/// and SIGUSR1 ask the program to stop: work that asks (Listener, Progress) ends with Error(interrupted).
/// Work that has not ended 0.3 s later (a decomposition of a large matrix, a slow disk), 5 s after SIGUSR1 or
/// a time limit, is not waited for: unfinished files are removed, the message is printed, and the process
/// ends with the same exit status.
void prepare_process();

/// The exit status of a work that can go on later, which sysexits.h calls EX_TEMPFAIL.
inline constexpr int status_to_go_on = 75;

/// From now on SIGTERM and SIGUSR1 end the program with `status_to_go_on`: the command has --resume.
void end_to_go_on();
/// Asks to stop after `seconds`, > 0, with `status_to_go_on`. Error(failure) if the system has no timer left.
void stop_after(double seconds);

/// The exit status of a command that was asked to stop: `status_to_go_on`, or 128 + the signal.
[[nodiscard]] int stop_status();

/// Sets the message of an interruption, instead of "interrupted; nothing was written". Call it before the
/// work.
void say_when_interrupted(std::string_view sentence);

/// From now on an interruption says that the same command with --resume goes on with what is in `saved`.
void say_that_it_resumes(const std::filesystem::path& saved);

/// Throws Error(interrupted) with this message if a signal has asked to stop.
void heed_signals();

/// From now on another process speaks for this one: nothing more is written to standard output, and neither
/// progress nor an interruption is told.
void keep_quiet();
[[nodiscard]] bool is_quiet();

/// Whether the progress line is shown on the terminal; it must be removed before anything else is written
/// there.
void progress_line_stands(bool stands);

/// An observer that only checks whether to stop.
class Listener final : public base::Observer {
 public:
  void advance(std::uint64_t) override { heed_signals(); }
};

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "command/signals.hpp"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "command/terminal.hpp"
#include "runs/undisturbed.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/output.hpp"

namespace spinflow::program {

namespace {

constexpr long patience_ns = 300'000'000;
constexpr std::string_view default_sentence = "interrupted; nothing was written";

// Read by signal handlers. The length is set only after the sentence is complete.
std::atomic<int> received_signal{0};
std::atomic<bool> line_stands{false};
std::atomic<bool> quiet{false};
std::array<char, 2048> sentence;
std::atomic<std::size_t> sentence_length{0};
timer_t timer;
bool has_timer = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::size_t>::is_always_lock_free);

/// The timer comes back as SIGALRM.
void wait_a_moment() {
  itimerspec when{};
  when.it_value.tv_nsec = patience_ns;
  if (!has_timer || timer_settime(timer, 0, &when, nullptr) != 0) alarm(1);
}

void write_out(std::string_view text) {
  // Nothing can be done about a failure here.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

std::string_view sentence_now() {
  const std::size_t length = sentence_length;
  if (length > 0) return {sentence.data(), length};
  // A complete file may have got its name just before.
  return io::any_published() ? default_sentence.substr(0, default_sentence.find(';')) : default_sentence;
}

extern "C" void ask_to_stop(int number) {
  const int error_number = errno;
  int none = 0;
  if (received_signal.compare_exchange_strong(none, number)) wait_a_moment();
  errno = error_number;
}

extern "C" void lose_patience(int) {
  const int error_number = errno;
  if (runs::Undisturbed::now()) {
    wait_a_moment();
    errno = error_number;
    return;
  }
  io::remove_unfinished_files();
  if (!quiet) {
    if (line_stands) write_out("\r\x1b[K");
    write_out("spinflow: ");
    write_out(sentence_now());
    write_out("\n");
  }
  _exit(128 + received_signal);
}

/// A signal that was ignored at the start stays ignored: Ctrl-C in a background job of a script, the end of
/// the terminal under nohup.
void listen_to(int number) {
  struct sigaction inherited {};
  sigaction(number, nullptr, &inherited);
  if (inherited.sa_handler == SIG_IGN && number != SIGTERM) return;
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, nullptr);
}

}  // namespace

void prepare_process() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // Standard output is opened read-only, so that writing to it still fails.
    if (open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0) std::_Exit(1);
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  has_timer = timer_create(CLOCK_MONOTONIC, nullptr, &timer) == 0;  // sends SIGALRM
  struct sigaction action {};
  action.sa_handler = lose_patience;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarms, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) listen_to(number);
}

int stop_signal() { return received_signal; }

void say_when_interrupted(std::string_view text) {
  const std::string clean = printable(text);
  sentence_length = 0;
  const std::size_t length = std::min(clean.size(), sentence.size());
  std::copy_n(clean.begin(), length, sentence.begin());
  sentence_length = length;
}

void say_that_it_resumes(const std::filesystem::path& saved) {
  say_when_interrupted("interrupted; the same command with --resume goes on with what is in " +
                       saved.string());
}

void heed_signals() {
  if (received_signal != 0) throw Error(Fault::interrupted, std::string(sentence_now()));
}

void keep_quiet() { quiet = true; }

bool is_quiet() { return quiet; }

void progress_line_stands(bool stands) { line_stands = stands; }

}  // namespace spinflow::program

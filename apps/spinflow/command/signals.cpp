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
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/undisturbed.hpp"
#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/output.hpp"

namespace spinflow::program {

namespace {

constexpr timespec patience{.tv_sec = 0, .tv_nsec = 300'000'000};
// A batch system gives more time before it kills, and an update of a large network may take a second.
constexpr timespec patience_of_queues{.tv_sec = 5, .tv_nsec = 0};
constexpr std::string_view cause = "interrupted";  // a word of every sentence
constexpr std::string_view default_sentence = "interrupted; nothing was written";

// Read by signal handlers. The length is set only after the sentence is complete.
std::atomic<int> received_signal{0};
std::atomic<bool> limit_passed{false};
std::atomic<bool> goes_on{false};
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
  when.it_value = goes_on && received_signal == SIGUSR1 ? patience_of_queues : patience;
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

/// The sentence in three parts, of which the middle one is why the program ends.
std::array<std::string_view, 3> words_now() {
  const std::string_view whole = sentence_now();
  const std::size_t at = std::min(whole.find(cause), whole.size());
  if (at == whole.size()) return {whole, "", ""};
  return {whole.substr(0, at), limit_passed ? "the time limit has passed" : cause,
          whole.substr(at + cause.size())};
}

/// Of the signals that a batch system sends.
bool is_of_queue(int number) { return number == SIGTERM || number == SIGUSR1; }

extern "C" void ask_to_stop(int number) {
  const int error_number = errno;
  int none = 0;
  if (received_signal.compare_exchange_strong(none, number)) wait_a_moment();
  errno = error_number;
}

extern "C" void lose_patience(int) {
  const int error_number = errno;
  if (base::Undisturbed::now()) {
    wait_a_moment();
    errno = error_number;
    return;
  }
  io::remove_unfinished_files();
  if (!quiet) {
    if (line_stands) write_out("\r\x1b[K");
    write_out("spinflow: ");
    for (const auto part : words_now()) write_out(part);
    write_out("\n");
  }
  _exit(stop_status());
}

/// The end of the time limit is as SIGUSR1.
extern "C" void pass_limit(int) {
  limit_passed = received_signal == 0;
  ask_to_stop(SIGUSR1);
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

void unblock(int number) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);
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
  unblock(SIGALRM);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) listen_to(number);
}

void end_to_go_on() { goes_on = true; }

void stop_after(double seconds) {
  struct sigaction action {};
  action.sa_handler = pass_limit;
  action.sa_flags = SA_RESTART;
  sigaction(SIGRTMIN, &action, nullptr);
  unblock(SIGRTMIN);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN;
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(seconds);
  when.it_value.tv_nsec = std::max(1L, static_cast<long>((seconds - std::floor(seconds)) * 1e9));
  timer_t limit{};
  if (timer_create(CLOCK_MONOTONIC, &event, &limit) != 0 || timer_settime(limit, 0, &when, nullptr) != 0)
    throw failure("--time-limit", std::strerror(errno), "leave it out, or let the queue send SIGUSR1");
}

int stop_status() {
  return goes_on && is_of_queue(received_signal) ? status_to_go_on : 128 + received_signal;
}

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
  if (received_signal == 0) return;
  std::string words;
  for (const auto part : words_now()) words += part;
  throw Error(Fault::interrupted, words);
}

void keep_quiet() { quiet = true; }

bool is_quiet() { return quiet; }

void progress_line_stands(bool stands) { line_stands = stands; }

}  // namespace spinflow::program

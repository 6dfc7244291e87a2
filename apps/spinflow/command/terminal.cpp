// SPDX-License-Identifier: Apache-2.0
#include "command/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "command/signals.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::program {

namespace {

bool is_standard_error_a_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

void write_standard_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::min(seconds, 1e9) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h", whole / 3600, whole % 3600 / 60);
}

void print(std::string_view text) {
  if (is_quiet()) return;
  while (!text.empty()) {
    const auto written = write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return;
    } else if (errno != EINTR) {
      throw failure("standard output", std::strerror(errno), "send it somewhere that can be written to");
    }
  }
}

std::string plain(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.6g}", value == 0 ? 0.0 : value);
}

std::string with_error(double value, double error) {
  if (!std::isfinite(value)) return plain(value);
  if (!std::isfinite(error)) return plain(value) + "(?)";
  if (error <= 0) return plain(value);  // exact
  return stats::concise(value, error);
}

std::string with_error(const stats::Estimate& estimate) { return with_error(estimate.value, estimate.error); }

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += "  ";
      line += c < left_ ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("{:>{}}", row[c], widths[c]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

std::string wrapped(std::string_view raw, std::size_t width, std::size_t indent) {
  const std::string clean = printable(raw);
  std::string_view text = clean;
  const std::string margin(indent, ' ');
  std::string result;
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      result += margin + line + '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) result += margin + line + '\n';
  return result;
}

Progress::Progress()
    : on_terminal_(is_standard_error_a_terminal()),
      pause_(on_terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(30)),
      next_draw_((Clock::now() + pause_).time_since_epoch().count()) {}

Progress::~Progress() {
  const std::scoped_lock lock(mutex_);
  clear();
}

void Progress::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
  const std::scoped_lock lock(mutex_);
  what_ = what;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  started_ = Clock::now();
  // On a terminal, what takes no longer than a moment is not shown. Elsewhere the lines follow each other as
  // they do whatever begins between them.
  if (on_terminal_) next_draw_ = (started_ + std::chrono::milliseconds(300)).time_since_epoch().count();
}

void Progress::advance(std::uint64_t n) {
  heed_signals();
  done_.fetch_add(n, std::memory_order_relaxed);
  const auto now = Clock::now().time_since_epoch().count();
  if (now < next_draw_.load(std::memory_order_relaxed) || is_quiet()) return;
  // Whoever is drawing draws for the others too.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) draw();
}

void Progress::note(std::string_view line) {
  if (on_terminal_) warn(line);
}

void Progress::warn(std::string_view line) {
  if (is_quiet()) return;
  const std::scoped_lock lock(mutex_);
  clear();
  write_standard_error(printable(line) + '\n');
}

void Progress::draw() {
  const auto now = Clock::now();
  next_draw_ = (now + pause_).time_since_epoch().count();
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const auto done = static_cast<double>(done_.load(std::memory_order_relaxed));
  const double rate = done / std::max(seconds, 1e-3);
  std::string line = what_;
  if (total_ > 0)
    line += fmt::format(" {:3.0f} %", std::min(100.0, 100 * done / static_cast<double>(total_)));
  line += fmt::format("  {:.3g} {}/s", rate, unit_);
  if (total_ > 0 && rate > 0)
    line += fmt::format("  {} left", duration_text(std::max(0.0, static_cast<double>(total_) - done) / rate));
  if (!on_terminal_) {
    write_standard_error(fmt::format("{}  after {}\n", printable(line), duration_text(seconds)));
    return;
  }
  write_standard_error("\r\x1b[K" + printable(line).substr(0, terminal_columns() - 1));
  drawn_ = true;
  progress_line_stands(true);
}

void Progress::clear() {
  if (!drawn_) return;
  write_standard_error("\r\x1b[K");
  drawn_ = false;
  progress_line_stands(false);
}

}  // namespace spinflow::program

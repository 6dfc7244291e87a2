// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/text.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::program {

/// Writes all of `text` to standard output. A closed pipe (`| head`) is not an error; a full disk
/// or a closed output is: Error(failure).
void print(std::string_view text);

/// Makes a text safe for the terminal; to be used for every file name and every text from a file.
using base::printable;

/// "2.295(13)": the error in units of the last digit, two digits of it up to 35, else one. "2.25": the
/// number is exact, its error 0. "2.295(?)": no error can be told. "-": there is no value.
[[nodiscard]] std::string with_error(double value, double error);
[[nodiscard]] std::string with_error(const stats::Estimate& estimate);

/// "2.25", "0", "inf": a number without error, at most six digits.
[[nodiscard]] std::string plain(double value);

/// "41 s", "12:05 min", "3:20 h".
[[nodiscard]] std::string duration_text(double seconds);

/// Columns aligned to the right except the first `left` ones; no trailing blanks. Cells are made printable.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head, std::size_t left = 0)
      : left_(left), rows_{std::move(head)} {}
  void add(std::vector<std::string> row) {
    for (auto& cell : row) cell = printable(cell);
    rows_.push_back(std::move(row));
  }
  [[nodiscard]] std::string text() const;

 private:
  std::size_t left_;
  std::vector<std::vector<std::string>> rows_;
};

/// Text, made printable, broken into lines of at most `width` columns at blanks, every line after `indent`
/// blanks.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// On a terminal one line on standard error with rate and time left, redrawn a few times a second. Elsewhere,
/// as in the log of a batch job, a line every half minute. Asks at every advance() whether the user wants
/// to stop.
class Progress final : public base::Observer {
 public:
  Progress();
  /// Takes the line away.
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t n) override;
  void note(std::string_view line) override;
  void warn(std::string_view line) override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw();
  void clear();

  const bool on_terminal_;
  const std::chrono::milliseconds pause_;  // between two lines, or the states of one
  std::atomic<Clock::rep> next_draw_;
  std::mutex mutex_;
  std::string what_;
  std::string unit_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_{0};
  Clock::time_point started_;
  bool drawn_ = false;
};

}  // namespace spinflow::program

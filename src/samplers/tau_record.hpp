// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "spinflow/stats/autocorrelation.hpp"

namespace spinflow::samplers {

/// The course of a pilot run, in bounded memory: several numbers (of chains side by side) measured after
/// every `interval()` updates; when 1024 records are full, every second is dropped and the interval doubled.
class TauRecord {
 public:
  /// `width`: numbers per record.
  explicit TauRecord(std::size_t width) : width_(width) {}

  /// `values`: (width), whole numbers or not.
  template <class Number>
  void add(const std::vector<Number>& values) {
    values_.insert(values_.end(), values.begin(), values.end());
    if (++n_records_ == most_records) thin();
  }

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::int64_t interval() const { return interval_; }
  /// Column `column` of all records but the first quarter, which counts as burn-in.
  [[nodiscard]] std::vector<double> series(std::size_t column) const;

 private:
  void thin();

  static constexpr std::size_t most_records = 1024;
  std::size_t width_;
  std::int64_t interval_ = 1;
  std::size_t n_records_ = 0;
  std::vector<double> values_;
};

/// What a pilot run found out about one temperature.
struct PilotResult {
  stats::TauInt tau;         ///< of the slowest observable, in updates
  bool agreed = false;       ///< chains of all kinds of start have the same means
  std::int64_t settled = 0;  ///< updates after which they agreed; 0 if there is only one kind
  bool resolved = false;     ///< agreed, and long enough to believe tau
  /// tau_int plus its error. A constant series has no error and counts as 1/2.
  [[nodiscard]] double slowest() const { return tau.value + (std::isnan(tau.error) ? 0 : tau.error); }
};

/// Pilot runs have 64, 128, 256, ... updates and end when they are at least 50 tau_int long in every chain.
inline constexpr std::int64_t first_pilot_length = 64;
inline constexpr double pilot_length_in_tau = 50;

/// The largest tau_int of the observables after `updates` updates, and whether the chains agree. `chains[o]`:
/// the series of observable o, `interval` updates from one number to the next; chain c began in kind c modulo
/// `n_kinds` of start. `before`: the result at half the length of the run.
[[nodiscard]] PilotResult judge_pilot(const PilotResult& before,
                                      const std::vector<std::vector<std::vector<double>>>& chains,
                                      std::size_t n_kinds, std::int64_t interval, std::int64_t updates);

/// Updates thrown away at the start of a chain: 20 tau_int, at least 20, and three times as many as chains
/// from different starts needed to agree; a difference between the starts has then decayed to e^-6 or less.
[[nodiscard]] std::int64_t burn_in(const PilotResult& pilot);

/// Updates between kept rows of one chain: 4 tau_int, so that they correlate by e^-4, less than 5 per cent
/// also where several times are mixed. Where `rare_is_slow`, as with single flips, at least as many as chains
/// from different starts needed to agree, if they did not agree at the first look: a mode that is rare and
/// slow hardly contributes to tau_int.
[[nodiscard]] std::int64_t thinning(const PilotResult& pilot, bool rare_is_slow);

}  // namespace spinflow::samplers

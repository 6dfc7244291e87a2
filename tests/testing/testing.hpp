// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace spinflow::testing {

/// |z| beyond which a seeded statistical check fails: a right program fails a single such check with this
/// two-sided probability (false-alarm rate). Seeds are fixed, so a test fails always or never.
inline constexpr double false_alarm_rate = 1e-5;

/// Two-sided normal quantile of `false_alarm_rate` (about 4.42).
[[nodiscard]] double z_limit();

/// The upper chi^2 quantile for `degrees` at `false_alarm_rate`.
[[nodiscard]] double chi2_limit(int degrees);

/// The lower one: chi^2 falls below it with the probability `false_alarm_rate`. degrees >= 10.
[[nodiscard]] double chi2_lower_limit(int degrees);

/// EXPECTs |measured - exact| <= z_limit() * error, and that the error is positive and finite.
void expect_within(double measured, double error, double exact, std::string_view what);

/// What the Error(input) says that `action` throws; fails the test and is empty if it throws none.
[[nodiscard]] std::string refusal_of(const std::function<void()>& action);

/// Puts the instruction set that was in use back when it goes.
class SimdLevelRestored {
 public:
  SimdLevelRestored();
  ~SimdLevelRestored();
  SimdLevelRestored(const SimdLevelRestored&) = delete;
  SimdLevelRestored& operator=(const SimdLevelRestored&) = delete;

 private:
  std::string level_;
};

/// Runs `check` with 1, 2 and 3 threads, then with every instruction set of this machine; failures name
/// which. Threads and instruction set are afterwards what they were, also where `check` throws.
void for_any_threads_and_simd_level(const std::function<void()>& check);

/// A fresh folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What a command of the program did.
struct ProgramResult {
  int status;
  std::string out;
  std::string err;
};

/// Runs the built `spinflow` with the given shell words in `folder`.
[[nodiscard]] ProgramResult run_program(const std::string& arguments, const std::filesystem::path& folder);

}  // namespace spinflow::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace spinflow {

/// Who is to mend it; the program's exit status follows from this.
enum class Fault {
  input,        ///< what the user handed over: exit 2
  failure,      ///< work that failed (NaN in training, disk full): exit 1
  interrupted,  ///< stopped by a signal or a time limit: exit 130, 143 or 75
};

/// The one exception of the library. `what()` is one sentence: where, what, how to mend it.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& sentence) : std::runtime_error(sentence), fault_(fault) {}

  [[nodiscard]] Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

/// "where: what; mend", as Fault::input.
[[nodiscard]] Error input_error(std::string_view where, std::string_view what, std::string_view mend);

/// "where: what; mend", as Fault::failure.
[[nodiscard]] Error failure(std::string_view where, std::string_view what, std::string_view mend);

/// The same error with another way to mend it.
[[nodiscard]] Error with_advice(const Error& error, std::string_view mend);

/// The candidate with the smallest edit distance to `name`; empty if none is near enough to be a misspelling.
[[nodiscard]] std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// "did you mean 'x'?" or, without a near name, "known: a, b, c".
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace spinflow

// SPDX-License-Identifier: Apache-2.0
// What samplers save of an unfinished sampling (SampleRequest::saved), and find again.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "samplers/tau_record.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::samplers {

/// Fills in the spins of the given rows if they were saved; otherwise says false.
[[nodiscard]] bool restore_rows(const SampleRequest& request, std::string_view sampler, std::size_t piece,
                                std::span<const std::size_t> rows, ensemble::Ensemble& result);
void save_rows(const SampleRequest& request, std::string_view sampler, std::size_t piece,
               std::span<const std::size_t> rows, const ensemble::Ensemble& result);

/// Numbers that a pilot run found; empty if none were saved.
[[nodiscard]] std::optional<std::vector<double>> restored_numbers(const SampleRequest& request,
                                                                  std::string_view sampler);
void save_numbers(const SampleRequest& request, std::string_view sampler, std::span<const double> numbers);

/// Results of a pilot run as such numbers, one after the other.
void append_numbers(const PilotResult& result, std::vector<double>& numbers);
inline constexpr std::size_t numbers_of_pilot_result = 5;
/// `numbers`: (numbers_of_pilot_result).
[[nodiscard]] PilotResult pilot_result(std::span<const double> numbers);

/// first, first + 1, ..., first + count - 1.
[[nodiscard]] std::vector<std::size_t> row_range(std::size_t first, std::size_t count);

/// The results of `run`, one per temperature of the request, unless they were saved.
template <class Run>
[[nodiscard]] std::vector<PilotResult> saved_or_run(const SampleRequest& request, std::string_view sampler,
                                                    const Run& run) {
  std::vector<PilotResult> results;
  if (const auto numbers = restored_numbers(request, sampler);
      numbers && numbers->size() == numbers_of_pilot_result * request.temperatures.size()) {
    for (std::size_t t = 0; t < request.temperatures.size(); ++t)
      results.push_back(
          pilot_result(std::span(*numbers).subspan(t * numbers_of_pilot_result, numbers_of_pilot_result)));
    return results;
  }
  results = run();
  std::vector<double> numbers;
  for (const auto& result : results) append_numbers(result, numbers);
  save_numbers(request, sampler, numbers);
  return results;
}

}  // namespace spinflow::samplers

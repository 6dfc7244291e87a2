// SPDX-License-Identifier: Apache-2.0
#include "samplers/saved_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "spinflow/samplers/saved_pieces.hpp"

namespace spinflow::samplers {

namespace {

std::string pilot_of(std::string_view sampler) { return fmt::format("{} pilot", sampler); }

}  // namespace

bool restore_rows(const SampleRequest& request, std::string_view sampler, std::size_t piece,
                  std::span<const std::size_t> rows, ensemble::Ensemble& result) {
  if (request.saved == nullptr) return false;
  const auto words = request.saved->take(sampler, request.seed, piece);
  const std::size_t width = result.spins.words_per_row();
  if (!words || words->size() != width * rows.size()) return false;
  // Behind the last spin all bits are 0.
  if (const std::size_t used = result.spins.n_columns() % 64; used != 0)
    for (std::size_t last = width - 1; last < words->size(); last += width)
      if (((*words)[last] >> used) != 0) return false;
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(words->begin() + static_cast<std::ptrdiff_t>(i * width), width,
                result.spins.row(rows[i]).begin());
  return true;
}

void save_rows(const SampleRequest& request, std::string_view sampler, std::size_t piece,
               std::span<const std::size_t> rows, const ensemble::Ensemble& result) {
  if (request.saved == nullptr) return;
  std::vector<std::uint64_t> words;
  words.reserve(rows.size() * result.spins.words_per_row());
  for (const std::size_t row : rows) {
    const auto own = result.spins.row(row);
    words.insert(words.end(), own.begin(), own.end());
  }
  request.saved->save(sampler, request.seed, piece, std::move(words));
}

std::optional<std::vector<double>> restored_numbers(const SampleRequest& request, std::string_view sampler) {
  if (request.saved == nullptr) return std::nullopt;
  const auto words = request.saved->take(pilot_of(sampler), request.seed, 0);
  if (!words) return std::nullopt;
  std::vector<double> numbers;
  for (const auto word : *words) numbers.push_back(std::bit_cast<double>(word));
  return numbers;
}

void save_numbers(const SampleRequest& request, std::string_view sampler, std::span<const double> numbers) {
  if (request.saved == nullptr) return;
  std::vector<std::uint64_t> words;
  for (const double number : numbers) words.push_back(std::bit_cast<std::uint64_t>(number));
  request.saved->save(pilot_of(sampler), request.seed, 0, std::move(words));
}

void append_numbers(const PilotResult& result, std::vector<double>& numbers) {
  numbers.insert(numbers.end(), {result.tau.value, result.tau.error, result.agreed ? 1.0 : 0.0,
                                 static_cast<double>(result.settled), result.resolved ? 1.0 : 0.0});
}

PilotResult pilot_result(std::span<const double> numbers) {
  return {.tau = {.value = numbers[0], .error = numbers[1]},
          .agreed = numbers[2] != 0,
          .settled = static_cast<std::int64_t>(numbers[3]),
          .resolved = numbers[4] != 0};
}

std::vector<std::size_t> row_range(std::size_t first, std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

}  // namespace spinflow::samplers

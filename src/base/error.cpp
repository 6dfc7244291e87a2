// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace spinflow {

namespace {

// What a user typed, or a file holds, may have no end, and a sentence about it should fit on a screen.
constexpr std::size_t longest_where = 500;
constexpr std::size_t longest_what = 300;
constexpr std::size_t longest_list = 10;

/// Without its middle if it is longer than `most`; whole UTF-8 characters stay whole.
std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80; };
  std::size_t head = most / 2;
  std::size_t tail = text.size() - most / 2;
  for (int i = 0; i < 3 && continues(head); ++i) --head;
  for (int i = 0; i < 3 && tail < text.size() && continues(tail); ++i) ++tail;
  return fmt::format("{} ... {}", text.substr(0, head), text.substr(tail));
}

std::string sentence(std::string_view where, std::string_view what, std::string_view mend) {
  return fmt::format("{}: {}; {}", shortened(where, longest_where), shortened(what, longest_what), mend);
}

}  // namespace

Error input_error(std::string_view where, std::string_view what, std::string_view mend) {
  return {Fault::input, sentence(where, what, mend)};
}

Error failure(std::string_view where, std::string_view what, std::string_view mend) {
  return {Fault::failure, sentence(where, what, mend)};
}

Error with_advice(const Error& error, std::string_view mend) {
  const std::string_view all = error.what();
  return {error.fault(), fmt::format("{}; {}", all.substr(0, all.rfind("; ")), mend)};
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 2);
  for (const auto& candidate : candidates) {
    // At least so many letters are missing.
    if (std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size()) > best_distance)
      continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance || (distance == best_distance && best.empty())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string near = nearest_name(name, candidates);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  if (candidates.size() <= longest_list) return fmt::format("known: {}", fmt::join(candidates, ", "));
  return fmt::format("known: {} and {} more",
                     fmt::join(candidates.begin(), candidates.begin() + longest_list, ", "),
                     candidates.size() - longest_list);
}

}  // namespace spinflow

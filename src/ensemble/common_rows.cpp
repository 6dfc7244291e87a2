// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/common_rows.hpp"

#include <algorithm>
#include <cmath>

#include "base/log_gamma.hpp"
#include "spinflow/base/digest.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::ensemble {

namespace {

const double least_log_chance = std::log(1e-6);

double log_factorial(std::size_t n) { return base::log_gamma(static_cast<double>(n) + 1); }

}  // namespace

/// Of rows that occur exactly twice in two ensembles.
struct RowDigests::Evidence {
  std::size_t pairs = 0;
  std::size_t split = 0;  // one in either ensemble
  bool in_order = true;   // the split ones
  double log_share = 0;   // S log s
  double log_orders = 0;  // log S!

  void add(const Evidence& other) {
    pairs += other.pairs;
    split += other.split;
    in_order = in_order && other.in_order;
    log_share += other.log_share;
    log_orders += other.log_orders;
  }
  [[nodiscard]] bool is_no_chance() const {
    const double subsets = log_factorial(pairs) - log_factorial(split) - log_factorial(pairs - split);
    return subsets + log_share - (in_order ? log_orders : 0) < least_log_chance;
  }
};

RowDigests::RowDigests(const Ensemble& data) {
  for (const auto& group : by_temperature(data)) {
    base::check_stop();
    auto& own = groups_.emplace_back(Group{.temperature = group.temperature, .rows = {}});
    own.rows.reserve(group.rows.size());
    for (const std::size_t row : group.rows) {
      base::Digest digest;
      digest.add(data.spins.row(row));
      own.rows.push_back({digest.value(), static_cast<std::uint32_t>(own.rows.size())});
    }
    std::ranges::sort(own.rows, {}, &Row::digest);
  }
}

RowDigests::Evidence RowDigests::compared(const Group& a, const Group& b) {
  Evidence found;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;  // of the split pairs
  auto i = a.rows.begin();
  auto j = b.rows.begin();
  while (i != a.rows.end() || j != b.rows.end()) {
    const std::uint64_t digest =
        j == b.rows.end() || (i != a.rows.end() && i->digest < j->digest) ? i->digest : j->digest;
    const auto past = [&](auto from, auto end) {
      return std::find_if(from, end, [&](const Row& row) { return row.digest != digest; });
    };
    const auto next_i = past(i, a.rows.end());
    const auto next_j = past(j, b.rows.end());
    if ((next_i - i) + (next_j - j) == 2) ++found.pairs;
    if (next_i - i == 1 && next_j - j == 1) places.emplace_back(i->position, j->position);
    i = next_i;
    j = next_j;
  }
  found.split = places.size();
  std::ranges::sort(places);
  found.in_order = std::ranges::is_sorted(places, {}, [](const auto& place) { return place.second; });
  const double inner =
      (1 - 1 / static_cast<double>(a.rows.size())) * (1 - 1 / static_cast<double>(b.rows.size()));
  found.log_share = -static_cast<double>(found.split) * std::log1p(std::sqrt(inner));
  found.log_orders = log_factorial(found.split);
  return found;
}

RowDigests::Common RowDigests::common_with(const RowDigests& other) const {
  Common most;
  Evidence all;
  bool no_chance = false;
  for (const auto& group : groups_) {
    const auto same = std::ranges::find_if(other.groups_, [&](const Group& theirs) {
      return theirs.temperature == group.temperature ||
             (std::isnan(theirs.temperature) && std::isnan(group.temperature));
    });
    if (same == other.groups_.end()) continue;
    const Evidence own = compared(group, *same);
    no_chance = no_chance || own.is_no_chance();
    all.add(own);
    if (own.split > most.rows) most = {.temperature = group.temperature, .rows = own.split};
  }
  return no_chance || all.is_no_chance() ? most : Common{};
}

}  // namespace spinflow::ensemble

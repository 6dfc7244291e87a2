// SPDX-License-Identifier: Apache-2.0
#include "command/pooled.hpp"

#include <fmt/format.h>

#include "command/terminal.hpp"

namespace spinflow::program {

namespace {

void add_value(TextTable& table, const report::PooledValue& value, bool in_table) {
  if (value.n == 0) return;
  std::vector<std::string> cells = {value.name};
  if (in_table) cells.push_back(value.by);
  cells.push_back(with_error(value.mean));
  cells.push_back(fmt::format("{}", value.n));
  cells.push_back(plain(value.scatter));
  cells.push_back(plain(value.stated));
  table.add(std::move(cells));
}

std::string values_text(const std::vector<report::PooledValue>& values, const std::string& name,
                        bool in_table) {
  std::vector<std::string> head = {name};
  if (in_table) head.emplace_back("read by");
  for (const char* column : {"mean", "runs", "scatter", "stated error"}) head.emplace_back(column);
  TextTable table(std::move(head), in_table ? 2 : 1);
  bool any = false;
  for (const auto& value : values) {
    add_value(table, value, in_table);
    any = any || value.n > 0;
  }
  return any ? "\n" + table.text() : std::string();
}

Json values_json(const std::vector<report::PooledValue>& values) {
  Json all = Json::array();
  for (const auto& value : values) {
    Json one = to_json(value.mean);
    one["name"] = value.name;
    if (!value.by.empty()) one["by"] = value.by;
    one["runs"] = value.n;
    one["scatter"] = value.scatter;
    one["stated_error"] = value.stated;
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Json pooled_json(const report::Pooled& pooled) {
  Json votes = Json::array();
  for (const auto& vote : pooled.votes) {
    Json one = to_json(vote.measured.mean);
    one["id"] = vote.id;
    one["verdict"] = results::to_string(vote.verdict);
    one["supported"] = vote.supported;
    one["contradicted"] = vote.contradicted;
    one["inconclusive"] = vote.inconclusive;
    one["others"] = vote.others;
    votes.push_back(std::move(one));
  }
  Json answer = {{"claims", std::move(votes)}, {"values", values_json(pooled.values)}};
  for (std::size_t t = 0; t < pooled.tables.size(); ++t)
    answer["tables"][pooled.tables[t].name] = values_json(pooled.readings[t]);
  return answer;
}

std::string pooled_text(const report::Pooled& pooled) {
  TextTable votes({"claim", "verdict", "supported", "contradicted", "inconclusive", "measured"}, 2);
  std::string others;
  for (const auto& vote : pooled.votes) {
    votes.add({vote.id, results::to_string(vote.verdict), fmt::format("{}", vote.supported),
               fmt::format("{}", vote.contradicted), fmt::format("{}", vote.inconclusive),
               vote.measured.n > 0 ? with_error(vote.measured.mean) : "-"});
    if (!vote.others.empty())
      others += wrapped(printable(fmt::format("{}: {}", vote.id, report::vote_text(vote))), 100, 2);
  }
  std::string text = "\nAll runs together: the verdict of more than half of them, and means over runs\n";
  if (!pooled.votes.empty()) text += "\n" + votes.text();
  if (!others.empty()) text += "\n" + others;
  for (std::size_t t = 0; t < pooled.tables.size(); ++t)
    text += values_text(pooled.readings[t], pooled.tables[t].schema.rows, true);
  text += values_text(pooled.values, "value", false);
  return text + "\n" +
         wrapped(
             "The error of a mean is half a 68 % interval of Student's distribution over runs. scatter: the "
             "standard deviation of one run; stated error: what one run says of itself.",
             100, 0);
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
// Runs that differ in their seeds, together.
#include "spinflow/report/pooled.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/page_parts.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::report {

namespace {

PooledValue pooled_row(const ComparedRow& row) {
  PooledValue value{.name = row.name, .by = row.by};
  std::vector<double> numbers;
  double stated = 0;
  std::size_t with_error = 0;
  double sum = 0;
  for (const auto& reading : row.measured) {
    if (!std::isfinite(reading.value)) continue;
    numbers.push_back(reading.value);
    sum += reading.value;
    if (!std::isfinite(reading.error)) continue;
    stated += reading.error * reading.error;
    ++with_error;
  }
  value.n = numbers.size();
  if (numbers.empty()) return value;
  const double mean = sum / static_cast<double>(value.n);
  value.mean.value = mean;
  if (with_error > 0) value.stated = std::sqrt(stated / static_cast<double>(with_error));
  if (value.n < 2) return value;
  double squares = 0;
  for (const double x : numbers) squares += (x - mean) * (x - mean);
  value.scatter = std::sqrt(squares / static_cast<double>(value.n - 1));
  // Exact numbers are the same in all runs, and others that happen to be equal determine no error.
  const double of_equal = value.stated == 0 ? 0 : std::numeric_limits<double>::quiet_NaN();
  value.mean.error = stats::constant(numbers) ? of_equal : stats::interval(stats::scatter_of(numbers));
  return value;
}

Vote vote_on(const ComparedRow& row, const std::vector<std::string>& runs) {
  Vote vote{.id = row.name, .statement = row.statement, .others = {}, .measured = pooled_row(row)};
  std::map<std::string, std::size_t> votes;
  for (const auto& word : row.words)
    if (!word.empty()) ++votes[word];
  std::size_t all = 0;
  for (const auto& [word, n] : votes) all += n;
  for (const auto verdict :
       {results::Verdict::supported, results::Verdict::contradicted, results::Verdict::inconclusive}) {
    const auto found = votes.find(results::to_string(verdict));
    const std::size_t n = found == votes.end() ? 0 : found->second;
    if (verdict == results::Verdict::supported) vote.supported = n;
    if (verdict == results::Verdict::contradicted) vote.contradicted = n;
    if (verdict == results::Verdict::inconclusive) vote.inconclusive = n;
    if (2 * n > all) vote.verdict = verdict;
  }
  for (std::size_t run = 0; run < runs.size(); ++run)
    if (!row.words[run].empty() && row.words[run] != results::to_string(vote.verdict))
      vote.others.push_back(fmt::format("{} ({})", runs[run], row.words[run]));
  return vote;
}

results::Table value_table(const std::vector<PooledValue>& values, std::vector<std::string> head) {
  results::Table table;
  const bool in_table = head.size() > 1;
  table.columns = std::move(head);
  for (const char* column : {"runs", "mean", "mean_error", "scatter", "stated_error"})
    table.columns.emplace_back(column);
  for (const auto& value : values) {
    std::vector<results::Cell> row = {value.name};
    if (in_table) row.emplace_back(value.by);
    for (const double number :
         {static_cast<double>(value.n), value.mean.value, value.mean.error, value.scatter, value.stated})
      row.emplace_back(number);
    table.rows.push_back(std::move(row));
  }
  return table;
}

results::Table vote_table(const std::vector<Vote>& votes) {
  results::Table table;
  table.columns = {"claim",   "statement", "supported", "contradicted",  "inconclusive",
                   "verdict", "others",    "measured",  "measured_error"};
  for (const auto& vote : votes)
    table.rows.push_back({vote.id, vote.statement, static_cast<double>(vote.supported),
                          static_cast<double>(vote.contradicted), static_cast<double>(vote.inconclusive),
                          results::to_string(vote.verdict), fmt::format("{}", fmt::join(vote.others, ", ")),
                          vote.measured.mean.value, vote.measured.mean.error});
  return table;
}

results::Figure pooled_figure(const ComparedTable& table, const std::vector<PooledValue>& values,
                              const std::string& label) {
  results::CategoryFigure figure;
  figure.id = figure_name(table.name + "-" + label);
  figure.title = fmt::format("{} by {}", table.schema.title, label);
  figure.caption = fmt::format(
      "{}: every run, and the mean over runs with half a 68 % interval of Student's distribution. Only where "
      "a run quotes a {}.",
      table.schema.caption, table.schema.noun);
  figure.value.title = table.schema.quantity;
  figure.category_title = table.schema.rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].by != label || values[i].n == 0) continue;
    for (const auto& reading : table.readings[i].measured)
      if (std::isfinite(reading.value))
        figure.points.push_back({values[i].name, "one run", reading.value, results::none});
    figure.points.push_back({values[i].name, "mean over runs", values[i].mean.value, values[i].mean.error});
  }
  return results::category_figure(figure);
}

results::Claim voted_claim(const Vote& vote, const results::Claim& of_a_run) {
  results::Claim claim = of_a_run;
  claim.verdict = vote.verdict;
  claim.measured = vote.measured.mean.value;
  claim.error = vote.measured.mean.error;
  claim.because = vote_text(vote);
  claim.control.clear();
  const std::size_t judged = vote.supported + vote.contradicted + vote.inconclusive;
  const bool has_majority = 2 * std::max({vote.supported, vote.contradicted, vote.inconclusive}) > judged;
  claim.qualification = fmt::format(
      "{} The number is the mean over runs with half a 68 % interval of Student's distribution.",
      has_majority
          ? fmt::format("The verdict is that of more than half of {} runs with different seeds, each "
                        "judged by the criterion.",
                        judged)
          : fmt::format("No verdict is that of more than half of {} runs.", judged));
  claim.evidence = {"votes"};
  return claim;
}

}  // namespace

std::string vote_text(const Vote& vote) {
  const std::size_t all = vote.supported + vote.contradicted + vote.inconclusive;
  std::string text = fmt::format("Verdicts of {} runs: {} supported, {} contradicted, {} inconclusive", all,
                                 vote.supported, vote.contradicted, vote.inconclusive);
  constexpr std::size_t most_named = 6;
  if (!vote.others.empty() && vote.others.size() <= most_named)
    text += fmt::format("; other verdicts than that of the majority: {}", fmt::join(vote.others, ", "));
  return text + ".";
}

bool differ_in_seeds_only(std::span<const ComparedRun> runs) {
  std::set<std::uint64_t> seeds;
  for (const auto& run : runs) {
    const auto& first = runs.front().results;
    if (run.results.recipe != first.recipe || run.results.scale != first.scale ||
        run.results.software != first.software)
      return false;
    seeds.insert(run.results.seed);
  }
  return runs.size() > 1 && seeds.size() == runs.size() && compare(runs).settings.empty();
}

Pooled pooled(const Comparison& comparison) {
  Pooled all{.votes = {}, .tables = comparison.tables, .readings = {}, .values = {}};
  for (const auto& claim : comparison.claims) all.votes.push_back(vote_on(claim, comparison.runs));
  for (const auto& table : comparison.tables) {
    auto& rows = all.readings.emplace_back();
    for (const auto& row : table.readings) rows.push_back(pooled_row(row));
  }
  for (const auto& value : comparison.values) all.values.push_back(pooled_row(value));
  return all;
}

results::Results pooled_results(std::span<const ComparedRun> runs, const Pooled& pooled) {
  results::Results out{.recipe = "pooled", .scale = ""};
  auto& about = out.tables["runs"];
  about.columns = {"run", "recipe", "scale", "seed", "program"};
  for (const auto& run : runs)
    about.rows.push_back({run.name, run.results.recipe, run.results.scale,
                          fmt::format("{}", run.results.seed), run.results.software});
  for (const auto& vote : pooled.votes)
    for (const auto& run : runs)
      if (const auto claim = std::ranges::find(run.results.claims, vote.id, &results::Claim::id);
          claim != run.results.claims.end()) {
        out.claims.push_back(voted_claim(vote, *claim));
        break;
      }
  if (!pooled.votes.empty()) out.tables["votes"] = vote_table(pooled.votes);
  for (std::size_t t = 0; t < pooled.tables.size(); ++t) {
    const auto& table = pooled.tables[t];
    out.tables["pooled_" + table.name] =
        value_table(pooled.readings[t], {table.schema.rows, table.schema.by});
    std::set<std::string> labels;
    for (const auto& value : pooled.readings[t])
      if (value.n > 0) labels.insert(value.by);
    for (const auto& label : labels) out.figures.push_back(pooled_figure(table, pooled.readings[t], label));
  }
  if (!pooled.values.empty()) out.tables["pooled_values"] = value_table(pooled.values, {"quantity"});
  return out;
}

}  // namespace spinflow::report

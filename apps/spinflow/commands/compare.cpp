// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/pooled.hpp"
#include "command/run_folder.hpp"
#include "spinflow/results/unknown_numbers.hpp"
#include "studies/compared_runs.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using report::ComparedRow;
using report::ComparedRun;
using report::Comparison;

constexpr const char* compare_kind = "compare";

std::string reading_text(const ComparedRow& row, std::size_t run) {
  if (!std::isnan(row.measured[run].value)) return with_error(row.measured[run]);
  return report::without_reading(row, run);
}

bool has_number(const ComparedRow& row) {
  return std::ranges::any_of(row.measured, [](const auto& reading) { return !std::isnan(reading.value); });
}

std::string list_text(const Comparison& comparison, const std::vector<ComparedRow>& rows,
                      const std::string& name) {
  if (std::ranges::none_of(rows, has_number)) return {};
  const bool in_table = !rows.front().by.empty();
  const bool many = comparison.runs.size() > 2;
  std::vector<std::string> head = {name};
  if (in_table) head.emplace_back("read by");
  for (const auto& run : comparison.runs) head.push_back(printable(run));
  head.emplace_back("pull");
  if (many) head.emplace_back("between");
  head.emplace_back("");
  TextTable table(std::move(head), in_table ? 2 : 1);
  for (const auto& row : rows) {
    if (!has_number(row)) continue;
    std::vector<std::string> cells = {printable(row.name)};
    if (in_table) cells.push_back(printable(row.by));
    for (std::size_t run = 0; run < comparison.runs.size(); ++run)
      cells.push_back(printable(reading_text(row, run)));
    cells.push_back(report::to_text(row.pull));
    if (many)
      cells.push_back(std::isnan(row.pull.value) ? std::string()
                                                 : printable(fmt::format("{}, {}", comparison.runs[row.first],
                                                                         comparison.runs[row.second])));
    cells.emplace_back(row.differs ? "differ" : "");
    table.add(std::move(cells));
  }
  return fmt::format("\n{}", table.text());
}

/// Verdicts and numbers in two tables: together they are too wide for a terminal.
std::string verdicts_text(const Comparison& comparison) {
  if (comparison.claims.empty()) return "\nNo run puts a claim to the test.\n";
  std::vector<std::string> head = {"claim"};
  for (const auto& run : comparison.runs) head.push_back(printable(run));
  TextTable table(std::move(head), 1 + comparison.runs.size());
  for (const auto& row : comparison.claims) {
    std::vector<std::string> cells = {printable(row.name)};
    for (const auto& verdict : row.words) cells.push_back(verdict.empty() ? "-" : verdict);
    table.add(std::move(cells));
  }
  std::string text = fmt::format("\n{}", table.text());
  for (const auto& row : comparison.claims) {
    if (std::ranges::all_of(row.words, [&](const auto& verdict) { return verdict == row.words.front(); }))
      continue;
    for (std::size_t run = 0; run < row.reasons.size(); ++run)
      if (!row.reasons[run].empty())
        text += wrapped(printable(fmt::format("  {} in {}: {}", row.name, comparison.runs[run],
                                              results::with_dashes(row.reasons[run]))),
                        100, 4);
  }
  return text;
}

std::string rule_text(const Comparison& comparison) {
  if (comparison.pairs == 0) return "No two runs have the same quantity with an error: there are no pulls.";
  return fmt::format(
      "pull: difference over combined error. {} of {} rows differ by more than their errors allow "
      "(Student's distribution over training seeds; false-alarm rate {} for all {} pulls together).",
      comparison.differences(), comparison.rows(), Comparison::false_alarm_rate, comparison.pairs);
}

std::string answer_text(const std::vector<ComparedRun>& runs, const Comparison& comparison) {
  TextTable about({"run", "recipe", "scale", "seed", "program"}, 5);
  for (const auto& run : runs)
    about.add({printable(run.name), printable(run.results.recipe),
               run.results.scale.empty() ? "-" : printable(run.results.scale),
               fmt::format("{}", run.results.seed), printable(run.results.software)});
  std::string text = about.text() + "\n" + wrapped(printable(report::differences_text(runs)), 100, 0);
  static constexpr std::string_view criteria = "criteria.";
  std::vector<std::string> claims_with_others;  // the criteria's texts are long: -o has them
  for (const auto& [path, texts] : comparison.settings) {
    if (path.starts_with(criteria)) {
      const auto claim = printable(path.substr(criteria.size(), path.rfind('.') - criteria.size()));
      if (claims_with_others.empty() || claims_with_others.back() != claim)
        claims_with_others.push_back(claim);
      continue;
    }
    text += fmt::format("  {}:", printable(path));
    for (std::size_t r = 0; r < texts.size(); ++r)
      text += fmt::format("{} {}", r == 0 ? "" : " |", texts[r].empty() ? "-" : printable(texts[r]));
    text += "\n";
  }
  if (!claims_with_others.empty())
    text += wrapped(fmt::format("  criteria {} differ (the report of -o has their texts)",
                                fmt::join(claims_with_others, ", ")),
                    100, 2);
  text += verdicts_text(comparison);
  // A claim's row has its number; the verdicts stand above.
  auto claims = comparison.claims;
  for (auto& row : claims) row.words.assign(row.words.size(), {});
  text += list_text(comparison, claims, "claim");
  for (const auto& table : comparison.tables)
    text += list_text(comparison, table.readings, printable(table.schema.rows));
  text += list_text(comparison, comparison.values, "value");
  for (const auto& table : comparison.tables)
    text += fmt::format(
        "\nnone: the run quotes no {}; -: it has no such row; {} of {} rows that no run quotes are left "
        "out\n",
        printable(table.schema.noun),
        std::ranges::count_if(table.readings, [](const auto& row) { return !has_number(row); }),
        table.readings.size());
  return text + "\n" + wrapped(rule_text(comparison), 100, 0);
}

Json rows_json(const Comparison& comparison, const std::vector<ComparedRow>& rows, const std::string& name,
               const char* words, const std::string& by = {}) {
  const bool many = comparison.runs.size() > 2;
  Json all = Json::array();
  for (const auto& row : rows) {
    Json one = {{name, row.name}};
    if (!row.by.empty()) one[by] = row.by;
    if (!row.statement.empty()) one["statement"] = row.statement;
    Json readings = Json::array();
    for (std::size_t run = 0; run < comparison.runs.size(); ++run) {
      Json reading = to_json(row.measured[run]);
      if (!row.reasons.empty()) reading["because"] = row.reasons[run];
      if (words != nullptr) reading[words] = row.words[run].empty() ? Json(nullptr) : Json(row.words[run]);
      readings.push_back(std::move(reading));
    }
    one["runs"] = std::move(readings);
    one["pull"] = row.pull.value;
    one["p_value"] = row.pull.p_value;
    if (many && !std::isnan(row.pull.value)) one["between"] = {row.first, row.second};
    one["differs"] = row.differs;
    all.push_back(std::move(one));
  }
  return all;
}

Json answer_json(const std::vector<ComparedRun>& runs, const Comparison& comparison) {
  Json about = Json::array();
  for (const auto& run : runs)
    about.push_back({{"name", run.name},
                     {"recipe", run.results.recipe},
                     {"scale", run.results.scale},
                     {"seed", run.results.seed},
                     {"software", run.results.software}});
  Json answer = {{"runs", std::move(about)},
                 {"settings", comparison.settings},
                 {"claims", rows_json(comparison, comparison.claims, "id", "verdict")},
                 {"values", rows_json(comparison, comparison.values, "name", nullptr)},
                 {"pairs", comparison.pairs},
                 {"false_alarm_rate", Comparison::false_alarm_rate},
                 {"differences", comparison.differences()}};
  for (const auto& table : comparison.tables)
    answer[answer.contains(table.name) ? "table_" + table.name : table.name] =
        rows_json(comparison, table.readings, table.schema.rows, "outcome", table.schema.by);
  return answer;
}

int run_compare(const Invocation& invocation) {
  const auto runs = studies::compared_runs(output_folders(), invocation.several);
  const fs::path folder = answer_folder(invocation, compare_kind);
  const Comparison comparison = report::compare(runs);
  const bool together = report::differ_in_seeds_only(runs);
  const auto pooled = together ? report::pooled(comparison) : report::Pooled{};
  fs::path page;
  if (!folder.empty()) {
    io::Settings settings;
    settings["recipe"]["title"] = std::string("Runs side by side");
    settings["recipe"]["question"] = fmt::format("Do the runs agree in their claims and fixed points? {} {}",
                                                 report::differences_text(runs), rule_text(comparison));
    settings["runs"]["folders"] = invocation.several;
    page = write_answer(invocation, folder, report::comparison_results(runs, comparison), settings,
                        invocation.get<bool>("force"));
  }
  if (invocation.json()) {
    Json answer = answer_json(runs, comparison);
    if (together) answer["pooled"] = pooled_json(pooled);
    print_json(answer);
    return 0;
  }
  print(answer_text(runs, comparison) + (together ? pooled_text(pooled) : std::string()) + page_text(page));
  return 0;
}

}  // namespace

Command compare_command() {
  return {.name = "compare",
          .help = "fixed points and claims of several runs side by side; together, if only seeds differ",
          .positionals = {{.name = "DIR",
                           .help = "folders of finished runs, two or more; any recipe, scale and seed",
                           .completes = Completes::folder,
                           .several = true}},
          .flags = answer_flags(),
          .footer = "Example:\n  spinflow compare runs/seed-1 runs/seed-2 -o compared",
          .run = run_compare};
}

}  // namespace spinflow::program

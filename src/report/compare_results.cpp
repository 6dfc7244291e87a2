// SPDX-License-Identifier: Apache-2.0
// The tables and figures of a comparison.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/page_parts.hpp"
#include "spinflow/report/compare.hpp"
#include "spinflow/report/pooled.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::report {

namespace {

/// What stands under a run: the verdict of a claim and the number, as far as it has them.
std::string cell(const ComparedRow& row, std::size_t run, bool is_claim) {
  const auto& reading = row.measured[run];
  const bool has_number = !std::isnan(reading.value);
  std::string number = has_number ? measured(reading.value, reading.error) : without_reading(row, run);
  if (!is_claim || row.words[run].empty()) return number;
  return has_number ? fmt::format("{}, {}", row.words[run], number) : row.words[run];
}

/// The columns of a table that has one per run, between `before` and the pull.
std::vector<std::string> columns(const Comparison& comparison, std::vector<std::string> before) {
  before.insert(before.end(), comparison.runs.begin(), comparison.runs.end());
  before.emplace_back("pull");
  if (comparison.runs.size() > 2) before.emplace_back("between");
  before.emplace_back("beyond_errors");
  return before;
}

std::vector<results::Cell> cells(const Comparison& comparison, const ComparedRow& row,
                                 std::vector<results::Cell> before, bool is_claim) {
  for (std::size_t run = 0; run < comparison.runs.size(); ++run)
    before.emplace_back(cell(row, run, is_claim));
  before.emplace_back(to_text(row.pull));
  if (comparison.runs.size() > 2)
    before.emplace_back(std::isnan(row.pull.value)
                            ? std::string()
                            : comparison.runs[row.first] + ", " + comparison.runs[row.second]);
  before.emplace_back(std::string(row.differs ? "yes" : ""));
  return before;
}

/// The table's name, unless the comparison has one of that name itself.
std::string own_name(const ComparedTable& table, const results::Results& out) {
  const bool taken = out.tables.contains(table.name) || table.name == "values";
  return taken ? "table_" + table.name : table.name;
}

void add_tables(std::span<const ComparedRun> runs, const Comparison& comparison, results::Results& out) {
  auto& about = out.tables["runs"];
  about.columns = {"run", "recipe", "scale", "seed", "program"};
  for (const auto& run : runs)
    about.rows.push_back({run.name, run.results.recipe, run.results.scale,
                          fmt::format("{}", run.results.seed), run.results.software});
  if (!comparison.settings.empty()) {
    auto& settings = out.tables["settings_that_differ"];
    settings.columns = {"setting"};
    settings.columns.insert(settings.columns.end(), comparison.runs.begin(), comparison.runs.end());
    for (const auto& [path, texts] : comparison.settings) {
      std::vector<results::Cell> row = {path};
      row.insert(row.end(), texts.begin(), texts.end());
      settings.rows.push_back(std::move(row));
    }
  }
  if (!comparison.claims.empty()) {
    auto& table = out.tables["claims"];
    table.columns = columns(comparison, {"claim", "statement"});
    for (const auto& row : comparison.claims)
      table.rows.push_back(cells(comparison, row, {row.name, row.statement}, true));
  }
  for (const auto& compared : comparison.tables) {
    auto& table = out.tables[own_name(compared, out)];
    table.columns = columns(comparison, {compared.schema.rows, compared.schema.by});
    for (const auto& row : compared.readings)
      table.rows.push_back(cells(comparison, row, {row.name, row.by}, false));
  }
  if (!comparison.values.empty()) {
    auto& table = out.tables["values"];
    table.columns = columns(comparison, {"quantity"});
    for (const auto& row : comparison.values) table.rows.push_back(cells(comparison, row, {row.name}, false));
  }
}

bool is_drawn(const ComparedRow& row) {
  return std::ranges::any_of(row.measured, [](const auto& reading) { return std::isfinite(reading.value); });
}

bool is_shared(const ComparedRow& row) {
  return std::ranges::count_if(row.measured,
                               [](const auto& reading) { return std::isfinite(reading.value); }) > 1;
}

/// What the runs expected of the values that repeat these readings (T_c), if that is one number.
std::vector<results::Rule> expected(std::span<const ComparedRun> runs, const ComparedTable& table,
                                    const std::string& label) {
  std::set<double> all;
  for (const auto& reading : table.schema.readings) {
    const auto hole = reading.values.find("{}");
    if (reading.label != label || hole == std::string::npos) continue;
    for (const auto& run : runs)
      for (const auto& [name, value] : run.results.values)
        if (name.starts_with(reading.values.substr(0, hole)) &&
            name.ends_with(reading.values.substr(hole + 2)) && std::isfinite(value.expected))
          all.insert(value.expected);
  }
  if (all.size() != 1) return {};
  return {{*all.begin(), "expected"}};
}

results::Figure table_figure(std::span<const ComparedRun> runs, const Comparison& comparison,
                             const ComparedTable& table, const std::string& label) {
  std::vector<const ComparedRow*> rows;
  for (const auto& row : table.readings)
    if (row.by == label && is_drawn(row)) rows.push_back(&row);
  const bool some_shared = std::ranges::any_of(rows, [](const ComparedRow* row) { return is_shared(*row); });
  if (some_shared) std::erase_if(rows, [](const ComparedRow* row) { return !is_shared(*row); });
  const auto& schema = table.schema;
  results::CategoryFigure figure;
  figure.id = figure_name(table.name + "-" + label);
  figure.title = fmt::format("{} by {}", schema.title, label);
  figure.caption = fmt::format(
      "{}, one symbol per run; bars: one standard error over training seeds. Only where a run quotes a {}{}.",
      schema.caption, schema.noun,
      some_shared ? fmt::format(", and only {}s that two runs have at least", schema.rows)
                  : fmt::format("; no {} is in two runs", schema.rows));
  figure.value.title = schema.quantity;
  figure.category_title = schema.rows;
  figure.rules = expected(runs, table, label);
  for (const auto* row : rows)
    for (std::size_t run = 0; run < comparison.runs.size(); ++run)
      figure.points.push_back(
          {row->name, comparison.runs[run], row->measured[run].value, row->measured[run].error});
  return results::category_figure(figure);
}

}  // namespace

results::Results comparison_results(std::span<const ComparedRun> runs, const Comparison& comparison) {
  results::Results out{.recipe = "compare", .scale = ""};
  add_tables(runs, comparison, out);
  for (const auto& table : comparison.tables) {
    std::vector<std::string> labels;
    for (const auto& row : table.readings)
      if (is_drawn(row) && std::ranges::find(labels, row.by) == labels.end()) labels.push_back(row.by);
    for (const auto& label : labels) out.figures.push_back(table_figure(runs, comparison, table, label));
  }
  const auto value = [&](const char* name, std::size_t number) {
    out.values[name] = {static_cast<double>(number), results::none, results::none, results::none};
  };
  if (differ_in_seeds_only(runs)) out.tables.merge(pooled_results(runs, pooled(comparison)).tables);
  value("compared_pairs", comparison.pairs);
  value("rows_beyond_errors", comparison.differences());
  return out;
}

}  // namespace spinflow::report

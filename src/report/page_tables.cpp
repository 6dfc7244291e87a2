// SPDX-License-Identifier: Apache-2.0
#include "report/page_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "report/page_parts.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::report {

namespace {

using results::Cell;
using results::Table;

// Bytes of a text from which its column is given the width to be read in.
constexpr std::size_t long_text = 30;
// Likewise, for twice that width.
constexpr std::size_t very_long_text = 120;
// Bytes up to which the first column stays where it is while the others are scrolled.
constexpr std::size_t most_sticky = 48;

/// A column of the page: one of the table, or one and that of its errors.
struct Column {
  std::size_t value;
  std::optional<std::size_t> error;
  const char* style;  // class of its cells
};

double number(const Cell& cell) {
  const auto* value = std::get_if<double>(&cell);
  return value != nullptr ? *value : std::numeric_limits<double>::quiet_NaN();
}

bool is_numeric(const Table& table, std::size_t column) {
  return std::ranges::all_of(table.rows, [column](const auto& row) {
    return column < row.size() && std::holds_alternative<double>(row[column]);
  });
}

std::size_t longest_text(const Table& table, std::size_t column) {
  std::size_t longest = 0;
  for (const auto& row : table.rows)
    if (const auto* text = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr)
      longest = std::max(longest, text->size());
  return longest;
}

std::vector<Column> columns_of(const Table& table) {
  std::vector<Column> columns;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool numeric = is_numeric(table, c);
    const bool has_error =
        c + 1 < table.columns.size() && table.columns[c + 1] == table.columns[c] + "_error";
    const std::size_t longest = longest_text(table, c);
    const char* style = longest > very_long_text ? "text long" : longest > long_text ? "text" : "";
    if (numeric) style = "number";
    if (c == 0 && !numeric && longest <= most_sticky) style = "name";
    const bool merged = numeric && has_error && is_numeric(table, c + 1);
    columns.push_back({c, merged ? std::optional(c + 1) : std::nullopt, style});
    if (merged) ++c;
  }
  return columns;
}

std::string cell_html(const std::vector<Cell>& row, const Column& column) {
  const std::string style = *column.style != 0 ? fmt::format(" class=\"{}\"", column.style) : std::string();
  if (column.value >= row.size()) return "<td></td>";
  const Cell& cell = row[column.value];
  if (const auto* text = std::get_if<std::string>(&cell))
    return fmt::format("<td{}>{}</td>", style, escaped(*text));
  const double value = number(cell);
  const double error = column.error ? number(row[*column.error]) : std::numeric_limits<double>::quiet_NaN();
  if (!std::isfinite(value) || error == 0 || !column.error)
    return fmt::format("<td{}>{}</td>", style, plain(value));
  if (!std::isfinite(error))
    return fmt::format("<td{} title=\"no error can be had\">{}(?)</td>", style, plain(value));
  return fmt::format("<td{} title=\"{} ± {}\">{}</td>", style, value, error, stats::concise(value, error));
}

std::string table_html(const Table& table) {
  const auto columns = columns_of(table);
  std::string html = "<table>\n<thead><tr>";
  for (const auto& column : columns)
    html += fmt::format("<th{}>{}</th>",
                        *column.style != 0 ? fmt::format(" class=\"{}\"", column.style) : std::string(),
                        escaped(spoken(table.columns[column.value])));
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (const auto& column : columns) html += cell_html(row, column);
    html += "</tr>\n";
  }
  return html + "</tbody></table>";
}

}  // namespace

std::string tables_section(const results::Results& results) {
  if (results.tables.empty()) return {};
  std::string html = "<h2 id=\"tables\">Tables</h2>\n";
  if (std::ranges::any_of(results.tables, [](const auto& one) {
        return std::ranges::any_of(columns_of(one.second),
                                   [](const Column& column) { return column.error.has_value(); });
      }))
    html += "<p>2.283(8) is 2.283 with a standard error of 0.008; the CSV has all digits.</p>\n";
  for (const auto& [name, table] : results.tables) {
    const std::string save = fmt::format("<a class=\"csv\" download=\"{}.csv\" href=\"{}\">CSV</a>",
                                         escaped(name), data_url("text/csv", results::to_csv(table)));
    const std::string title = escaped(spoken(name));
    // The anchor stands within the folded part: following a link to it unfolds that, without any script.
    if (table.rows.size() > most_open_rows)
      html += fmt::format(
          "<details class=\"table\"><summary><h3>{1}</h3> <span class=\"muted\">{2} rows</span></summary>\n"
          "<div class=\"wide\" id=\"table-{0}\">{3}{4}</div></details>\n",
          escaped(name), title, table.rows.size(), save, table_html(table));
    else
      html += fmt::format("<h3 id=\"table-{0}\">{1}</h3>\n<div class=\"wide\">{2}{3}</div>\n", escaped(name),
                          title, save, table_html(table));
  }
  return html;
}

}  // namespace spinflow::report

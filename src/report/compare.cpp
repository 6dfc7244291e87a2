// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "spinflow/stats/distributions.hpp"

namespace spinflow::report {

namespace {

using results::Table;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<std::size_t> column(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

double number(const Table& table, const std::vector<results::Cell>& row, const std::string& name) {
  const auto c = column(table, name);
  const double* value = c ? std::get_if<double>(&row[*c]) : nullptr;
  return value != nullptr ? *value : std::numeric_limits<double>::quiet_NaN();
}

std::string text(const Table& table, const std::vector<results::Cell>& row, const std::string& name) {
  const auto c = column(table, name);
  const std::string* value = c ? std::get_if<std::string>(&row[*c]) : nullptr;
  return value != nullptr ? *value : std::string();
}

/// Where `schema` names a column with the repetitions behind the errors of a row: its number.
double seeds_of(const results::TableSchema& schema, const Table& table,
                const std::vector<results::Cell>& row) {
  const double seeds = number(table, row, schema.repetitions);
  return std::isfinite(seeds) ? seeds : infinity;
}

/// Repetitions behind the errors of a run's claims and values: as it declares, else the fewest that its
/// settings name.
double seeds_of(const ComparedRun& run, const results::Schema& schema) {
  if (std::isfinite(schema.repetitions)) return schema.repetitions;
  double fewest = infinity;
  for (const auto& [section, values] : run.settings)
    if (const auto found = values.find("seeds"); found != values.end())
      if (const auto* seeds = std::get_if<std::int64_t>(&found->second))
        fewest = std::min(fewest, static_cast<double>(*seeds));
  return fewest;
}

/// The table of that name; none if it lacks the column that names its rows.
const Table* table_of(const ComparedRun& run, const std::string& name, const results::TableSchema& schema) {
  const auto found = run.results.tables.find(name);
  return found != run.results.tables.end() && column(found->second, schema.rows) ? &found->second : nullptr;
}

/// "T_energy_{}" for the row "V": "T_energy_V".
std::string filled(std::string pattern, const std::string& row) {
  const auto hole = pattern.find("{}");
  return hole == std::string::npos ? pattern : pattern.replace(hole, 2, row);
}

/// Names of the values that say once more what a declared table says.
std::set<std::string> repeated_by(const ComparedRun& run, const results::Schema& schema) {
  std::set<std::string> names;
  for (const auto& [name, declared] : schema.tables)
    if (const Table* table = table_of(run, name, declared); table != nullptr)
      for (const auto& row : table->rows)
        for (const auto& reading : declared.readings)
          if (!reading.values.empty() && column(*table, reading.column))
            names.insert(filled(reading.values, text(*table, row, declared.rows)));
  return names;
}

/// Names of the values of which some run has no table that says the same.
std::set<std::string> values_of_their_own(std::span<const ComparedRun> runs,
                                          const std::vector<results::Schema>& schemas) {
  std::set<std::string> names;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto repeated = repeated_by(runs[r], schemas[r]);
    for (const auto& [name, value] : runs[r].results.values)
      if (!repeated.contains(name)) names.insert(name);
  }
  return names;
}

/// Rows by name, a new one at the end; each with the repetitions behind its errors.
class Rows {
 public:
  explicit Rows(std::size_t runs) : runs_(runs) {}

  void set(std::size_t run, const std::string& name, const std::string& by, const stats::Estimate& measured,
           const std::string& words, double replicates) {
    auto found =
        std::ranges::find_if(rows_, [&](const ComparedRow& row) { return row.name == name && row.by == by; });
    if (found == rows_.end()) {
      rows_.push_back({.name = name,
                       .by = by,
                       .measured = std::vector<stats::Estimate>(runs_),
                       .words = std::vector<std::string>(runs_)});
      replicates_.emplace_back(runs_, infinity);
      found = rows_.end() - 1;
    }
    found->measured[run] = measured;
    found->words[run] = words;
    replicates_[static_cast<std::size_t>(found - rows_.begin())][run] = replicates;
  }

  /// The first row of that name, which there must be.
  ComparedRow& row(const std::string& name) { return *std::ranges::find(rows_, name, &ComparedRow::name); }

  /// The rows with their pulls, of which `pairs` counts all.
  std::vector<ComparedRow> pulled(std::size_t& pairs) && {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      ComparedRow& row = rows_[i];
      for (std::size_t a = 0; a < runs_; ++a)
        for (std::size_t b = a + 1; b < runs_; ++b) {
          const Pull one = pull(row.measured[a], replicates_[i][a], row.measured[b], replicates_[i][b]);
          if (std::isnan(one.value)) continue;
          ++pairs;
          if (!std::isnan(row.pull.value) && one.p_value >= row.pull.p_value) continue;
          row.pull = one;
          row.first = a;
          row.second = b;
        }
    }
    return std::move(rows_);
  }

 private:
  std::size_t runs_;
  std::vector<ComparedRow> rows_;
  std::vector<std::vector<double>> replicates_;
};

/// Settings of a run in one level; what describes the recipe and what --scale and --seed give stands
/// elsewhere.
std::map<std::string, std::string> flat(const io::Settings& settings) {
  std::map<std::string, std::string> all;
  for (const auto& [section, values] : settings)
    if (section != "recipe")
      for (const auto& [key, value] : values) all[section + "." + key] = base::to_text(value);
  return all;
}

std::map<std::string, std::vector<std::string>> different_settings(std::span<const ComparedRun> runs) {
  std::map<std::string, std::vector<std::string>> all;
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (const auto& [path, value] : flat(runs[r].settings)) {
      auto& texts = all[path];
      texts.resize(runs.size());
      texts[r] = value;
    }
  std::erase_if(all, [](const auto& one) {
    return std::ranges::all_of(one.second, [&](const std::string& text) { return text == one.second[0]; });
  });
  return all;
}

}  // namespace

Pull pull(const stats::Estimate& a, double replicates_a, const stats::Estimate& b, double replicates_b) {
  if (!std::isfinite(a.value) || !std::isfinite(b.value) || !std::isfinite(a.error) ||
      !std::isfinite(b.error) || a.error < 0 || b.error < 0)
    return {};
  const double difference = a.value - b.value;
  const double variance = a.error * a.error + b.error * b.error;
  if (variance == 0) {
    if (difference == 0) return {0, 1};
    return {std::copysign(infinity, difference), 0};
  }
  const double value = difference / std::sqrt(variance);
  // Welch: variance^2 / (s_a^4 / (n_a - 1) + s_b^4 / (n_b - 1)).
  const auto part = [](double error, double n) { return std::pow(error, 4) / (std::max(n, 2.0) - 1); };
  const double inverse = (part(a.error, replicates_a) + part(b.error, replicates_b)) / (variance * variance);
  const double one_sided = inverse > 0 ? stats::student_survival(std::abs(value), 1 / inverse)
                                       : stats::normal_survival(std::abs(value));
  return {value, 2 * one_sided};
}

std::string to_text(const Pull& pull) {
  if (std::isnan(pull.value)) return {};
  return fmt::format("{:.1f}", std::round(10 * pull.value) / 10 + 0.0);  // no minus before zero
}

std::vector<const std::vector<ComparedRow>*> Comparison::lists() const {
  std::vector<const std::vector<ComparedRow>*> all = {&claims};
  for (const auto& table : tables) all.push_back(&table.readings);
  all.push_back(&values);
  return all;
}

std::size_t Comparison::rows() const {
  std::size_t n = 0;
  for (const auto* list : lists()) n += list->size();
  return n;
}

std::size_t Comparison::differences() const {
  std::size_t n = 0;
  for (const auto* list : lists())
    n += static_cast<std::size_t>(std::ranges::count(*list, true, &ComparedRow::differs));
  return n;
}

namespace {

/// The tables that the runs declare, each as the first run does that has it.
std::vector<ComparedTable> compared_tables(std::span<const ComparedRun> runs,
                                           const std::vector<results::Schema>& schemas, std::size_t& pairs) {
  std::vector<ComparedTable> all;
  for (const auto& schema : schemas)
    for (const auto& [name, declared] : schema.tables)
      if (std::ranges::find(all, name, &ComparedTable::name) == all.end())
        all.push_back({name, declared, {}});
  for (auto& table : all) {
    Rows rows(runs.size());
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const auto declared = schemas[r].tables.find(table.name);
      if (declared == schemas[r].tables.end()) continue;
      const auto& schema = declared->second;
      const Table* own = table_of(runs[r], table.name, schema);
      if (own == nullptr) continue;
      for (const auto& row : own->rows)
        for (const auto& reading : schema.readings)
          if (column(*own, reading.column))
            rows.set(r, text(*own, row, schema.rows), reading.label,
                     {.value = number(*own, row, reading.column),
                      .error = number(*own, row, reading.column + "_error")},
                     text(*own, row, schema.outcome), seeds_of(schema, *own, row));
    }
    table.readings = std::move(rows).pulled(pairs);
  }
  std::erase_if(all, [](const ComparedTable& table) { return table.readings.empty(); });
  return all;
}

}  // namespace

Comparison compare(std::span<const ComparedRun> runs) {
  Comparison comparison;
  std::vector<results::Schema> schemas;
  for (const auto& run : runs) schemas.push_back(results::schema_of(run.results));
  Rows claims(runs.size());
  Rows values(runs.size());
  const auto own_values = values_of_their_own(runs, schemas);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto& results = runs[r].results;
    const double seeds = seeds_of(runs[r], schemas[r]);
    comparison.runs.push_back(runs[r].name);
    for (const auto& claim : results.claims) {
      claims.set(r, claim.id, "", {.value = claim.measured, .error = claim.error},
                 results::to_string(claim.verdict), seeds);
      auto& row = claims.row(claim.id);
      if (row.statement.empty()) row.statement = claim.tested();
      row.reasons.resize(runs.size());
      row.reasons[r] = claim.because;
    }
    for (const auto& [name, value] : results.values)
      if (own_values.contains(name))
        values.set(r, name, "", {.value = value.value, .error = value.error}, "", seeds);
  }
  comparison.claims = std::move(claims).pulled(comparison.pairs);
  comparison.tables = compared_tables(runs, schemas, comparison.pairs);
  comparison.values = std::move(values).pulled(comparison.pairs);
  const auto judge = [&](std::vector<ComparedRow>& rows) {
    for (auto& row : rows)
      row.differs = row.pull.p_value * static_cast<double>(comparison.pairs) < Comparison::false_alarm_rate;
  };
  judge(comparison.claims);
  for (auto& table : comparison.tables) judge(table.readings);
  judge(comparison.values);
  comparison.settings = different_settings(runs);
  return comparison;
}

std::string without_reading(const ComparedRow& row, std::size_t run) {
  if (row.by.empty() || row.words[run].empty()) return "-";
  return row.words[run].starts_with("failed") ? "failed" : "none";
}

std::string differences_text(std::span<const ComparedRun> runs) {
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const auto& of) {
    std::vector<std::string> texts;
    for (const auto& run : runs) texts.push_back(fmt::format("{}", of(run.results)));
    if (std::ranges::any_of(texts, [&](const std::string& text) { return text != texts.front(); }))
      parts.push_back(fmt::format("{} ({})", what, fmt::join(texts, ", ")));
  };
  add("recipe", [](const results::Results& r) { return r.recipe; });
  add("scale", [](const results::Results& r) { return r.scale.empty() ? "none" : r.scale; });
  add("seed", [](const results::Results& r) { return r.seed; });
  add("program", [](const results::Results& r) { return r.software; });
  const bool settings = !different_settings(runs).empty();
  if (settings) parts.emplace_back("settings");
  if (parts.empty())
    return "The runs have the same recipe, scale, seed, program and settings: they should be equal.";
  const std::string last = parts.back();
  parts.pop_back();
  return fmt::format("The runs differ in {}{}{}.", fmt::join(parts, ", "), parts.empty() ? "" : " and ",
                     last);
}

}  // namespace spinflow::report

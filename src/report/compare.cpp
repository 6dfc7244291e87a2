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

const Table* fixed_points_of(const ComparedRun& run) {
  const auto found = run.results.tables.find("fixed_points");
  return found != run.results.tables.end() && column(found->second, "variant") ? &found->second : nullptr;
}

double seeds_of(const Table& table, const std::vector<results::Cell>& row) {
  const double seeds = number(table, row, "seeds");
  return std::isfinite(seeds) ? seeds : infinity;
}

/// Repetitions behind the errors of a run's claims and values: those of its fixed points, else the fewest
/// that its settings name.
double seeds_of(const ComparedRun& run) {
  double most = 0;
  if (const Table* table = fixed_points_of(run); table != nullptr)
    for (const auto& row : table->rows) most = std::max(most, seeds_of(*table, row));
  if (most > 0) return most;
  double fewest = infinity;
  for (const auto& [section, values] : run.settings)
    if (const auto found = values.find("seeds"); found != values.end())
      if (const auto* seeds = std::get_if<std::int64_t>(&found->second))
        fewest = std::min(fewest, static_cast<double>(*seeds));
  return fewest;
}

/// "energy", ...: the thermometers of a table, from its columns.
std::vector<std::string> thermometers_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& name : table.columns)
    if (name.starts_with("T_") && column(table, name + "_error")) names.push_back(name.substr(2));
  return names;
}

/// As the registry has it: "pseudo-likelihood".
std::string hyphenated(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

/// Names of the values that say once more what the table of fixed points says: T_<thermometer>_<variant>.
std::set<std::string> repeated_by(const ComparedRun& run) {
  std::set<std::string> names;
  if (const Table* table = fixed_points_of(run); table != nullptr)
    for (const auto& row : table->rows)
      for (const auto& thermometer : thermometers_of(*table))
        names.insert(fmt::format("T_{}_{}", thermometer, text(*table, row, "variant")));
  return names;
}

/// Names of the values of which some run has no fixed point that says the same.
std::set<std::string> values_of_their_own(std::span<const ComparedRun> runs) {
  std::set<std::string> names;
  for (const auto& run : runs) {
    const auto repeated = repeated_by(run);
    for (const auto& [name, value] : run.results.values)
      if (!repeated.contains(name)) names.insert(name);
  }
  return names;
}

/// Rows by name, a new one at the end; each with the repetitions behind its errors.
class Rows {
 public:
  explicit Rows(std::size_t runs) : runs_(runs) {}

  void set(std::size_t run, const std::string& name, const std::string& thermometer,
           const stats::Estimate& measured, const std::string& words, double replicates) {
    auto found = std::ranges::find_if(
        rows_, [&](const ComparedRow& row) { return row.name == name && row.thermometer == thermometer; });
    if (found == rows_.end()) {
      rows_.push_back({.name = name,
                       .thermometer = thermometer,
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

std::size_t Comparison::differences() const {
  std::size_t n = 0;
  for (const auto* rows : {&claims, &fixed_points, &values})
    n += static_cast<std::size_t>(std::ranges::count(*rows, true, &ComparedRow::differs));
  return n;
}

Comparison compare(std::span<const ComparedRun> runs) {
  Comparison comparison;
  Rows claims(runs.size());
  Rows fixed_points(runs.size());
  Rows values(runs.size());
  const auto own_values = values_of_their_own(runs);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto& results = runs[r].results;
    comparison.runs.push_back(runs[r].name);
    for (const auto& claim : results.claims) {
      claims.set(r, claim.id, "", {.value = claim.measured, .error = claim.error},
                 results::to_string(claim.verdict), seeds_of(runs[r]));
      auto& statement = claims.row(claim.id).statement;
      if (statement.empty()) statement = claim.statement;
    }
    for (const auto& [name, value] : results.values)
      if (own_values.contains(name))
        values.set(r, name, "", {.value = value.value, .error = value.error}, "", seeds_of(runs[r]));
    const Table* table = fixed_points_of(runs[r]);
    if (table == nullptr) continue;
    for (const auto& row : table->rows)
      for (const auto& thermometer : thermometers_of(*table))
        fixed_points.set(r, text(*table, row, "variant"), hyphenated(thermometer),
                         {.value = number(*table, row, "T_" + thermometer),
                          .error = number(*table, row, "T_" + thermometer + "_error")},
                         text(*table, row, "outcome"), seeds_of(*table, row));
  }
  comparison.claims = std::move(claims).pulled(comparison.pairs);
  comparison.fixed_points = std::move(fixed_points).pulled(comparison.pairs);
  comparison.values = std::move(values).pulled(comparison.pairs);
  for (auto* rows : {&comparison.claims, &comparison.fixed_points, &comparison.values})
    for (auto& row : *rows)
      row.differs = row.pull.p_value * static_cast<double>(comparison.pairs) < Comparison::false_alarm_rate;
  comparison.settings = different_settings(runs);
  return comparison;
}

std::string without_reading(const ComparedRow& row, std::size_t run) {
  if (row.thermometer.empty() || row.words[run].empty()) return "-";
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/limit_text.hpp"

namespace spinflow::results {

/// The table of that name; Error(input) beginning with `where` if it is not there.
[[nodiscard]] const Table& table_of(const std::map<std::string, Table>& tables, const std::string& name,
                                    const std::string& where);

/// Cells of a table by the names of its columns. Every fault is an Error(input) that begins with `where` and
/// names the column.
class TableReader {
 public:
  TableReader(const Table& table, std::string where) : table_(table), where_(std::move(where)) {}

  [[nodiscard]] std::size_t size() const { return table_.rows.size(); }
  /// Which of the columns that is.
  [[nodiscard]] std::size_t column(const std::string& name) const;
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  /// A whole number between the two, which lie within +-2^53.
  [[nodiscard]] std::int64_t whole(std::size_t row, std::size_t column, double least, double most) const;
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const;

 private:
  [[nodiscard]] Error refuse(std::size_t column, const std::string& what) const;

  const Table& table_;
  std::string where_;
};

/// Whether a struct's member can be a column that is read back: a number, a whole number, bool (0 or 1), a
/// text, or an Estimate, whose error is a column beside it.
template <class M>
concept Recorded =
    std::is_arithmetic_v<M> || std::same_as<M, std::string> || std::same_as<M, stats::Estimate>;

/// The members of a struct by their names, once: columns of a table (and so of results.json, of CSV, and of
/// what a run keeps), and the way back by the names.
///
///     const auto record = results::Record<Reading>()
///         .add("L", &Reading::size)
///         .add("K", &Reading::output, &ChainCoupling::coupling)            // K, K_error
///         .show("pull", [](const Reading& r) { return r.output.coupling.value / r.output.coupling.error; });
///     results.tables["readings"] = record.table(readings);
///     readings = record.read(table, path);                                 // all but the pull
template <class T>
class Record {
 public:
  /// A member, or a function that returns a reference to one of a `const T&` and of a `T&`. `error`: the
  /// name of the column beside an Estimate; empty: NAME_error.
  template <class Member>
  requires std::invocable<Member, T&> Record& add(std::string name, Member member, std::string error = {}) {
    using M = std::remove_cvref_t<std::invoke_result_t<Member, T&>>;
    static_assert(Recorded<M>);
    show(
        std::move(name), [member](const T& record) -> M { return std::invoke(member, record); },
        std::move(error));
    columns_.back().read = [member](T& record, const TableReader& reader, std::size_t row,
                                    std::span<const std::size_t> at) {
      read_member(std::invoke(member, record), reader, row, at);
    };
    return *this;
  }

  /// A member of a member (also of a base).
  template <class Base, class Part, class M>
  requires std::derived_from<T, Base> Record& add(std::string name, Part Base::*outer, M Part::*inner,
                                                  std::string error = {}) {
    return add(
        std::move(name), [ outer, inner ](auto& record) -> auto& { return record.*outer.*inner; },
        std::move(error));
  }

  /// What is made of a record and is not read back: also a Reading, which takes the columns NAME, NAME_error
  /// and NAME_lower_limit (infinity, without an error, where it cannot be told from that).
  template <class Value>
  requires std::invocable<Value, const T&> Record& show(std::string name, Value value,
                                                        std::string error = {}) {
    using M = std::remove_cvref_t<std::invoke_result_t<Value, const T&>>;
    Column column;
    column.names = {name};
    constexpr bool is_reading = std::same_as<M, thermometers::Reading>;
    if (is_reading || std::same_as<M, stats::Estimate>)
      column.names.push_back(error.empty() ? name + "_error" : std::move(error));
    if (is_reading) column.names.push_back(name + "_lower_limit");
    column.write = [value](const T& record, std::vector<Cell>& row) {
      write_cells(row, std::invoke(value, record));
    };
    columns_.push_back(std::move(column));
    return *this;
  }

  [[nodiscard]] std::vector<std::string> columns() const {
    std::vector<std::string> names;
    for (const auto& column : columns_) names.insert(names.end(), column.names.begin(), column.names.end());
    return names;
  }

  [[nodiscard]] std::vector<Cell> row(const T& record) const {
    std::vector<Cell> cells;
    for (const auto& column : columns_) column.write(record, cells);
    return cells;
  }

  /// A row per record. `records`: a range of records or of pointers to them.
  template <class Range>
  [[nodiscard]] Table table(Range&& records) const {
    Table table{.columns = columns(), .rows = {}};
    for (const auto& record : records) {
      if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(record)>>)
        table.rows.push_back(row(*record));
      else
        table.rows.push_back(row(record));
    }
    return table;
  }

  /// The records of the rows. Columns are found by name: their order does not matter, and others are passed
  /// over. What no column holds is as in `begin`. Error(input) beginning with `where` and naming the column
  /// that is missing or has a cell of another kind.
  [[nodiscard]] std::vector<T> read(const Table& table, const std::string& where, const T& begin = {}) const {
    const TableReader reader(table, where);
    std::vector<T> records(reader.size(), begin);
    for (const auto& column : columns_) {
      if (!column.read) continue;
      std::vector<std::size_t> at;
      for (const auto& name : column.names) at.push_back(reader.column(name));
      for (std::size_t row = 0; row < records.size(); ++row) column.read(records[row], reader, row, at);
    }
    return records;
  }

 private:
  struct Column {
    std::vector<std::string> names;
    std::function<void(const T&, std::vector<Cell>&)> write;
    std::function<void(T&, const TableReader&, std::size_t row, std::span<const std::size_t> at)> read;
  };

  template <class M>
  static void write_cells(std::vector<Cell>& row, const M& value) {
    if constexpr (std::is_arithmetic_v<M>) {
      row.emplace_back(static_cast<double>(value));
    } else if constexpr (std::same_as<M, stats::Estimate>) {
      row.emplace_back(value.value);
      row.emplace_back(value.error);
    } else if constexpr (std::same_as<M, thermometers::Reading>) {
      write_cells(row, thermometers::shown(value));
      row.emplace_back(value.limit);
    } else {
      row.emplace_back(std::string(value));
    }
  }

  template <class M>
  static void read_member(M& member, const TableReader& reader, std::size_t row,
                          std::span<const std::size_t> at) {
    if constexpr (std::is_integral_v<M>) {
      constexpr double whole = 0x1p53;  // up to which a double holds all
      member = static_cast<M>(
          reader.whole(row, at[0], std::max(-whole, static_cast<double>(std::numeric_limits<M>::lowest())),
                       std::min(whole, static_cast<double>(std::numeric_limits<M>::max()))));
    } else if constexpr (std::is_floating_point_v<M>) {
      member = static_cast<M>(reader.number(row, at[0]));
    } else if constexpr (std::same_as<M, std::string>) {
      member = reader.text(row, at[0]);
    } else {
      member = {.value = reader.number(row, at[0]), .error = reader.number(row, at[1])};
    }
  }

  std::vector<Column> columns_;
};

/// The lists of records in a struct, as the tables of a file:
///
///     const auto all = results::Records<Found>().add("layers", &Found::layers, layer_record());
///     results.tables = all.tables(found);
template <class Struct>
class Records {
 public:
  template <class T>
  Records& add(std::string name, std::vector<T> Struct::*member, Record<T> record) {
    parts_.push_back({std::move(name),
                      [member, record](const Struct& from) { return record.table(from.*member); },
                      [member, record](Struct& to, const Table& table, const std::string& where) {
                        to.*member = record.read(table, where);
                      }});
    return *this;
  }

  [[nodiscard]] std::map<std::string, Table> tables(const Struct& from) const {
    std::map<std::string, Table> all;
    for (const auto& part : parts_) all[part.name] = part.table(from);
    return all;
  }

  /// Error(input) beginning with `where` for a table that is missing, and as `Record::read`.
  [[nodiscard]] Struct read(const std::map<std::string, Table>& tables, const std::string& where) const {
    Struct all{};
    for (const auto& part : parts_) part.read(all, table_of(tables, part.name, where), where);
    return all;
  }

 private:
  struct Part {
    std::string name;
    std::function<Table(const Struct&)> table;
    std::function<void(Struct&, const Table&, const std::string&)> read;
  };
  std::vector<Part> parts_;
};

}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

/// The members of a struct by their names, once: one column each in a group of an HDF5 file, the way back by
/// the names, and pairs of name and value for JSON and Python. Members are bool (int8, 0 or 1), std::int64_t,
/// double, std::optional<double> (NaN: nothing) or std::string.
///
///     const auto columns = io::Columns<Row>().add("update", &Row::update).add("loss", &Row::loss);
///     columns.write(file, "history", rows);             // history/update, history/loss
///     rows = columns.read(file, "history");             // Hdf5Reader
///     for (const auto& [name, value] : columns.values(rows[0])) std::cout << name << base::to_text(value);
template <class T>
class Columns {
 public:
  /// A member, or a function that returns a reference to one of a `const T&` and of a `T&`.
  template <class Member>
  requires std::invocable<Member, T&> Columns& add(std::string name, Member member) {
    using M = std::remove_cvref_t<std::invoke_result_t<Member, T&>>;
    Column column{.name = std::move(name)};
    column.write = [member](Hdf5Writer& file, const std::string& array, const std::vector<T>& rows) {
      std::vector<decltype(stored(std::declval<M>()))> values;
      for (const T& row : rows) values.push_back(stored(std::invoke(member, row)));
      if constexpr (std::same_as<M, std::string>)
        file.texts(array, values);
      else
        file.dataset(array, values);
    };
    column.read = [member](const Hdf5Reader& file, const std::string& array, std::size_t n,
                           std::vector<T>& rows) {
      const auto values = read_array<decltype(stored(std::declval<M>()))>(file, array, n);
      rows.resize(n);  // by the first column, when it is known to hold as many
      for (std::size_t i = 0; i < n; ++i) restore(std::invoke(member, rows[i]), values[i]);
    };
    column.value = [member](const T& row) -> base::Value {
      const M& value = std::invoke(member, row);
      if constexpr (std::same_as<M, std::optional<double>>)
        return stored(value);
      else
        return value;
    };
    columns_.push_back(std::move(column));
    return *this;
  }

  /// Columns that a file may lack together: its rows then keep their defaults. `known`: the columns are
  /// written only if it holds for one row; by default always.
  Columns& add_optional(const Columns& part, const std::function<bool(const T&)>& known = {}) {
    for (Column column : part.columns_) {
      column.decisive = part.columns_.front().name;
      column.known = known;
      columns_.push_back(std::move(column));
    }
    return *this;
  }

  void write(Hdf5Writer& file, const std::string& group, const std::vector<T>& rows) const {
    for (const auto& column : columns_)
      if (!column.known || std::ranges::any_of(rows, column.known))
        column.write(file, group + "/" + column.name, rows);
  }

  /// `n` rows. Columns are found by name: their order does not matter, and others are passed over.
  /// Error(input) that begins with the path and names the column that is missing, of another kind or not of
  /// length n.
  [[nodiscard]] std::vector<T> read(const Hdf5Reader& file, const std::string& group, std::size_t n) const {
    file.take_memory(static_cast<double>(n) * sizeof(T));
    std::vector<T> rows;
    for (const auto& column : columns_)
      if (column.decisive.empty() || file.contains(group + "/" + column.decisive))
        column.read(file, group + "/" + column.name, n, rows);
    return rows;
  }
  /// As many rows as the first column has.
  [[nodiscard]] std::vector<T> read(const Hdf5Reader& file, const std::string& group) const {
    const auto shape = file.shape(group + "/" + columns_.front().name);
    return read(file, group, shape.empty() ? 0 : shape[0]);
  }

  /// Names and values of one row, in the order of the columns: bool, whole number, number (NaN for a missing
  /// one) or text.
  [[nodiscard]] std::vector<std::pair<std::string, base::Value>> values(const T& row) const {
    std::vector<std::pair<std::string, base::Value>> all;
    for (const auto& column : columns_) all.emplace_back(column.name, column.value(row));
    return all;
  }

 private:
  struct Column {
    std::string name;
    std::string decisive = {};  ///< a file that lacks the column of this name lacks this one; empty: none may
    std::function<bool(const T&)> known = {};
    std::function<void(Hdf5Writer&, const std::string& array, const std::vector<T>&)> write = {};
    std::function<void(const Hdf5Reader&, const std::string& array, std::size_t n, std::vector<T>&)> read =
        {};
    std::function<base::Value(const T&)> value = {};
  };

  static std::int8_t stored(bool value) { return static_cast<std::int8_t>(value); }
  static std::int64_t stored(std::int64_t value) { return value; }
  static double stored(double value) { return value; }
  static double stored(const std::optional<double>& value) {
    return value.value_or(std::numeric_limits<double>::quiet_NaN());
  }
  static std::string stored(const std::string& value) { return value; }

  static void restore(bool& member, std::int8_t value) { member = value != 0; }
  static void restore(std::int64_t& member, std::int64_t value) { member = value; }
  static void restore(double& member, double value) { member = value; }
  static void restore(std::optional<double>& member, double value) {
    member = std::isnan(value) ? std::nullopt : std::optional(value);
  }
  static void restore(std::string& member, const std::string& value) { member = value; }

  template <class Stored>
  static std::vector<Stored> read_array(const Hdf5Reader& file, const std::string& array, std::size_t n) {
    if constexpr (std::same_as<Stored, std::string>) {
      auto texts = file.texts(array);
      if (texts.size() != n)
        throw input_error(file.path().string(),
                          "'" + array + "' has " + std::to_string(texts.size()) + " texts where " +
                              std::to_string(n) + " belong",
                          "give a file whose parts belong together");
      return texts;
    } else {
      return file.read<Stored>(array, {n});
    }
  }

  std::vector<Column> columns_;
};

}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/record.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinflow::results {

namespace {

constexpr const char* mend = "give the file as spinflow wrote it";

}  // namespace

const Table& table_of(const std::map<std::string, Table>& tables, const std::string& name,
                      const std::string& where) {
  const auto found = tables.find(name);
  if (found == tables.end()) throw input_error(where, fmt::format("it has no table '{}'", name), mend);
  return found->second;
}

Error TableReader::refuse(std::size_t column, const std::string& what) const {
  return input_error(where_, fmt::format("its column '{}' {}", table_.columns[column], what), mend);
}

std::size_t TableReader::column(const std::string& name) const {
  const auto found = std::ranges::find(table_.columns, name);
  if (found == table_.columns.end())
    throw input_error(where_, fmt::format("it has no column '{}'", name), mend);
  return static_cast<std::size_t>(found - table_.columns.begin());
}

double TableReader::number(std::size_t row, std::size_t column) const {
  const auto* number = std::get_if<double>(&table_.rows[row][column]);
  if (number == nullptr) throw refuse(column, "has a text where a number belongs");
  return *number;
}

std::int64_t TableReader::whole(std::size_t row, std::size_t column, double least, double most) const {
  const double value = number(row, column);
  if (!(value >= least && value <= most) || value != std::floor(value))
    throw refuse(column, fmt::format("has {}, which is no whole number or too large", value));
  return static_cast<std::int64_t>(value);
}

const std::string& TableReader::text(std::size_t row, std::size_t column) const {
  const auto* text = std::get_if<std::string>(&table_.rows[row][column]);
  if (text == nullptr) throw refuse(column, "has a number where a text belongs");
  return *text;
}

}  // namespace spinflow::results

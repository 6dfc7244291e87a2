// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "results/vega.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::results {

std::string to_csv(const Table& table) {
  std::string csv;
  const auto add = [&](const std::string& text, bool is_first) {
    if (!is_first) csv += ',';
    csv += text;
  };
  for (std::size_t c = 0; c < table.columns.size(); ++c) add(vega::csv_text(table.columns[c]), c == 0);
  csv += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto* number = std::get_if<double>(&row[c]);
      if (number == nullptr)
        add(vega::csv_text(std::get<std::string>(row[c])), c == 0);
      else if (std::isinf(*number))
        add(*number > 0 ? "infinity" : "-infinity", c == 0);
      else
        add(vega::csv_number(*number), c == 0);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace spinflow::results {

enum class Verdict { supported, contradicted, inconclusive };

[[nodiscard]] std::string to_string(Verdict verdict);

/// A statement of a paper put to the test. The criterion stands in the recipe before the numbers.
struct Claim {
  std::string id;         ///< "b1"
  std::string paper;      ///< citation key
  std::string statement;  ///< the paper's claim in a sentence
  double measured = 0;    ///< the deciding number, which may be infinite; NaN: none
  double error = 0;       ///< its standard error (over training seeds unless said otherwise)
  std::string criterion;
  Verdict verdict = Verdict::inconclusive;
  std::string control;                ///< which control was run and what it gave
  std::string qualification;          ///< under which reading and settings the verdict holds
  std::vector<std::string> evidence;  ///< ids of figures and tables
};

/// A named number. Members without a number (NaN) are written as null. An infinite value is written as null,
/// with "infinity": 1 or -1 beside it.
struct NamedValue {
  double value = 0;
  double error = 0;
  double systematic = 0;
  double expected = 0;
  /// 95 % lower limit of a temperature for which infinity cannot be excluded. NaN: none, not written.
  double limit = std::numeric_limits<double>::quiet_NaN();
};

/// A cell: a number (NaN: null; infinite: the text "infinity" or "-infinity") or a text.
using Cell = std::variant<double, std::string>;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

/// Columns and rows as CSV: numbers as the shortest text that reads back as the same double, infinite ones as
/// "infinity" or "-infinity", NaN as an empty cell.
[[nodiscard]] std::string to_csv(const Table& table);

/// A figure: a complete Vega-Lite specification with its data inside, and the same data as CSV.
struct Figure {
  std::string id;  ///< file name without ending
  std::string title;
  std::string caption;  ///< says what one sees
  std::string spec;     ///< Vega-Lite JSON text
  std::string csv;
};

/// What a recipe ends in: the content of results.json and of figures/.
struct Results {
  std::string recipe;
  std::string scale;
  std::uint64_t seed = 0;
  std::vector<Claim> claims = {};
  std::map<std::string, NamedValue> values = {};
  std::map<std::string, Table> tables = {};
  std::vector<Figure> figures = {};  ///< in reading order; not part of results.json
  std::string software = {};         ///< that wrote the file, as read from it; empty: this program
};

/// The text of results.json: no clock, path or thread count, so equal results are equal bytes.
[[nodiscard]] std::string to_json(const Results& results);

/// The inverse (without figures); null reads as NaN, keys it does not know are passed over. Error(input), one
/// sentence beginning with `where`, for what is no JSON or not of this shape.
[[nodiscard]] Results results_from_json(const std::string& text, const std::string& where);

}  // namespace spinflow::results

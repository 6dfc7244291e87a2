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
  std::string statement;  ///< the paper's, in a sentence
  double measured = 0;    ///< the deciding number, which may be infinite; NaN: none
  double error = 0;       ///< its standard error (over training seeds unless said otherwise)
  std::string criterion;
  Verdict verdict = Verdict::inconclusive;
  std::string control;                ///< which control was run and what it gave
  std::string qualification;          ///< under which reading and settings the verdict holds
  std::vector<std::string> evidence;  ///< ids of figures and tables
  std::string sharper = {};           ///< what is put to the test in place of the statement, if that is ours
  std::string because = {};           ///< why the verdict, in one sentence with the numbers of the run

  /// What is put to the test.
  [[nodiscard]] const std::string& tested() const { return sharper.empty() ? statement : sharper; }
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

/// A column of readings with errors.
struct ReadingColumn {
  std::string column;  ///< its errors stand in <column>_error
  std::string label;   ///< "pseudo-likelihood"
  std::string values =
      {};  ///< values that say the same once more, {} being the row: "T_energy_{}"; empty: none
};

/// What of a table can be set beside that of another run: readings of named things.
struct TableSchema {
  std::string rows;          ///< column with the names: "variant"
  std::string by;            ///< what tells the readings of a row apart: "thermometer"
  std::string noun;          ///< what a reading is: "fixed point"
  std::string title;         ///< of their figures: "Fixed-point temperatures"
  std::string caption;       ///< "Where the flow of each variant stops"
  std::string quantity;      ///< with its unit: "temperature T* (J/k_B)"
  std::string outcome = {};  ///< column that says why there is no reading; "failed..." where the work failed
  std::string repetitions = {};  ///< column with the number of repetitions behind the errors of a row
  std::vector<ReadingColumn> readings = {};
};

/// What a run declares of its values and tables, so that `compare` and pages understand recipes that they
/// have never seen. Values are compared by name.
struct Schema {
  std::map<std::string, TableSchema> tables = {};  ///< by name, those that can be compared
  /// Behind the errors of claims and values. NaN: not said.
  double repetitions = std::numeric_limits<double>::quiet_NaN();
  bool systematic = false;  ///< values have systematic errors, and one without has one that is not known
};

/// What a recipe ends in: the content of results.json and of figures/.
///
///     auto results = results::results_from_json(io::read_text("run/results.json"), "run/results.json");
///     for (const auto& claim : results.claims)
///       std::printf("%s: %s\n", claim.id.c_str(), results::to_string(claim.verdict).c_str());
struct Results {
  std::string recipe;
  std::string scale;
  std::uint64_t seed = 0;
  std::vector<Claim> claims = {};
  std::map<std::string, NamedValue> values = {};
  std::map<std::string, Table> tables = {};
  std::vector<Figure> figures = {};  ///< in reading order; not part of results.json
  std::string software = {};         ///< that wrote the file, as read from it; empty: this program
  Schema schema = {};
};

/// The text of results.json: no clock, path or thread count, so equal results are equal bytes.
[[nodiscard]] std::string to_json(const Results& results);

/// The inverse (without figures); null reads as NaN, keys it does not know are passed over. Error(input), one
/// sentence beginning with `where`, for what is no JSON or not of this shape.
[[nodiscard]] Results results_from_json(const std::string& text, const std::string& where);

/// The schema of results; of a file of an earlier version, which has none, what that version compared.
[[nodiscard]] Schema schema_of(const Results& results);

}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/results.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/results/unknown_numbers.hpp"

namespace spinflow::results {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<Verdict, const char*>, 3> verdicts = {
    {{Verdict::supported, "supported"},
     {Verdict::contradicted, "contradicted"},
     {Verdict::inconclusive, "inconclusive"}}};

constexpr double infinity = std::numeric_limits<double>::infinity();

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// The member that distinguishes an infinite number, written as null, from a missing one.
void add_sign(Json& json, double value) {
  if (std::isinf(value)) json["infinity"] = value > 0 ? 1 : -1;
}

/// Reads members of one object, and says in whose terms what is wrong with them.
class Reader {
 public:
  Reader(const Json& json, std::string name, const std::string& where)
      : json_(json), name_(std::move(name)), where_(where) {
    if (!json_.is_object()) throw refuse("is no object");
  }

  [[nodiscard]] const Json& member(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) throw refuse(fmt::format("has no '{}'", key));
    return *found;
  }

  [[nodiscard]] std::string text(const char* key) const {
    const Json& value = member(key);
    if (!value.is_string()) throw refuse(fmt::format("has a '{}' that is no text", key));
    return value.get<std::string>();
  }

  /// Empty where there is no such member: files of earlier versions.
  [[nodiscard]] std::string optional_text(const char* key) const {
    return json_.contains(key) ? text(key) : std::string();
  }

  [[nodiscard]] double real(const char* key) const {
    const Json& value = member(key);
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (!value.is_number()) throw refuse(fmt::format("has a '{}' that is no number", key));
    return value.get<double>();
  }

  /// As `real`; infinite where it is null and "infinity" has its sign.
  [[nodiscard]] double real_or_infinity(const char* key) const {
    const double value = real(key);
    if (!std::isnan(value) || !json_.contains("infinity")) return value;
    return std::copysign(infinity, real("infinity"));
  }

  /// NaN also where there is no such member.
  [[nodiscard]] double optional_real(const char* key) const {
    return json_.contains(key) ? real(key) : std::numeric_limits<double>::quiet_NaN();
  }

  [[nodiscard]] const Json& list(const char* key) const {
    const Json& value = member(key);
    if (!value.is_array()) throw refuse(fmt::format("has a '{}' that is no list", key));
    return value;
  }

  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> all;
    for (const auto& element : list(key)) {
      if (!element.is_string())
        throw refuse(fmt::format("has a '{}' that holds something else than texts", key));
      all.push_back(element.get<std::string>());
    }
    return all;
  }

  [[nodiscard]] Error refuse(const std::string& what) const {
    return input_error(where_, fmt::format("{} {}", name_, what),
                       "give the results.json of a finished run, as spinflow wrote it");
  }

 private:
  const Json& json_;
  std::string name_;
  std::string where_;
};

Claim claim_from(const Json& json, const std::string& where) {
  const Reader reader(json, "a claim", where);
  Claim claim;
  claim.id = reader.text("id");
  claim.paper = reader.text("paper");
  claim.statement = reader.text("statement");
  claim.sharper = reader.optional_text("sharper");
  claim.because = reader.optional_text("because");
  claim.measured = reader.real_or_infinity("measured");
  claim.error = reader.real("error");
  claim.criterion = reader.text("criterion");
  claim.control = reader.text("control");
  claim.qualification = reader.text("qualification");
  claim.evidence = reader.texts("evidence");
  const std::string verdict = reader.text("verdict");
  for (const auto& [value, name] : verdicts)
    if (verdict == name) {
      claim.verdict = value;
      return claim;
    }
  throw reader.refuse("has a verdict that is none of supported, contradicted, inconclusive");
}

TableSchema table_schema_from(const Json& json, const std::string& name, const std::string& where) {
  const Reader reader(json, fmt::format("the schema of '{}'", name), where);
  TableSchema schema{.rows = reader.text("rows"),
                     .by = reader.text("by"),
                     .noun = reader.text("noun"),
                     .title = reader.text("title"),
                     .caption = reader.text("caption"),
                     .quantity = reader.text("quantity"),
                     .outcome = reader.optional_text("outcome"),
                     .repetitions = reader.optional_text("repetitions")};
  for (const auto& element : reader.list("readings")) {
    const Reader reading(element, fmt::format("a reading in the schema of '{}'", name), where);
    schema.readings.push_back(
        {reading.text("column"), reading.text("label"), reading.optional_text("values")});
  }
  return schema;
}

Schema schema_from(const Json& json, const std::string& where) {
  const Reader reader(json, "the schema", where);
  Schema schema;
  schema.repetitions = reader.optional_real("repetitions");
  schema.systematic = json.contains("systematic") && json["systematic"] == true;
  const Json& tables = reader.member("tables");
  if (!tables.is_object()) throw reader.refuse("has 'tables' that are no object");
  for (const auto& [name, table] : tables.items())
    schema.tables[name] = table_schema_from(table, name, where);
  return schema;
}

Json json_of(const Schema& schema) {
  Json json = Json::object();
  if (std::isfinite(schema.repetitions)) json["repetitions"] = schema.repetitions;
  if (schema.systematic) json["systematic"] = true;
  if (json.empty() && schema.tables.empty()) return json;
  Json tables = Json::object();
  for (const auto& [name, table] : schema.tables) {
    Json readings = Json::array();
    for (const auto& reading : table.readings)
      readings.push_back({{"column", reading.column}, {"label", reading.label}, {"values", reading.values}});
    tables[name] = {{"rows", table.rows},
                    {"by", table.by},
                    {"noun", table.noun},
                    {"title", table.title},
                    {"caption", table.caption},
                    {"quantity", table.quantity},
                    {"outcome", table.outcome},
                    {"repetitions", table.repetitions},
                    {"readings", std::move(readings)}};
  }
  json["tables"] = std::move(tables);
  return json;
}

Table table_from(const Json& json, const std::string& name, const std::string& where) {
  const Reader reader(json, fmt::format("the table '{}'", name), where);
  Table table;
  table.columns = reader.texts("columns");
  for (const auto& row : reader.list("rows")) {
    if (!row.is_array() || row.size() != table.columns.size())
      throw reader.refuse("has a row that is not as long as its columns");
    std::vector<Cell> cells;
    for (const auto& cell : row) {
      if (cell.is_null())
        cells.emplace_back(std::numeric_limits<double>::quiet_NaN());
      else if (cell.is_number())
        cells.emplace_back(cell.get<double>());
      else if (cell == "infinity" || cell == "-infinity")
        cells.emplace_back(cell == "infinity" ? infinity : -infinity);
      else if (cell.is_string())
        cells.emplace_back(cell.get<std::string>());
      else
        throw reader.refuse("has a cell that is neither a number nor a text");
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

std::string to_string(Verdict verdict) {
  for (const auto& [value, name] : verdicts)
    if (value == verdict) return name;
  return "inconclusive";
}

std::string to_json(const Results& results) {
  Json claims = Json::array();
  for (const auto& claim : results.claims) {
    Json one = {{"id", claim.id},
                {"paper", claim.paper},
                {"statement", with_dashes(claim.statement)},
                {"sharper", with_dashes(claim.sharper)},
                {"measured", number(claim.measured)},
                {"error", number(claim.error)},
                {"criterion", with_dashes(claim.criterion)},
                {"verdict", to_string(claim.verdict)},
                {"because", with_dashes(claim.because)},
                {"control", with_dashes(claim.control)},
                {"qualification", with_dashes(claim.qualification)},
                {"evidence", claim.evidence}};
    add_sign(one, claim.measured);
    claims.push_back(std::move(one));
  }
  Json values = Json::object();
  for (const auto& [name, value] : results.values) {
    Json& one = values[name];
    one = {{"value", number(value.value)},
           {"error", number(value.error)},
           {"systematic", number(value.systematic)},
           {"expected", number(value.expected)}};
    add_sign(one, value.value);
    if (std::isfinite(value.limit)) one["limit"] = value.limit;
  }
  Json tables = Json::object();
  for (const auto& [name, table] : results.tables) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json cells = Json::array();
      for (const auto& cell : row) {
        if (const auto* value = std::get_if<double>(&cell); value != nullptr && std::isinf(*value))
          cells.push_back(*value > 0 ? "infinity" : "-infinity");
        else if (value != nullptr)
          cells.push_back(number(*value));
        else
          cells.push_back(with_dashes(std::get<std::string>(cell)));
      }
      rows.push_back(std::move(cells));
    }
    tables[name] = {{"columns", table.columns}, {"rows", std::move(rows)}};
  }
  const std::string software = results.software.empty() ? std::string(base::software()) : results.software;
  Json json = {{"recipe", results.recipe},   {"scale", results.scale},      {"seed", results.seed},
               {"software", software},       {"claims", std::move(claims)}, {"values", std::move(values)},
               {"tables", std::move(tables)}};
  if (Json schema = json_of(results.schema); !schema.empty()) json["schema"] = std::move(schema);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Results results_from_json(const std::string& text, const std::string& where) {
  const auto json = io::parse_json(text);
  if (!json)
    throw input_error(where, "this is no JSON text",
                      "give the results.json of a finished run, as spinflow wrote it");
  const Reader reader(*json, "the file", where);
  Results results;
  results.recipe = reader.text("recipe");
  results.scale = reader.text("scale");
  results.software = reader.text("software");
  const Json& seed = reader.member("seed");
  if (!seed.is_number_unsigned()) throw reader.refuse("has a 'seed' that is no whole number from 0 on");
  results.seed = seed.get<std::uint64_t>();
  for (const auto& claim : reader.list("claims")) results.claims.push_back(claim_from(claim, where));
  const Json& values = reader.member("values");
  if (!values.is_object()) throw reader.refuse("has 'values' that are no object");
  for (const auto& [name, value] : values.items()) {
    const Reader of(value, fmt::format("the value '{}'", name), where);
    results.values[name] = {of.real_or_infinity("value"), of.real("error"), of.real("systematic"),
                            of.real("expected"), of.optional_real("limit")};
  }
  const Json& tables = reader.member("tables");
  if (!tables.is_object()) throw reader.refuse("has 'tables' that are no object");
  for (const auto& [name, table] : tables.items()) results.tables[name] = table_from(table, name, where);
  if (json->contains("schema")) results.schema = schema_from((*json)["schema"], where);
  return results;
}

}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#include "results.hpp"

namespace spinflow::python {

namespace {

nb::dict claim_dict(const results::Claim& claim) {
  nb::dict row;
  row["id"] = claim.id;
  row["verdict"] = results::to_string(claim.verdict);
  row["statement"] = claim.statement;
  row["measured"] = claim.measured;
  row["error"] = claim.error;
  row["because"] = claim.because;
  row["criterion"] = claim.criterion;
  row["control"] = claim.control;
  row["qualification"] = claim.qualification;
  row["sharper"] = claim.sharper;
  row["paper"] = claim.paper;
  row["evidence"] = claim.evidence;
  return row;
}

nb::dict table_dict(const results::Table& table) {
  nb::list rows;
  for (const auto& row : table.rows) {
    nb::list cells;
    for (const auto& cell : row)
      cells.append(std::visit([](const auto& x) { return nb::object(nb::cast(x)); }, cell));
    rows.append(cells);
  }
  nb::dict dict;
  dict["columns"] = table.columns;
  dict["rows"] = rows;
  return dict;
}

}  // namespace

nb::object object_of(const results::Results& results, const std::filesystem::path& folder) {
  nb::list claims;
  for (const auto& claim : results.claims) claims.append(claim_dict(claim));
  nb::list values;
  for (const auto& [name, value] : results.values) {
    nb::dict row;
    row["name"] = name;
    row["value"] = value.value;
    row["error"] = value.error;
    row["systematic"] = value.systematic;
    row["expected"] = value.expected;
    row["limit"] = value.limit;
    values.append(row);
  }
  nb::dict tables;
  for (const auto& [name, table] : results.tables) tables[name.c_str()] = table_dict(table);
  nb::dict figures;
  for (const auto& figure : results.figures)
    figures[figure.id.c_str()] = nb::make_tuple(figure.spec, figure.caption);
  return helper("results", "Results")(results.recipe, results.scale, results.seed, claims, values, tables,
                                      figures, folder.string());
}

}  // namespace spinflow::python

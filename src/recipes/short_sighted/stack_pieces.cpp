// SPDX-License-Identifier: Apache-2.0
#include "recipes/short_sighted/stack_pieces.hpp"

#include <initializer_list>

namespace spinflow::recipes::short_sighted {

namespace {

using results::Cell;

std::vector<Cell> with(std::vector<Cell> cells, std::initializer_list<stats::Estimate> estimates) {
  for (const auto& e : estimates) {
    cells.emplace_back(e.value);
    cells.emplace_back(e.error);
  }
  return cells;
}

double number(const std::vector<Cell>& row, std::size_t i) { return std::get<double>(row[i]); }
const std::string& word(const std::vector<Cell>& row, std::size_t i) { return std::get<std::string>(row[i]); }
stats::Estimate estimate(const std::vector<Cell>& row, std::size_t i) {
  return {.value = number(row, i), .error = number(row, i + 1)};
}

}  // namespace

void keep(RunFolder::Tables& tables, const LayerReading& r) {
  tables["readings"].rows.push_back(with({r.model, static_cast<double>(r.size), r.start, r.map, r.shrinkage,
                                          static_cast<double>(r.seed), static_cast<double>(r.layer), r.dead},
                                         {r.bonds, r.magnetization, r.hamiltonian}));
}
void keep(RunFolder::Tables& tables, const ProfilePoint& p) {
  tables["profiles"].rows.push_back(
      with({p.model, static_cast<double>(p.size), p.map, p.shrinkage, static_cast<double>(p.seed),
            static_cast<double>(p.layer), static_cast<double>(p.bin), p.distance},
           {p.correlation}));
}
void keep(RunFolder::Tables& tables, const LayerStudy& s) {
  tables["studies"].rows.push_back(with(
      {s.model, static_cast<double>(s.size), s.shrinkage, static_cast<double>(s.seed),
       static_cast<double>(s.layer), s.null_mean, s.null_sd, s.p_value, s.participation, s.coherence, s.dead},
      {s.pearson}));
}
void keep(RunFolder::Tables& tables, const LayerCorrelation& c) {
  tables["correlations"].rows.push_back(
      with({c.model, static_cast<double>(c.size), c.map, c.shrinkage, static_cast<double>(c.seed),
            static_cast<double>(c.layer), c.distance},
           {c.correlation}));
}

RunFolder::Tables empty_stack_tables() {
  RunFolder::Tables tables;
  tables["readings"].columns = {"model",         "L",
                                "start",         "map",
                                "lambda",        "seed",
                                "layer",         "dead",
                                "bonds",         "bonds_error",
                                "magnetization", "magnetization_error",
                                "hamiltonian",   "hamiltonian_error"};
  tables["profiles"].columns = {"model", "L",   "map",      "lambda",      "seed",
                                "layer", "bin", "distance", "correlation", "correlation_error"};
  tables["studies"].columns = {"model",     "L",       "lambda",       "seed",          "layer",
                               "null_mean", "null_sd", "p_value",      "participation", "coherence",
                               "dead",      "pearson", "pearson_error"};
  tables["correlations"].columns = {"model", "L",        "map",         "lambda",           "seed",
                                    "layer", "distance", "correlation", "correlation_error"};
  tables["failures"].columns = {"failure"};
  return tables;
}

void append(StackMeasurements& all, const RunFolder::Tables& tables) {
  for (const auto& row : tables.at("readings").rows)
    all.readings.push_back({word(row, 0), static_cast<std::int64_t>(number(row, 1)), number(row, 2),
                            word(row, 3), number(row, 4), static_cast<std::size_t>(number(row, 5)),
                            static_cast<int>(number(row, 6)), number(row, 7), estimate(row, 8),
                            estimate(row, 10), estimate(row, 12)});
  for (const auto& row : tables.at("profiles").rows)
    all.profiles.push_back({word(row, 0), static_cast<std::int64_t>(number(row, 1)), word(row, 2),
                            number(row, 3), static_cast<std::size_t>(number(row, 4)),
                            static_cast<int>(number(row, 5)), static_cast<std::size_t>(number(row, 6)),
                            number(row, 7), estimate(row, 8)});
  for (const auto& row : tables.at("studies").rows)
    all.studies.push_back({word(row, 0), static_cast<std::int64_t>(number(row, 1)), number(row, 2),
                           static_cast<std::size_t>(number(row, 3)), static_cast<int>(number(row, 4)),
                           estimate(row, 11), number(row, 5), number(row, 6), number(row, 7), number(row, 8),
                           number(row, 9), number(row, 10)});
  for (const auto& row : tables.at("correlations").rows)
    all.correlations.push_back({word(row, 0), static_cast<std::int64_t>(number(row, 1)), word(row, 2),
                                number(row, 3), static_cast<std::size_t>(number(row, 4)),
                                static_cast<int>(number(row, 5)), number(row, 6), estimate(row, 7)});
  for (const auto& row : tables.at("failures").rows) all.failures.push_back(word(row, 0));
}

}  // namespace spinflow::recipes::short_sighted

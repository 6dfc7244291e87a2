// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/record.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/testing.hpp"

namespace spinflow::results {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Inner {
  stats::Estimate coupling;
};

struct Sample {
  std::string name;
  double temperature = 0;
  std::int64_t size = 0;
  std::size_t seed = 0;
  int step = 0;
  bool settled = false;
  Inner output;
  std::string note = "as begun";
};

Record<Sample> sample_record() {
  return Record<Sample>()
      .add("name", &Sample::name)
      .add("T", &Sample::temperature)
      .add("L", &Sample::size)
      .add("seed", &Sample::seed)
      .add("step", &Sample::step)
      .add("settled", &Sample::settled)
      .add(
          "K", [](auto& s) -> auto& { return s.output.coupling; })
      .show("twice", [](const Sample& s) { return 2 * s.temperature; });
}

std::vector<Sample> samples() {
  return {{"V", 1.0 / 3.0, 10, 7, -2, true, {{.value = 0.44, .error = 0.01}}, "kept elsewhere"},
          {"", infinity, 1LL << 52, 0, 3, false, {{.value = unknown, .error = infinity}}}};
}

TEST(Record, ColumnsStandInTheirOrderWithErrorsBesideEstimates) {
  const auto record = sample_record();
  EXPECT_EQ(record.columns(),
            (std::vector<std::string>{"name", "T", "L", "seed", "step", "settled", "K", "K_error", "twice"}));
  const auto table = record.table(samples());
  EXPECT_EQ(table.columns, record.columns());
  EXPECT_EQ(table.rows.at(0),
            (std::vector<Cell>{"V", 1.0 / 3.0, 10.0, 7.0, -2.0, 1.0, 0.44, 0.01, 2.0 / 3.0}));
  EXPECT_EQ((Record<Sample>()
                 .add(
                     "T", [](auto& s) -> auto& { return s.output.coupling; }, "error")
                 .columns()),
            (std::vector<std::string>{"T", "error"}));
}

TEST(Record, TakesPointersToRecordsAndAnyRange) {
  const auto all = samples();
  const std::vector<const Sample*> one = {&all[1]};
  EXPECT_EQ(sample_record().table(one).rows.size(), 1U);
  EXPECT_EQ(std::get<double>(sample_record().table(one).rows[0][2]), 0x1p52);
}

TEST(Record, IsReadBackByNameThroughResultsJson) {
  Results results;
  results.tables["samples"] = sample_record().table(samples());
  auto table = results_from_json(to_json(results), "results.json").tables.at("samples");
  // Another order of columns, and one more.
  for (auto& row : table.rows) {
    std::ranges::reverse(row);
    row.emplace_back("new");
  }
  std::ranges::reverse(table.columns);
  table.columns.emplace_back("later");
  const auto read = sample_record().read(table, "results.json", {.note = "begun"});
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].name, "V");
  EXPECT_EQ(read[0].temperature, 1.0 / 3.0);
  EXPECT_EQ(read[0].size, 10);
  EXPECT_EQ(read[0].seed, 7U);
  EXPECT_EQ(read[0].step, -2);
  EXPECT_TRUE(read[0].settled);
  EXPECT_EQ(read[0].output.coupling.value, 0.44);
  EXPECT_EQ(read[0].output.coupling.error, 0.01);
  EXPECT_EQ(read[0].note, "begun");  // no column
  EXPECT_EQ(read[1].temperature, infinity);
  EXPECT_EQ(read[1].size, 1LL << 52);
  EXPECT_TRUE(std::isnan(read[1].output.coupling.value));
  EXPECT_EQ(read[1].output.coupling.error, infinity);
}

/// What the refusal says of a table whose cell in that column is another one.
std::string refusal_with(const std::string& column, const Cell& cell) {
  Table table = sample_record().table(samples());
  const auto at = std::ranges::find(table.columns, column) - table.columns.begin();
  table.rows[1][static_cast<std::size_t>(at)] = cell;
  return testing::refusal_of([&] { (void)sample_record().read(table, "file"); });
}

TEST(Record, RefusesWhatIsNoRecordByFileAndColumn) {
  for (const auto& [column, cell] : std::vector<std::pair<std::string, Cell>>{{"name", 1.0},
                                                                              {"T", "hot"},
                                                                              {"L", 1.5},
                                                                              {"L", unknown},
                                                                              {"L", 0x1p60},
                                                                              {"seed", -1.0},
                                                                              {"step", 0x1p40},
                                                                              {"settled", 2.0},
                                                                              {"K_error", "none"}}) {
    const auto refusal = refusal_with(column, cell);
    EXPECT_EQ(refusal.rfind("file: its column '" + column + "'", 0), 0U) << refusal;
  }
  auto table = sample_record().table(samples());
  table.columns[2] = "size";
  EXPECT_EQ(testing::refusal_of([&] {
              (void)sample_record().read(table, "file");
            }).rfind("file: it has no column 'L'", 0),
            0U);
}

TEST(Record, ShowsReadingsWithTheirLimits) {
  struct Row {
    thermometers::Reading t;
  };
  const auto record = Record<Row>().show("T", &Row::t);
  EXPECT_EQ(record.columns(), (std::vector<std::string>{"T", "T_error", "T_lower_limit"}));
  const auto plain = record.row({{.value = 2, .error = 0.1}});
  EXPECT_EQ(std::get<double>(plain[0]), 2);
  EXPECT_EQ(std::get<double>(plain[1]), 0.1);
  EXPECT_TRUE(std::isnan(std::get<double>(plain[2])));
  const auto hot = record.row({{.value = 50, .error = unknown, .limit = 20}});
  EXPECT_EQ(std::get<double>(hot[0]), infinity);
  EXPECT_EQ(std::get<double>(hot[2]), 20);
}

TEST(Records, AreTheTablesOfAStruct) {
  struct Found {
    std::vector<Sample> samples;
    std::vector<Inner> couplings;
  };
  const auto all = Records<Found>()
                       .add("samples", &Found::samples, sample_record())
                       .add("couplings", &Found::couplings, Record<Inner>().add("K", &Inner::coupling));
  const Found found{samples(), {{{.value = 1, .error = 2}}}};
  auto tables = all.tables(found);
  const auto read = all.read(tables, "file");
  EXPECT_EQ(read.samples.at(0).name, "V");
  EXPECT_EQ(read.couplings.at(0).coupling.error, 2);
  tables.erase("couplings");
  EXPECT_EQ(testing::refusal_of([&] {
              (void)all.read(tables, "file");
            }).rfind("file: it has no table 'couplings'", 0),
            0U);
}

}  // namespace
}  // namespace spinflow::results

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/results.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/unknown_numbers.hpp"
#include "testing/testing.hpp"

namespace spinflow::results {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Results example() {
  Results results{.recipe = "iso2018", .scale = "quick", .seed = 18446744073709551615U};
  results.claims = {{"b1",
                     "iso2018",
                     "a \"quoted\" statement",
                     2.25,
                     0.1,
                     "mode = 2.25",
                     Verdict::contradicted,
                     "control",
                     "qualification",
                     {"flow", "table"}},
                    {"b2",
                     "iso2018",
                     "s",
                     nan,
                     std::numeric_limits<double>::infinity(),
                     "c",
                     Verdict::inconclusive,
                     "",
                     "",
                     {}}};
  results.values = {{"T", {1.0 / 3.0, 0.1, nan, 2.269185314213022}}, {"zero", {0, 5e-324, 1e300, -1.5}}};
  results.tables["points"] = {{"name", "T"}, {{"V", 0.1}, {"H", nan}}};
  return results;
}

TEST(ResultsJson, HasTheAgreedKeysInTheAgreedOrder) {
  const std::string expected = R"({
 "recipe": "r",
 "scale": "smoke",
 "seed": 3,
 "software": ")" + std::string(base::software()) +
                               R"(",
 "claims": [
  {
   "id": "a",
   "paper": "p",
   "statement": "s",
   "sharper": "",
   "measured": 0.1,
   "error": null,
   "criterion": "c",
   "verdict": "supported",
   "because": "why",
   "control": "k",
   "qualification": "q",
   "evidence": [
    "f"
   ]
  }
 ],
 "values": {
  "x": {
   "value": 1.0,
   "error": 0.5,
   "systematic": null,
   "expected": null
  }
 },
 "tables": {
  "t": {
   "columns": [
    "n"
   ],
   "rows": [
    [
     "one"
    ]
   ]
  }
 }
}
)";
  Results results{.recipe = "r", .scale = "smoke", .seed = 3};
  results.claims = {{"a", "p", "s", 0.1, nan, "c", Verdict::supported, "k", "q", {"f"}, "", "why"}};
  results.values["x"] = {1, 0.5, nan, nan};
  results.tables["t"] = {{"n"}, {{"one"}}};
  EXPECT_EQ(to_json(results), expected);
}

TEST(ResultsJson, ReadsBackWhatItWrote) {
  const Results written = example();
  const std::string text = to_json(written);
  const Results read = results_from_json(text, "x");
  EXPECT_EQ(to_json(read), text);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.software, base::software());
  ASSERT_EQ(read.claims.size(), 2U);
  EXPECT_EQ(read.claims[0].verdict, Verdict::contradicted);
  EXPECT_EQ(read.claims[0].evidence, written.claims[0].evidence);
  EXPECT_TRUE(std::isnan(read.claims[1].measured));
  EXPECT_TRUE(std::isnan(read.claims[1].error));
  EXPECT_EQ(read.values.at("T").value, 1.0 / 3.0);
  EXPECT_EQ(read.values.at("zero").error, 5e-324);
  EXPECT_EQ(std::get<double>(read.tables.at("points").rows[0][1]), 0.1);
  EXPECT_TRUE(std::isnan(std::get<double>(read.tables.at("points").rows[1][1])));
}

TEST(ResultsJson, FilesWithoutReasonsAndSchemaAreRead) {
  std::string text = to_json(example());
  for (const char* line : {"   \"sharper\": \"\",\n", "   \"because\": \"\",\n"})
    for (auto at = text.find(line); at != std::string::npos; at = text.find(line))
      text.erase(at, std::string(line).size());
  ASSERT_EQ(text.find("because"), std::string::npos);
  const auto read = results_from_json(text, "x");
  EXPECT_EQ(read.claims[0].because, "");
  EXPECT_EQ(read.claims[0].tested(), read.claims[0].statement);
  EXPECT_TRUE(schema_of(read).tables.empty());
  // What versions before it compared, they would have declared.
  Results old = example();
  old.tables["fixed_points"] = {{"variant", "T_energy", "T_energy_error", "T_energy_cold", "seeds"},
                                {{"V", 2.3, 0.1, 2.2, 5.0}}};
  const auto schema = schema_of(results_from_json(to_json(old), "x"));
  ASSERT_EQ(schema.tables.at("fixed_points").readings.size(), 1u);
  EXPECT_EQ(schema.tables.at("fixed_points").readings[0].column, "T_energy");
  EXPECT_EQ(schema.repetitions, 5);
}

TEST(ResultsJson, ReadsBackTheSchemaThatItWrote) {
  Results written = example();
  written.schema = {.tables = {{"points",
                                {.rows = "name",
                                 .by = "gauge",
                                 .noun = "reading",
                                 .title = "Readings",
                                 .caption = "What was read",
                                 .quantity = "T (J/k_B)",
                                 .repetitions = "n",
                                 .readings = {{"T", "energy", "T_{}"}}}}},
                    .repetitions = 4,
                    .systematic = true};
  const std::string text = to_json(written);
  const Results read = results_from_json(text, "x");
  EXPECT_EQ(to_json(read), text);
  EXPECT_EQ(read.schema.tables.at("points").readings.at(0).label, "energy");
  EXPECT_EQ(read.schema.tables.at("points").outcome, "");
  EXPECT_EQ(schema_of(read).repetitions, 4);
  EXPECT_TRUE(schema_of(read).systematic);
}

TEST(ResultsJson, TellsInfinityFromNoNumber) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Results results = example();
  results.claims[0].measured = -infinity;
  results.values["hot"] = {infinity, nan, nan, nan, 31.5};
  results.tables["points"].rows = {{"hot", infinity}, {"none", nan}, {"cold", -infinity}};
  const auto text = to_json(results);
  EXPECT_NE(text.find("\"infinity\": 1"), std::string::npos);
  EXPECT_NE(text.find("\"infinity\": -1"), std::string::npos);
  const auto read = results_from_json(text, "x");
  EXPECT_EQ(to_json(read), text);
  EXPECT_EQ(read.claims[0].measured, -infinity);
  EXPECT_TRUE(std::isnan(read.claims[1].measured));
  EXPECT_EQ(read.values.at("hot").value, infinity);
  EXPECT_EQ(read.values.at("hot").limit, 31.5);
  EXPECT_TRUE(std::isnan(read.values.at("T").limit));
  EXPECT_EQ(std::get<double>(read.tables.at("points").rows[0][1]), infinity);
  EXPECT_TRUE(std::isnan(std::get<double>(read.tables.at("points").rows[1][1])));
  EXPECT_EQ(to_csv(results.tables.at("points")), "name,T\nhot,infinity\nnone,\ncold,-infinity\n");
  // Files of earlier versions have null for both, and nothing beside it.
  const auto old = results_from_json(to_json(example()), "x");
  EXPECT_TRUE(std::isnan(old.claims[1].measured));
}

/// The sentence results_from_json refuses `text` with; empty if it takes it.
std::string refusal(const std::string& text) {
  try {
    (void)results_from_json(text, "dir/results.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    return error.what();
  }
  return {};
}

TEST(ResultsJson, RefusesWhatIsNotOfItsShapeInOneSentence) {
  const std::string good = to_json(example());
  ASSERT_EQ(refusal(good), "");
  std::vector<std::string> bad = {"",
                                  "{",
                                  "null",
                                  "[]",
                                  "3",
                                  "{}",
                                  good.substr(0, good.size() / 2),
                                  "\xff\xfe",
                                  good + "x",
                                  std::string(100000, '['),
                                  R"({"a":1e999})"};
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    bad.push_back(text.replace(at, from.size(), to));
  };
  replaced("18446744073709551615", "-1");
  replaced("18446744073709551615", "1.5");
  replaced("\"contradicted\"", "\"perhaps\"");
  replaced("\"measured\": 2.25", "\"measured\": \"2.25\"");
  replaced("\"statement\"", "\"sentence\"");
  replaced("\"values\": {", "\"values\": [], \"others\": {");
  replaced("\"points\": {", "\"points\": 7, \"others\": {");
  replaced("\"V\",", "");
  replaced("\"values\": {", "\"schema\": 7, \"values\": {");
  replaced("\"values\": {", "\"schema\": {\"tables\": {\"points\": {}}}, \"values\": {");
  replaced("\"V\",", "[],");
  for (const auto& text : bad) {
    const std::string sentence = refusal(text);
    EXPECT_EQ(sentence.rfind("dir/results.json: ", 0), 0U) << text.substr(0, 60) << " -> " << sentence;
    EXPECT_EQ(sentence.find('\n'), std::string::npos);
  }
}

Figure figure(const std::string& id) {
  return {id, "Title of " + id, "What one sees in " + id, R"({"mark":"bar","usermeta":{"keep":1}})",
          "a,b\n1,2\n"};
}

TEST(FigureFiles, ComeBackInReadingOrderWithTitleAndCaption) {
  const testing::TemporaryFolder folder;
  Results results;
  results.figures = {figure("zeta"), figure("alpha"), figure("middle")};
  write_figures(results, folder.path());
  EXPECT_EQ(io::read_text(folder.path() / "figures" / "zeta.csv"), "a,b\n1,2\n");
  const auto read = read_figures(folder.path());
  ASSERT_EQ(read.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read[i].id, results.figures[i].id);
    EXPECT_EQ(read[i].title, results.figures[i].title);
    EXPECT_EQ(read[i].caption, results.figures[i].caption);
    EXPECT_NE(read[i].spec.find("\"keep\":1"), std::string::npos);
  }
  EXPECT_TRUE(read_figures(folder.path() / "nowhere").empty());
}

TEST(FigureFiles, RefuseIdsThatAreNoFileNames) {
  const testing::TemporaryFolder folder;
  for (const auto& ids :
       std::vector<std::vector<std::string>>{{""}, {"../up"}, {"a b"}, {"a/b"}, {"a", "a"}}) {
    Results results;
    for (const auto& id : ids) results.figures.push_back(figure(id));
    EXPECT_THROW(write_figures(results, folder.path()), Error) << ids.front();
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FigureFiles, RefuseWhatIsNoSpecification) {
  for (const std::string bad : {"", "{", "[1]", "\xff"}) {
    const testing::TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "figures");
    std::ofstream(folder.path() / "figures" / "x.vl.json") << bad;
    EXPECT_THROW((void)read_figures(folder.path()), Error) << bad;
  }
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "figures") << "a file where the folder belongs";
  EXPECT_THROW((void)read_figures(folder.path()), Error);
}

TEST(TableCsv, NoCellIsAFormula) {
  Table table;
  table.columns = {"=HYPERLINK(\"x\")", "n"};
  table.rows = {{std::string("+cmd|' /C calc'!A0"), -1.5},
                {std::string("@SUM(1)"), 2.0},
                {std::string("-0.25(3)"), 3.0},
                {std::string("-"), 4.0},
                {std::string("\t=1"), 5.0},
                {std::string("a=1"), 6.0}};
  EXPECT_EQ(to_csv(table),
            "\"'=HYPERLINK(\"\"x\"\")\",n\n'+cmd|' /C "
            "calc'!A0,-1.5\n'@SUM(1),2\n-0.25(3),3\n-,4\n'\t=1,5\na=1,6\n");
}

TEST(Sentences, NumbersThatAreNotKnownAreDashes) {
  EXPECT_EQ(with_dashes("slope nan(nan), -nan beside banana nano_nan nan2; nan"),
            "slope –(–), – beside banana nano_nan nan2; –");
  Results results;
  results.claims.push_back({.id = "a", .paper = "p", .statement = "s", .qualification = "from nan to nan"});
  EXPECT_EQ(to_json(results).find("nan"), std::string::npos);
}

TEST(Json, DeepNestingIsNoJsonOfOurs) {
  const auto refusal = [](const std::string& text) {
    return testing::refusal_of([&] { (void)results_from_json(text, "r.json"); });
  };
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_NE(refusal(nested(100)).find("no object"), std::string::npos);
  EXPECT_NE(refusal(nested(101)).find("no JSON"), std::string::npos);
  EXPECT_NE(refusal(nested(1000000)).find("no JSON"), std::string::npos);  // would overflow the stack
  EXPECT_NE(refusal(std::string(1000000, '{')).find("no JSON"), std::string::npos);
  // Brackets in texts are none.
  EXPECT_NE(refusal("{\"a\": \"\\\"" + std::string(200, '[') + "\"}").find("has no 'recipe'"),
            std::string::npos);
}

}  // namespace
}  // namespace spinflow::results

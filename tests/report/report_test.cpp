// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

#include "../src/report/page_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/report/citations.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "spinflow/studies/mcrg.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/transformation.hpp"
#include "testing/testing.hpp"

namespace spinflow::report {
namespace {

namespace fs = std::filesystem;

/// Stands for share/spinflow while it lives, so that these tests need no web/node_modules.
class ShareFolder {
 public:
  ShareFolder() {
    for (const std::string package : {"vega", "vega-lite", "vega-embed"}) {
      io::write_text(folder_.path() / (package + ".min.js"),
                     "var " + package.substr(0, 4) + " = '</script>';");
      io::write_text(folder_.path() / (package + ".LICENSE"), "Copyright\n");
    }
    io::write_text(folder_.path() / "report.css", "main {}\n");
    io::write_text(folder_.path() / "report.js", "draw();\n");
    setenv("SPINFLOW_SHARE_DIR", folder_.path().c_str(), 1);
  }
  ~ShareFolder() { unsetenv("SPINFLOW_SHARE_DIR"); }
  ShareFolder(const ShareFolder&) = delete;
  ShareFolder& operator=(const ShareFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

void write_run(const fs::path& folder) {
  results::Results results{.recipe = "iso2018", .scale = "quick", .seed = 7};
  results.claims = {{"b1",
                     "iso2018",
                     "T* is T_c & <b>bold</b>",
                     2.295,
                     0.0131,
                     "within 1 %",
                     results::Verdict::contradicted,
                     "a control",
                     "for N_h = 64",
                     {"flow", "points", "elsewhere"}}};
  results.values["T_star"] = {2.295, 0.0131, std::numeric_limits<double>::quiet_NaN(), 2.269185};
  results.tables["points"] = {{"type", "T_star"}, {{"<i>", 2.5}}};
  results.figures = {{"flow", "A <title>", "The caption",
                      R"({"mark":"bar","x":"</script><script>alert(1)</script>"})", "a\n"}};
  io::write_text(folder / "results.json", results::to_json(results));
  io::write_text(
      folder / "recipe.toml",
      "[recipe]\ntitle = \"Does it stop at T_c?\"\nquestion = \"Where & why?\"\n\n[rbm]\nhidden = 64\n\n"
      "[criteria]\nb1 = \"secret\"\n\n[scale-smoke]\n\"rbm.hidden\" = 4\n");
  results::write_figures(results, folder);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<base::Citation> all_citations() {
  std::vector<base::Citation> all = studies::critical_citations();
  const auto add = [&](const std::vector<base::Citation>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  add(studies::mcrg_citations());
  const auto add_entries = [&](const auto& entries) {
    for (const auto& entry : entries) add(entry.citations);
  };
  add_entries(recipes::registry().entries());
  add_entries(models::registry().entries());
  add_entries(samplers::registry().entries());
  add_entries(trainers::registry().entries());
  add_entries(transformations::registry().entries());
  add_entries(thermometers::registry().entries());
  add_entries(observables::registry().entries());
  return all;
}

Works all_works() {
  Works works;
  works.add(all_citations());
  return works;
}

TEST(Report, HasClaimsFirstThenTheRestInOrder) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  const fs::path path = write_report(folder.path(), {.citations = {"onsager1944"},
                                                     .works = all_works(),
                                                     .overrides = {"rbm.hidden=64", "train.types=V H"}});
  EXPECT_EQ(path, folder.path() / "report.html");
  const std::string html = io::read_text(path);
  std::size_t at = 0;
  for (const std::string part :
       {"<h1>Does it stop at T<sub>c</sub>?</h1>",
        "Where &amp; why?",
        "id=\"claims\"",
        "✗ contradicted",
        "T* is T<sub>c</sub> &amp; &lt;b&gt;bold",
        "2.295 ± 0.013",
        "a control",
        "N<sub>h</sub> = 64",
        "<a href=\"#figure-flow\">Figure 1</a>",
        "<a href=\"#table-points\">Table",
        "<span>elsewhere</span>",
        "id=\"values\"",
        "id=\"figures\"",
        "Figure 1. A &lt;title&gt;",
        "The caption",
        "id=\"table-points\"",
        "&lt;i&gt;",
        "spinflow run iso2018 --scale quick --seed 7 --set rbm.hidden=64 --set &#39;train.types=V H&#39;",
        "rbm.hidden",
        "@article{iso2018",
        "@article{onsager1944",
        "draw();"}) {
    const std::size_t found = html.find(part, at);
    EXPECT_NE(found, std::string::npos) << part;
    if (found != std::string::npos) at = found;
  }
  EXPECT_FALSE(contains(html, "secret")) << "criteria stand in the claims table";
  EXPECT_FALSE(contains(html, "scale-smoke"));
}

TEST(Report, SaysWhichSystematicErrorsOfACriticalPointAreNotKnown) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  EXPECT_FALSE(contains(report_html(folder.path()), "systematic"));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  results::Results results{.recipe = "critical", .scale = "", .seed = 1};
  results.values["K_c"] = {0.2, 0.001, nan, nan};
  results.values["nu"] = {nan, nan, nan, nan};
  io::write_text(folder.path() / "results.json", results::to_json(results));
  const std::string html = report_html(folder.path());
  const auto found = html.find("not known");
  EXPECT_NE(found, std::string::npos);
  EXPECT_EQ(html.find("not known", found + 1), std::string::npos) << "there is no nu to have an error";
}

TEST(Report, NothingInTheFolderBreaksOutOfItsPlace) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  io::write_text(folder.path() / "run.log", "<script>alert(2)</script>\n");
  const std::string html = report_html(folder.path());
  EXPECT_FALSE(contains(html, "<script>alert"));
  EXPECT_TRUE(contains(html, "\\u003c/script>"));
  EXPECT_TRUE(contains(html, "'<\\/script>'"));
  EXPECT_TRUE(contains(html, "&lt;script&gt;alert(2)"));
  for (const std::string foreign : {"src=\"http", "href=\"http", "url(http", "@import"})
    EXPECT_FALSE(contains(html, foreign)) << foreign;
}

TEST(Report, LongTablesAreFoldedAroundTheirAnchor) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  results::Results results =
      results::results_from_json(io::read_text(folder.path() / "results.json"), "results.json");
  auto& table = results.tables["long_one"];
  table.columns = {"variant", "T_energy", "T_energy_error", "outcome"};
  for (int i = 0; i < 13; ++i)
    table.rows.push_back({fmt::format("V-{}", i), 2.28312345,
                          i == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.00812,
                          std::string(60, 'x') + ", <y>"});
  io::write_text(folder.path() / "results.json", results::to_json(results));
  const std::string html = report_html(folder.path());
  const std::size_t fold = html.find("<details class=\"table\">");
  ASSERT_NE(fold, std::string::npos);
  EXPECT_EQ(html.find("<details class=\"table\">", fold + 1), std::string::npos)
      << "the short one stays open";
  EXPECT_LT(fold, html.find("id=\"table-long_one\"")) << "a link's target opens what it lies in";
  EXPECT_TRUE(contains(html,
                       "<th class=\"name\">variant</th><th class=\"number\">T energy</th>"
                       "<th class=\"text\">outcome</th>"));
  EXPECT_TRUE(contains(html, "title=\"2.28312345 ± 0.00812\">2.283(8)</td>"));
  EXPECT_TRUE(contains(html, "<td class=\"number\" title=\"no error can be had\">2.28312(?)</td>"));
  EXPECT_TRUE(contains(html,
                       "href=\"data:text/csv;charset=utf-8,variant,T_energy,T_energy_error,outcome%0A"
                       "V-0,2.28312345,,%22xxx"));
}

TEST(Report, ContentsLeadToEverySectionFigureAndTable) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  const std::string html = report_html(folder.path(), {.works = all_works()});
  const std::string nav = html.substr(html.find("<nav"), html.find("</nav>") - html.find("<nav"));
  for (const std::string id :
       {"claims", "values", "figures", "tables", "settings", "citations", "figure-flow", "table-points"}) {
    EXPECT_TRUE(contains(nav, "href=\"#" + id + "\"")) << id;
    EXPECT_TRUE(contains(html, "id=\"" + id + "\"")) << id;
  }
  EXPECT_TRUE(contains(nav, "A &lt;title&gt;"));
}

/// What report_html refuses the folder with.
std::string refusal(const fs::path& folder, Fault fault = Fault::input) {
  try {
    (void)write_report(folder);
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), fault);
    EXPECT_FALSE(contains(error.what(), "\n")) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "it was taken";
  return {};
}

TEST(Report, RefusesWhatIsNoRunFolder) {
  const ShareFolder share;
  const testing::TemporaryFolder empty;
  EXPECT_TRUE(contains(refusal(empty.path()), "results.json"));
  EXPECT_TRUE(contains(refusal(empty.path() / "nowhere"), "nowhere"));
  const auto broken = [&](const auto& breaking, const std::string& named) {
    const testing::TemporaryFolder folder;
    write_run(folder.path());
    breaking(folder.path());
    EXPECT_TRUE(contains(refusal(folder.path()), named)) << named;
    EXPECT_FALSE(fs::is_regular_file(folder.path() / "report.html"));
  };
  broken([](const fs::path& run) { fs::remove(run / "recipe.toml"); }, "recipe.toml");
  broken([](const fs::path& run) { std::ofstream(run / "recipe.toml") << "a = = b"; }, "recipe.toml");
  broken([](const fs::path& run) { std::ofstream(run / "results.json") << "{"; }, "results.json");
  broken([](const fs::path& run) { std::ofstream(run / "figures" / "flow.vl.json") << "{"; }, "flow.vl.json");
  broken(
      [](const fs::path& run) {
        fs::remove_all(run / "figures");
        std::ofstream(run / "figures") << "";
      },
      "figures");
  broken([](const fs::path& run) { fs::create_directory(run / "report.html"); }, "report.html");
}

TEST(Report, SaysHowToGetThePartsOfThePage) {
  const ShareFolder share;
  const testing::TemporaryFolder folder;
  write_run(folder.path());
  fs::remove(share.path() / "vega-lite.min.js");
  EXPECT_TRUE(contains(refusal(folder.path(), Fault::failure), "make build"));
}

TEST(PageParts, WriteNumbersAsTheirErrorsAllow) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(measured(2.29512, 0.0131), "2.295 ± 0.013");
  EXPECT_EQ(measured(2.29512, 0.2), "2.30 ± 0.20");
  EXPECT_EQ(measured(5000.4, 12.3), "5000 ± 12");
  EXPECT_EQ(measured(2.25, 0), "2.25");
  EXPECT_EQ(measured(2.25, none), "2.25");
  EXPECT_EQ(measured(none, 0.1), "–");
  EXPECT_EQ(plain(1.0 / 3), "0.333333");
}

TEST(PageParts, UrlsHoldAnyText) {
  EXPECT_EQ(data_url("text/csv", "a,\"1 %\"\nT=#2&'µ"),
            "data:text/csv;charset=utf-8,a,%221%20%25%22%0AT%3D%232%26%27%C2%B5");
}

TEST(PageParts, SetIndicesOfSingleLetters) {
  EXPECT_EQ(typeset("|T_energy* - T_c| < .05"), "|T<sub>energy</sub>* - T<sub>c</sub>| &lt; .05");
  EXPECT_EQ(typeset("run_folder a_b_c _x T_ x"), "run_folder a_b_c _x T_ x");
  EXPECT_EQ(typeset("W^T W, (a + b)^2, 10^-5, e_1^2 < 1"),
            "W<sup>T</sup> W, (a + b)<sup>2</sup>, 10<sup>-5</sup>, e<sub>1</sub><sup>2</sup> &lt; 1");
  EXPECT_EQ(typeset("L^-0.25, |m_k|^2, L^1."),
            "L<sup>-0.25</sup>, |m<sub>k</sub>|<sup>2</sup>, L<sup>1</sup>.");
  EXPECT_EQ(typeset("^2 x^ a ^b 2^name x^-"), "^2 x^ a ^b 2^name x^-");
}

TEST(Citations, EveryWorkIsBroughtOnceAndKnown) {
  std::map<std::string, int> brought;
  for (const auto& citation : all_citations())
    if (citation.work()) ++brought[citation.key()];
  const Works works = all_works();
  for (const auto& citation : all_citations()) {
    const std::string& key = citation.key();
    EXPECT_EQ(brought[key], 1) << key;
    const std::string entry = works.bibtex(key);
    EXPECT_TRUE(contains(entry, "{" + key + ",\n")) << entry;
    EXPECT_TRUE(contains(entry, "author = {")) << entry;
    EXPECT_TRUE(contains(entry, "title = {")) << entry;
    EXPECT_TRUE(contains(entry, "year = {")) << entry;
    EXPECT_EQ(std::count(entry.begin(), entry.end(), '{'), std::count(entry.begin(), entry.end(), '}'));
  }
}

TEST(Citations, AreNamedInText) {
  const Works works = all_works();
  EXPECT_EQ(works.short_citation("iso2018"), "Iso, Shiba and Yokoo (2018)");
  EXPECT_EQ(works.short_citation("demellokoch2020"), "de Mello Koch et al. (2020)");
  EXPECT_EQ(works.short_citation("salakhutdinov2008"), "Salakhutdinov and Murray (2008)");
  EXPECT_EQ(works.short_citation("unheard-of"), "unheard-of");
  try {
    (void)works.bibtex("iso2019");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(contains(error.what(), "iso2018"));
  }
}

}  // namespace
}  // namespace spinflow::report

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "report/page_parts.hpp"
#include "report/page_tables.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/text.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/report/citations.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::report {

namespace {

namespace fs = std::filesystem;
using results::Claim;
using results::Figure;
using results::Results;
using results::Verdict;

std::string text_of(const io::Settings& settings, std::string_view section, std::string_view key) {
  const auto values = settings.find(section);
  if (values == settings.end()) return {};
  const auto value = values->second.find(key);
  if (value == values->second.end() || !std::holds_alternative<std::string>(value->second)) return {};
  return std::get<std::string>(value->second);
}

std::string badge(Verdict verdict) {
  const char* sign = verdict == Verdict::supported ? "✓" : verdict == Verdict::contradicted ? "✗" : "?";
  return fmt::format(R"(<span class="badge {0}">{1} {0}</span>)", results::to_string(verdict), sign);
}

std::string evidence_link(const std::string& id, const Results& results, const std::vector<Figure>& figures) {
  for (std::size_t i = 0; i < figures.size(); ++i)
    if (figures[i].id == id) return fmt::format(R"(<a href="#figure-{}">Figure {}</a>)", escaped(id), i + 1);
  if (results.tables.contains(id))
    return fmt::format(R"(<a href="#table-{}">Table: {}</a>)", escaped(id), escaped(spoken(id)));
  return fmt::format("<span>{}</span>", escaped(id));
}

std::string note(std::string_view label, const std::string& text) {
  return text.empty() ? std::string{}
                      : fmt::format(R"(<p class="note"><b>{}:</b> {}</p>)", label, typeset(text));
}

std::string claims_section(const Results& results, const std::vector<Figure>& figures, const Works& works) {
  std::string html = "<h2 id=\"claims\">Claims</h2>\n";
  if (results.claims.empty()) return html + "<p>This run puts no claim to the test.</p>\n";
  html +=
      "<table class=\"claims\">\n<thead><tr><th class=\"id\"></th><th class=\"verdict\">Verdict</th>"
      "<th>Claim and criterion</th><th class=\"measured\">Measured</th><th>Control and reading</th>"
      "<th class=\"evidence\">Evidence</th></tr></thead>\n<tbody>\n";
  for (const Claim& claim : results.claims) {
    std::string links;
    for (const auto& id : claim.evidence) links += evidence_link(id, results, figures);
    html += fmt::format(
        "<tr id=\"claim-{0}\"><td class=\"id\">{9}</td><td class=\"verdict\">{4}</td>"
        "<td>{1} <span class=\"muted\">[{2}]</span>{3}</td><td class=\"measured\" "
        "data-label=\"Measured\">{5}</td><td>{6}{7}</td>"
        "<td class=\"evidence\" data-label=\"Evidence\">{8}</td></tr>\n",
        escaped(claim.id), typeset(claim.statement), escaped(works.short_citation(claim.paper)),
        note("Put to the test", claim.sharper) + note("Criterion", claim.criterion), badge(claim.verdict),
        measured(claim.measured, claim.error),
        note("Because", claim.because) + note("Control", claim.control),
        note("Holds for", claim.qualification), links, typeset(claim.id));
  }
  return html + "</tbody>\n</table>\n";
}

std::string values_section(const Results& results) {
  if (results.values.empty()) return {};
  // Runs without systematic errors get no column for them, unless they say that they have some.
  const bool asked = results::schema_of(results).systematic;
  const bool systematic = asked || std::ranges::any_of(results.values, [](const auto& named) {
                            return std::isfinite(named.second.systematic);
                          });
  const auto number = [](std::string_view tag, std::string_view text) {
    return fmt::format("<{0} class=\"number\">{1}</{0}>", tag, text);
  };
  std::string html =
      "<h2 id=\"values\">Values</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>quantity</th>" +
      number("th", "value") + (systematic ? number("th", "systematic") : "") + number("th", "expected") +
      "</tr></thead>\n<tbody>\n";
  for (const auto& [name, value] : results.values)
    html += fmt::format("<tr><td>{}</td>{}{}{}</tr>\n", escaped(spoken(name)),
                        number("td", std::isfinite(value.limit) ? fmt::format("&gt; {:.3g}", value.limit)
                                                                : measured(value.value, value.error)),
                        !systematic ? ""
                        : asked && std::isfinite(value.value) && !std::isfinite(value.systematic)
                            ? number("td", "not known")
                            : number("td", plain(value.systematic)),
                        number("td", plain(value.expected)));
  return html + "</tbody></table></div>\n";
}

std::string figures_section(const std::vector<Figure>& figures) {
  if (figures.empty()) return {};
  std::string html =
      "<h2 id=\"figures\">Figures</h2>\n<noscript><p>The figures are drawn by the page itself and need "
      "scripts; their data stand beside it as figures/*.csv.</p></noscript>\n";
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const Figure& figure = figures[i];
    html += fmt::format(
        "<figure id=\"figure-{0}\">\n<h3>Figure {1}. {2}</h3>\n<div class=\"drawing\"></div>\n"
        "<figcaption>{3} <span class=\"save\">[<a href=\"figures/{0}.csv\">data</a> · "
        "<button type=\"button\" hidden>save as SVG</button>]</span></figcaption>\n"
        "<script type=\"application/json\">{4}</script>\n</figure>\n",
        escaped(figure.id), i + 1, typeset(figure.title), typeset(figure.caption), escaped_json(figure.spec));
  }
  return html;
}

/// Sections that are not settings: what the page shows elsewhere, and overrides that are already applied.
bool is_setting(std::string_view section) {
  return section != "recipe" && section != "criteria" && !section.starts_with("criteria.") &&
         !section.starts_with("scale-");
}

/// How the numbers came about: the command line that recipe.toml holds (an analysis), or that of the recipe.
std::string origin(const io::Settings& settings, const Results& results, const PageOptions& options) {
  const std::string given = text_of(settings, "recipe", "command");
  if (!given.empty())
    return fmt::format(
        "<h2 id=\"settings\">Settings, and how to do this again</h2>\n<p>By {}:</p>\n<pre>{}</pre>\n",
        escaped(results.software), escaped(given));
  // A folder of unknown origin may have any file names.
  std::string command =
      fmt::format("spinflow run {} --scale {} --seed {}", base::shell_quoted(results.recipe),
                  base::shell_quoted(results.scale), results.seed);
  for (const auto& one : options.overrides) command += fmt::format(" --set {}", base::shell_quoted(one));
  return fmt::format(
      "<h2 id=\"settings\">Settings, and how to run this again</h2>\n"
      "<p>Recipe <b>{}</b> at scale <b>{}</b>, seed <b>{}</b>, by {}. The same command gives the same "
      "numbers, bit for "
      "bit, on any number of threads:</p>\n<pre>{}</pre>\n",
      escaped(results.recipe), escaped(results.scale), results.seed, escaped(results.software),
      escaped(command));
}

std::string settings_section(const io::Settings& settings, const Results& results,
                             const PageOptions& options) {
  std::string html = origin(settings, results, options);
  html +=
      "<div class=\"wide\"><table "
      "class=\"settings\">\n<thead><tr><th>setting</th><th>value</th></tr></thead>\n<tbody>\n";
  for (const auto& [section, values] : settings) {
    if (!is_setting(section)) continue;
    for (const auto& [key, value] : values)
      html += fmt::format("<tr><td><code>{}{}{}</code></td><td><code>{}</code></td></tr>\n", escaped(section),
                          section.empty() ? "" : ".", escaped(key), escaped(base::to_text(value)));
  }
  return html + "</tbody></table></div>\n";
}

std::string citations_section(const Results& results, const PageOptions& options) {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& key) {
    if (options.works.contains(key) && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  for (const auto& claim : results.claims) add(claim.paper);
  for (const auto& citation : options.citations) add(citation.key());
  if (keys.empty()) return {};
  std::string entries;
  for (const auto& key : keys) {
    if (!entries.empty()) entries += '\n';
    entries += options.works.bibtex(key);
  }
  return fmt::format("<h2 id=\"citations\">Works cited</h2>\n<pre>{}</pre>\n", escaped(entries));
}

std::string log_section(const fs::path& run_folder) {
  std::error_code ignored;
  // A link could point to any file that the user can read.
  if (!fs::is_regular_file(fs::symlink_status(run_folder / results::log_file, ignored))) return {};
  static constexpr std::size_t most = 40000;  // bytes; the end tells most
  std::string log = io::read_text(run_folder / results::log_file);
  if (log.size() > most) log = log.substr(log.find('\n', log.size() - most) + 1);
  return fmt::format("<details class=\"log\"><summary>run.log</summary>\n<pre>{}</pre></details>\n",
                     escaped(log));
}

/// Links to the sections there are, and to every figure and table by its title.
std::string contents(const std::string& sections, const Results& results,
                     const std::vector<Figure>& figures) {
  const auto link = [](const std::string& id, const std::string& text) {
    return fmt::format("<a href=\"#{}\">{}</a>", escaped(id), text);
  };
  std::vector<std::string> links;
  for (const auto& [id, title] : {std::pair<std::string, std::string>{"claims", "Claims"},
                                  {"values", "Values"},
                                  {"figures", "Figures"},
                                  {"tables", "Tables"},
                                  {"settings", "Settings"},
                                  {"citations", "Works cited"}})
    if (sections.find(fmt::format("<h2 id=\"{}\">", id)) != std::string::npos)
      links.push_back(link(id, title));
  std::string html = fmt::format("<nav aria-label=\"Contents\">\n<p>{}</p>\n", fmt::join(links, " · "));
  if (!figures.empty()) {
    html += fmt::format("<details><summary>{} figure{}</summary>\n<ol>\n", figures.size(),
                        figures.size() == 1 ? "" : "s");
    for (const auto& figure : figures)
      html += fmt::format("<li>{}</li>\n", link("figure-" + figure.id, typeset(figure.title)));
    html += "</ol></details>\n";
  }
  if (!results.tables.empty()) {
    html += fmt::format("<details><summary>{} table{}</summary>\n<ul>\n", results.tables.size(),
                        results.tables.size() == 1 ? "" : "s");
    for (const auto& [name, table] : results.tables)
      html += fmt::format("<li>{} <span class=\"muted\">{} rows</span></li>\n",
                          link("table-" + name, escaped(spoken(name))), table.rows.size());
    html += "</ul></details>\n";
  }
  return html + "</nav>\n";
}

/// Allows the page to draw (Vega compiles its expressions). Does not allow figures, which may come from
/// elsewhere, to load or send anything.
std::string content_policy() {
  return "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
         "'unsafe-inline' "
         "'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n";
}

std::string script(const std::string& name) {
  return fmt::format("<script>{}</script>\n", escaped_script(share_file(name)));
}

}  // namespace

std::string report_html(const fs::path& run_folder, const PageOptions& options) {
  std::error_code ignored;
  if (!fs::is_directory(run_folder, ignored))
    throw input_error(run_folder.string(), "there is no such folder", "give the folder of a run");
  const fs::path results_path = run_folder / results::results_file;
  const Results results = results::results_from_json(io::read_text(results_path), results_path.string());
  const fs::path recipe_path = run_folder / results::recipe_file;
  const io::Settings settings = io::settings_from_toml(io::read_text(recipe_path), recipe_path.string());
  const std::vector<Figure> figures = results::read_figures(run_folder);

  std::string title = text_of(settings, "recipe", "title");
  if (title.empty()) title = results.recipe;
  const std::string question = text_of(settings, "recipe", "question");
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "{}<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"generator\" content=\"{}\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
      content_policy(), escaped(results.software), escaped(title), share_file("report.css"), typeset(title));
  if (!question.empty()) html += fmt::format("<p>{}</p>\n", typeset(question));
  const bool is_analysis = !text_of(settings, "recipe", "command").empty();
  if (is_analysis)
    html += fmt::format("<p class=\"run\">By {}. ± is one standard error.</p>\n", escaped(results.software));
  else
    html +=
        fmt::format("<p class=\"run\">Recipe {} at scale {}, seed {}, {}. ± is one standard error.</p>\n",
                    escaped(results.recipe), escaped(results.scale), results.seed, escaped(results.software));
  std::string sections;
  if (!is_analysis || !results.claims.empty()) sections += claims_section(results, figures, options.works);
  sections += values_section(results);
  sections += figures_section(figures);
  sections += tables_section(results);
  sections += settings_section(settings, results, options);
  sections += citations_section(results, options);
  html += contents(sections, results, figures);
  html += sections;
  html += log_section(run_folder);
  html += "</main>\n";
  if (!figures.empty()) {
    for (const std::string package : {"vega", "vega-lite", "vega-embed"}) {
      html += fmt::format("<!-- {} is distributed under this licence:\n{}-->\n", package,
                          escaped(share_file(package + ".LICENSE")));
      html += script(package + ".min.js");
    }
  }
  html += script("report.js");
  return html + "</body>\n</html>\n";
}

fs::path write_report(const fs::path& run_folder, const PageOptions& options) {
  const std::string html = report_html(run_folder, options);
  fs::path path = run_folder / results::page_file;
  io::check_output(path, true);
  io::write_text(path, html);
  return path;
}

}  // namespace spinflow::report

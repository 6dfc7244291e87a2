// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/citations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spinflow/base/error.hpp"

namespace spinflow::report {

void Works::add(const std::vector<base::Citation>& citations) {
  for (const auto& citation : citations)
    if (citation.work()) works_.emplace(citation.key(), *citation.work());
}

bool Works::contains(std::string_view key) const { return works_.find(key) != works_.end(); }

std::string Works::bibtex(std::string_view key) const {
  const auto found = works_.find(key);
  if (found == works_.end()) {
    std::vector<std::string> keys;
    for (const auto& [known, work] : works_) keys.push_back(known);
    throw input_error("citation", fmt::format("there is no work '{}'", key), suggestion(key, keys));
  }
  const base::Work& work = found->second;
  std::string entry = fmt::format("@{}{{{},\n", work.kind, work.key);
  const auto add = [&](std::string_view field, std::string_view text) {
    if (!text.empty()) entry += fmt::format("  {} = {{{}}},\n", field, text);
  };
  add("author", work.author);
  add("title", work.title);
  add(work.kind == "inproceedings" ? "booktitle" : "journal", work.journal);
  add("volume", work.volume);
  add("pages", work.pages);
  add("year", fmt::format("{}", work.year));
  add("doi", work.doi);
  if (!work.arxiv.empty()) {
    add("eprint", work.arxiv);
    add("archiveprefix", "arXiv");
  }
  return entry + "}\n";
}

std::string Works::short_citation(std::string_view key) const {
  const auto found = works_.find(key);
  if (found == works_.end()) return std::string(key);
  const base::Work& work = found->second;
  std::vector<std::string_view> families;  // "Family, Given and Family, Given"
  std::string_view rest = work.author;
  while (!rest.empty()) {
    const std::size_t end = rest.find(" and ");
    families.push_back(rest.substr(0, std::min(rest.find(','), end)));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 5);
  }
  if (families.size() > 3) return fmt::format("{} et al. ({})", families[0], work.year);
  std::string names(families[0]);
  for (std::size_t i = 1; i < families.size(); ++i)
    names += fmt::format("{}{}", i + 1 == families.size() ? " and " : ", ", families[i]);
  return fmt::format("{} ({})", names, work.year);
}

}  // namespace spinflow::report

// SPDX-License-Identifier: Apache-2.0
#include "recipes/criteria.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

namespace {

constexpr std::string_view prefix = "criteria.";

/// Calls words(text between names) and name(what stands in braces), in order.
template <class Words, class Name>
void walk(std::string_view text, const Words& words, const Name& name) {
  while (true) {
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return words(text);
    words(text.substr(0, open));
    name(std::string(text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  walk(
      text, [](std::string_view) {}, [&](std::string name) { names.insert(std::move(name)); });
  return names;
}

double number_of(const base::Value& value, const std::string& where) {
  double number = std::nan("");
  if (const auto* d = std::get_if<double>(&value)) number = *d;
  if (const auto* i = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*i);
  if (!std::isfinite(number)) throw input_error(where, "it is no number", "give a finite number");
  return number;
}

}  // namespace

Criteria::Criteria(const io::Settings& settings, std::string paper) : paper_(std::move(paper)) {
  for (const auto& [section, values] : settings) {
    if (!section.starts_with(prefix)) continue;
    Criterion criterion;
    for (const auto& [key, value] : values) {
      const auto* text = std::get_if<std::string>(&value);
      if (key == "text" && text != nullptr)
        criterion.text = *text;
      else
        criterion.numbers[key] = number_of(value, fmt::format("{}.{}", section, key));
    }
    if (criterion.text.empty())
      throw input_error(section, "it has no text", "say in `text` what the claim is judged by");
    const auto names = names_in(criterion.text);
    for (const auto& name : names)
      if (!criterion.numbers.contains(name))
        throw input_error(section, fmt::format("its text names {{{}}}, which is not there", name),
                          fmt::format("give {} a number", name));
    for (const auto& [name, number] : criterion.numbers)
      if (!names.contains(name))
        throw input_error(section, fmt::format("its text does not name {{{}}}", name),
                          "name in the text every number that judges");
    criteria_[section.substr(prefix.size())] = std::move(criterion);
  }
}

const Criteria::Criterion& Criteria::find(const std::string& criterion) const {
  const auto found = criteria_.find(criterion);
  if (found == criteria_.end())
    throw Error(Fault::failure, fmt::format("recipe: its TOML has no [criteria.{}]; add one", criterion));
  return found->second;
}

std::string Criteria::text(const std::string& criterion) const {
  const Criterion& found = find(criterion);
  std::string text;
  walk(
      found.text, [&](std::string_view words) { text += words; },
      [&](const std::string& name) { text += fmt::format("{}", found.numbers.at(name)); });
  return text;
}

double Criteria::number(const std::string& criterion, const std::string& name) const {
  const auto& numbers = find(criterion).numbers;
  const auto number = numbers.find(name);
  if (number == numbers.end())
    throw Error(Fault::failure,
                fmt::format("recipe: [criteria.{}] of its TOML has no number {}; add one", criterion, name));
  return number->second;
}

results::Claim Criteria::claim(std::string id, std::string statement,
                               const std::vector<EvidenceName>& evidence) const {
  const std::string criterion = id;
  return claim(criterion, std::move(id), std::move(statement), evidence);
}

results::Claim Criteria::claim(const std::string& criterion, std::string id, std::string statement,
                               const std::vector<EvidenceName>& evidence) const {
  results::Claim claim;
  claim.id = std::move(id);
  claim.paper = paper_;
  claim.statement = std::move(statement);
  claim.measured = results::none;
  claim.error = results::none;
  claim.criterion = text(criterion);
  for (const auto& name : evidence) claim.evidence.push_back(name.text());
  return claim;
}

}  // namespace spinflow::recipes

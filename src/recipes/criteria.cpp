// SPDX-License-Identifier: Apache-2.0
#include "recipes/criteria.hpp"

#include <fmt/format.h>

#include <cmath>

#include "recipes/placeholders.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

namespace {

constexpr std::string_view criteria_prefix = "criteria.";
constexpr std::string_view claims_prefix = "claims.";

double number_of(const base::Value& value, const std::string& where) {
  double number = std::nan("");
  if (const auto* d = std::get_if<double>(&value)) number = *d;
  if (const auto* i = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*i);
  if (!std::isfinite(number)) throw input_error(where, "it is no number", "give a finite number");
  return number;
}

const base::Options<Criteria::Said>& said_options() {
  static const auto all = base::Options<Criteria::Said>()
                              .add("control", &Criteria::Said::control, "")
                              .add("qualification", &Criteria::Said::qualification, "");
  return all;
}

}  // namespace

bool Criteria::holds_words(std::string_view key) {
  return key == "text" || key == "paper" || key == "like" || key == "sharper" || key.starts_with("statement");
}

std::string Criteria::Criterion::word(const std::string& key) const {
  const auto found = words.find(key);
  return found == words.end() ? std::string() : found->second;
}

Criteria::Criteria(const io::Settings& settings, std::string paper, const std::string& recipe)
    : paper_(std::move(paper)) {
  if (!recipe.empty())
    for (const auto& [section, values] : io::settings_from_toml(recipe_text(recipe), "recipe " + recipe))
      if (section.starts_with(claims_prefix))
        said_[section.substr(claims_prefix.size())] = said_options().parse(values, section);
  for (const auto& [section, values] : settings) {
    if (!section.starts_with(criteria_prefix)) continue;
    Criterion criterion;
    for (const auto& [key, value] : values) {
      const auto* words = std::get_if<std::string>(&value);
      if (holds_words(key) && words != nullptr)
        criterion.words[key] = *words;
      else
        criterion.numbers[key] = number_of(value, fmt::format("{}.{}", section, key));
    }
    if (criterion.word("text").empty())
      throw input_error(section, "it has no text", "say in `text` what the claim is judged by");
    const auto names = names_in(criterion.word("text"));
    for (const auto& name : names)
      if (!criterion.numbers.contains(name))
        throw input_error(section, fmt::format("its text names {{{}}}, which is not there", name),
                          fmt::format("give {} a number", name));
    for (const auto& [name, number] : criterion.numbers)
      if (!names.contains(name))
        throw input_error(section, fmt::format("its text does not name {{{}}}", name),
                          "name in the text every number that judges");
    criteria_[section.substr(criteria_prefix.size())] = std::move(criterion);
  }
  for (const auto& [name, criterion] : criteria_)
    if (const auto like = criterion.word("like"); !like.empty() && !criteria_.contains(like))
      throw input_error(fmt::format("{}{}.like", criteria_prefix, name),
                        fmt::format("there is no criterion {}", like), "name one of the recipe's");
}

const Criteria::Criterion& Criteria::find(const std::string& criterion) const {
  const auto found = criteria_.find(criterion);
  if (found == criteria_.end())
    throw Error(Fault::failure, fmt::format("recipe: its TOML has no [criteria.{}]; add one", criterion));
  return found->second;
}

std::string Criteria::text(const std::string& criterion) const {
  const Criterion& found = find(criterion);
  return filled(found.word("text"),
                [&](const std::string& name) { return fmt::format("{}", found.numbers.at(name)); });
}

double Criteria::number(const std::string& criterion, const std::string& name) const {
  const Criterion& own = find(criterion);
  const auto number = own.numbers.find(name);
  if (number != own.numbers.end()) return number->second;
  if (const auto like = own.word("like"); !like.empty()) {
    const auto& numbers = find(like).numbers;
    if (const auto of_like = numbers.find(name); of_like != numbers.end()) return of_like->second;
  }
  throw Error(Fault::failure,
              fmt::format("recipe: [criteria.{}] of its TOML has no number {}; add one", criterion, name));
}

const Criteria::Said& Criteria::said(const std::string& criterion) const {
  auto found = said_.find(criterion);
  if (found == said_.end()) found = said_.find(find(criterion).word("like"));
  if (found == said_.end())
    throw Error(Fault::failure,
                fmt::format("recipe: its TOML has no [claims.{}]; add one with control and qualification",
                            criterion));
  return found->second;
}

results::Claim Criteria::claim(const std::string& criterion, const ClaimOf& of,
                               const std::vector<EvidenceName>& evidence) const {
  const Criterion& own = find(criterion);
  const auto statement = own.words.find(of.statement);
  if (statement == own.words.end())
    throw Error(Fault::failure,
                fmt::format("recipe: [criteria.{}] of its TOML has no {}; add one", criterion, of.statement));
  const auto words = [&](const std::string& text) {
    return filled(text, [&](const std::string&) { return of.word; });
  };
  results::Claim claim;
  claim.id = of.id.empty() ? criterion : of.id;
  claim.paper = own.word("paper").empty() ? paper_ : own.word("paper");
  claim.statement = words(statement->second);
  claim.sharper = words(own.word("sharper"));
  claim.measured = results::none;
  claim.error = results::none;
  claim.criterion = text(criterion);
  for (const auto& name : evidence) claim.evidence.push_back(name.text());
  return claim;
}

}  // namespace spinflow::recipes

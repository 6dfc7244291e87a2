// SPDX-License-Identifier: Apache-2.0
#include "recipes/criteria.hpp"

#include <fmt/format.h>

#include <cmath>

#include "recipes/placeholders.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

namespace {

constexpr std::string_view prefix = "criteria.";

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
  return filled(found.text,
                [&](const std::string& name) { return fmt::format("{}", found.numbers.at(name)); });
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

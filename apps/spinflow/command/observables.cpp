// SPDX-License-Identifier: Apache-2.0
#include "command/observables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "spinflow/base/error.hpp"

namespace spinflow::program {

using observables::ObservableEntry;
using observables::Unasked;

Flag observables_flag(const std::vector<std::string>& defaults) {
  return {
      .names = "--observables",
      .spec = {.name = "observables",
               .help = fmt::format("what to read, of the observables below [{}]", fmt::join(defaults, ",")),
               .fallback = std::vector<std::string>{}},
      .shows_default = false,
      .words = observables::registry().names()};
}

ObservableChoice chosen_observables(const Invocation& invocation, Unasked ObservableEntry::*own,
                                    const ensemble::Ensemble& ensemble) {
  ObservableChoice choice;
  if (invocation.has("observables")) {
    choice.names = invocation.get<std::vector<std::string>>("observables");
    choice.shown = observables::entries(choice.names);
    for (const auto* entry : choice.shown)
      if (const auto why = observables::obstacle(*entry, ensemble); !why.empty())
        throw input_error(fmt::format("{} --observables {}", invocation.path, entry->name), why,
                          "leave it out");
    return choice;
  }
  for (const auto* entry : observables::entries()) {
    if (entry->*own == Unasked::left_out) continue;
    if (entry->needs == observables::Needs::chain && !observables::obstacle(*entry, ensemble).empty())
      continue;
    choice.names.push_back(entry->name);
    if (entry->*own == Unasked::shown) choice.shown.push_back(entry);
  }
  return choice;
}

std::vector<std::string> ObservableChoice::headings() const {
  std::vector<std::string> all;
  for (const auto* entry : shown)
    for (const auto& number : entry->numbers)
      if (!number.symbol.empty()) all.push_back(number.symbol + (entry->along.empty() ? "" : "(1)"));
  return all;
}

std::vector<std::string> ObservableChoice::cells(const observables::Readings& readings) const {
  std::vector<std::string> all;
  for (const auto* entry : shown)
    for (const auto& number : entry->numbers) {
      if (number.symbol.empty()) continue;
      const bool there = readings.contains(number.name) && !readings.list(number.name).empty();
      all.push_back(there ? with_error(readings.list(number.name).front()) : "-");
    }
  return all;
}

std::string ObservableChoice::notes() const {
  std::string text;
  for (const auto* entry : shown)
    if (!entry->note.empty()) text += entry->note + "; ";
  return text;
}

std::vector<std::string> ObservableChoice::numbers() const {
  std::vector<std::string> all;
  for (const auto* entry : shown)
    if (entry->along.empty())
      for (const auto& number : entry->numbers) all.push_back(number.name);
  return all;
}

std::string symbol_of(const std::string& number) {
  for (const auto* entry : observables::entries())
    for (const auto& candidate : entry->numbers)
      if (candidate.name == number && !candidate.symbol.empty()) return candidate.symbol;
  return number;
}

namespace {

Json number_json(const stats::Estimate& number) {
  Json json = to_json(number);
  if (std::isinf(number.value)) json["censored"] = true;
  return json;
}

}  // namespace

void add_observable(Json& json, const ObservableEntry& entry, const observables::Readings& readings) {
  for (const auto& number : entry.numbers) {
    if (!readings.contains(number.name)) continue;
    if (entry.along.empty()) {
      json[number.name] = number_json(readings[number.name]);
      continue;
    }
    Json list = Json::array();
    for (const auto& member : readings.list(number.name)) {
      Json at = {{entry.along, list.size() + 1}};
      at.update(number_json(member));
      list.push_back(std::move(at));
    }
    json[number.name] = std::move(list);
  }
}

}  // namespace spinflow::program

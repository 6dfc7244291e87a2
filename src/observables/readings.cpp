// SPDX-License-Identifier: Apache-2.0
#include "spinflow/observables/readings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spinflow/base/error.hpp"

namespace spinflow::observables {

namespace {

Error nothing_called(std::string_view name, const std::vector<Reading>& readings) {
  std::vector<std::string> names;
  for (const auto& reading : readings) names.push_back(reading.name);
  return input_error("readings", fmt::format("nothing was read under the name '{}'", name),
                     names.empty() ? "ask for it when the ensemble is read"
                                   : fmt::format("ask for it when the ensemble is read, or use what was: {}",
                                                 fmt::join(names, ", ")));
}

}  // namespace

const Reading* Readings::find(std::string_view name) const {
  const auto found = std::ranges::find(readings_, name, &Reading::name);
  return found == readings_.end() ? nullptr : &*found;
}

const stats::Estimate& Readings::operator[](std::string_view name) const {
  const Reading* reading = find(name);
  if (reading == nullptr) throw nothing_called(name, readings_);
  if (reading->is_list)
    throw input_error("readings", fmt::format("'{}' is a list of {} numbers", name, reading->values.size()),
                      "ask for its members");
  return reading->values.front();
}

std::span<const stats::Estimate> Readings::list(std::string_view name) const {
  const Reading* reading = find(name);
  if (reading == nullptr) throw nothing_called(name, readings_);
  return reading->values;
}

void Readings::set(std::string_view name, const stats::Estimate& number) {
  put({.name = std::string(name), .values = {number}});
}

void Readings::set_list(std::string_view name, std::vector<stats::Estimate> values) {
  put({.name = std::string(name), .values = std::move(values), .is_list = true});
}

void Readings::put(Reading reading) {
  const auto found = std::ranges::find(readings_, reading.name, &Reading::name);
  if (found == readings_.end())
    readings_.push_back(std::move(reading));
  else
    *found = std::move(reading);
}

}  // namespace spinflow::observables

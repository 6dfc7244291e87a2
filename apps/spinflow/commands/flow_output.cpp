// SPDX-License-Identifier: Apache-2.0
#include "commands/flow_output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command/readings.hpp"

namespace spinflow::program {

namespace {

Json step_json(const flow::FlowStep& step) {
  Json readings = Json::object();
  for (const auto& [name, reading] : step.readings) readings[name] = reading_json(reading);
  Json json = {{"step", step.step}, {"n", step.n}};
  const auto add = [&](bool several) {
    for (const auto* entry : observables::entries())
      if ((entry->numbers.size() > 1) == several) add_observable(json, *entry, step.observed);
  };
  add(false);
  json["thermometers"] = std::move(readings);
  add(true);
  return json;
}

Json fixed_point_json(const flow::FixedPointReading& point) {
  Json json = reading_json(point.value);
  json["inverse"] = point.inverse;
  json["drift"] = to_json(point.drift);
  json["agree"] = point.agree;
  json["settled"] = point.settled;
  json["because"] = point.because;
  json["starts"] = Json::array();
  for (const auto& start : point.starts) {
    Json end = reading_json(start.value);
    end["name"] = start.name;
    end["temperature"] = start.temperature;
    end["drift"] = to_json(start.drift);
    end["drift_steps"] = start.steps;
    json["starts"].push_back(std::move(end));
  }
  return json;
}

Json fixed_point_json(const flow::FixedPoint& point) {
  Json gauges = Json::object();
  for (const auto& reading : point.thermometers) gauges[reading.name] = fixed_point_json(reading);
  Json json = {{"thermometers", gauges}};
  for (const auto& reading : point.observables) json[reading.name] = fixed_point_json(reading);
  return json;
}

std::string fixed_point_line(const std::string& name, const std::string& symbol,
                             const flow::FixedPointReading& point) {
  if (point.settled)
    return fmt::format("fixed point by {}: {}* = {}, settled: {}\n", name, symbol, with_error(point.value),
                       point.because);
  // Starts that end apart have no value in common.
  const bool one_value = point.agree || point.starts.size() == 1;
  return fmt::format("no fixed point by {}, not settled: {}{}\n", name, point.because,
                     one_value ? fmt::format("; mean of the last quarter of the steps: {} = {}", symbol,
                                             with_error(point.value))
                               : "");
}

}  // namespace

Json flow_json(const std::vector<flow::Trajectory>& starts, const flow::FixedPoint& point) {
  Json list = Json::array();
  for (const auto& start : starts) {
    Json steps = Json::array();
    for (const auto& step : start.steps) steps.push_back(step_json(step));
    list.push_back({{"name", start.name}, {"temperature", start.temperature}, {"steps", steps}});
  }
  return {{"starts", list}, {"fixed_point", fixed_point_json(point)}};
}

std::string flow_table(const flow::Trajectory& start, const ObservableChoice& choice) {
  std::vector<std::string> head = {"step"};
  for (const auto& heading : choice.headings()) head.push_back(heading);
  std::vector<std::string> gauges;
  for (const auto& step : start.steps)
    for (const auto& [name, reading] : step.readings)
      if (std::ranges::find(gauges, name) == gauges.end()) gauges.push_back(name);
  for (const auto& name : gauges) head.push_back("T " + name);
  TextTable table(head);
  for (const auto& step : start.steps) {
    // A person wants the beginning and the end; --json has every step.
    const int last = start.steps.back().step;
    if (step.step > 5 && step.step != last && step.step % 10 != 0) continue;
    std::vector<std::string> row = {fmt::format("{}", step.step)};
    for (const auto& cell : choice.cells(step.observed)) row.push_back(cell);
    for (const auto& name : gauges) {
      const auto found = step.readings.find(name);
      if (found == step.readings.end())
        row.emplace_back("-");
      else
        row.push_back(with_error(found->second));
    }
    table.add(row);
  }
  return fmt::format("from {}, {} chains\n{}\n", start.name, start.steps.front().n, table.text());
}

std::string fixed_point_text(const flow::FixedPoint& point) {
  std::string text;
  for (const auto& reading : point.thermometers) text += fixed_point_line(reading.name, "T", reading);
  if (!text.empty()) return text;
  for (const auto& reading : point.observables)
    text += fixed_point_line(reading.name, symbol_of(reading.name), reading);
  return text;
}

}  // namespace spinflow::program

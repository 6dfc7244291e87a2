// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/columns.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::flow {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::string dataset_of(const observables::Number& number) {
  return number.dataset.empty() ? number.name : number.dataset;
}

/// Values and errors of one number, or of a list, at every step: (steps, columns). Steps of a shorter list
/// (smaller lattices have fewer distances), or without the number, hold NaN.
void write_numbers(io::Hdf5Writer& file, const std::string& group, const observables::ObservableEntry& entry,
                   const observables::Number& number, const std::vector<FlowStep>& steps) {
  std::size_t columns = 0;
  for (const auto& row : steps)
    if (row.observed.contains(number.name))
      columns = std::max(columns, row.observed.list(number.name).size());
  if (columns == 0) return;
  std::vector<double> values;
  std::vector<double> errors;
  for (const auto& row : steps) {
    const auto found = row.observed.contains(number.name) ? row.observed.list(number.name)
                                                          : std::span<const stats::Estimate>();
    for (std::size_t i = 0; i < columns; ++i) {
      values.push_back(i < found.size() ? found[i].value : missing);
      errors.push_back(i < found.size() ? found[i].error : missing);
    }
  }
  const std::string name = fmt::format("{}/{}", group, dataset_of(number));
  std::vector<std::size_t> shape = {steps.size()};
  if (!entry.along.empty()) shape.push_back(columns);
  file.dataset(name, std::span<const double>(values), shape);
  file.dataset(name + "_error", std::span<const double>(errors), shape);
}

void write_steps(io::Hdf5Writer& file, const std::string& group, const std::vector<FlowStep>& steps) {
  std::vector<std::int64_t> numbers;
  std::vector<std::int64_t> n;
  for (const auto& row : steps) {
    numbers.push_back(row.step);
    n.push_back(static_cast<std::int64_t>(row.n));
  }
  file.dataset(group + "/step", numbers);
  file.dataset(group + "/n", n);
  for (const auto* entry : observables::entries())
    for (const auto& number : entry->numbers) write_numbers(file, group, *entry, number, steps);
}

/// What a thermometer read at a step, if it did.
struct GaugeRow : thermometers::Reading {
  bool present = false;
};

const io::Columns<GaugeRow>& gauge_columns() {
  using Row = GaugeRow;
  using Columns = io::Columns<Row>;
  static const auto columns =
      Columns()
          .add("value", &Row::value)
          .add("error", &Row::error)
          .add("mode", &Row::mode)
          .add("censored", &Row::censored)
          .add("present", &Row::present)
          .add_optional(Columns().add("limit", &Row::limit),
                        [](const Row& row) { return !std::isnan(row.limit); })
          .add_optional(Columns()
                            .add(
                                "inverse", [](auto& row) -> auto& { return row.inverse.value; })
                            .add(
                                "inverse_error", [](auto& row) -> auto& { return row.inverse.error; }),
                        [](const Row& row) { return !std::isnan(row.inverse.value); });
  return columns;
}

void write_gauge(io::Hdf5Writer& file, const std::string& place, const std::string& gauge,
                 const std::vector<FlowStep>& steps) {
  std::vector<GaugeRow> rows;
  std::size_t classes = 0;
  for (const auto& step : steps) {
    const auto found = step.readings.find(gauge);
    rows.push_back(found == step.readings.end() ? GaugeRow{} : GaugeRow{found->second, true});
    classes = std::max(classes, rows.back().distribution.size());
  }
  gauge_columns().write(file, place, rows);
  if (classes == 0) return;
  std::vector<double> distribution;
  for (auto& row : rows) {
    row.distribution.resize(classes, missing);
    distribution.insert(distribution.end(), row.distribution.begin(), row.distribution.end());
  }
  file.dataset(place + "/distribution", std::span<const double>(distribution), {steps.size(), classes});
}

void write_start(io::Hdf5Writer& file, const std::string& group, const Trajectory& start) {
  file.group(group);
  file.attribute(group, "name", start.name);
  file.attribute(group, "temperature", start.temperature);
  write_steps(file, group, start.steps);
  std::vector<std::string> gauges;
  for (const auto& row : start.steps)
    for (const auto& [name, reading] : row.readings)
      if (std::ranges::find(gauges, name) == gauges.end()) gauges.push_back(name);
  for (const auto& gauge : gauges) write_gauge(file, group + "/thermometers/" + gauge, gauge, start.steps);
  for (const auto& [step, ensemble] : start.kept)
    ensemble::write_group(file, fmt::format("{}/kept/step_{:06}", group, step), ensemble);
}

// The limit of --steps.
constexpr std::size_t most_rows = 1000000;

std::vector<std::int64_t> read_steps(const io::Hdf5Reader& file, const std::string& group) {
  const auto shape = file.shape(group + "/step");
  const auto refuse = [&](const std::string& what) {
    return input_error(file.path().string(), fmt::format("{} {}", group, what),
                       "use a file that spinflow wrote");
  };
  if (shape.size() != 1 || shape[0] == 0 || shape[0] > most_rows)
    throw refuse(fmt::format("is no list of 1 to {} steps", most_rows));
  file.take_memory(static_cast<double>(shape[0]) * sizeof(FlowStep));
  auto steps = file.read<std::int64_t>(group + "/step");
  if (std::ranges::adjacent_find(steps, std::greater_equal<>{}) != steps.end())
    throw refuse("has steps that do not ascend");
  return steps;
}

/// A number at every step, or a list of up to `columns` of them, which ends before the first NaN.
void read_numbers(const io::Hdf5Reader& file, const std::string& name, bool is_list,
                  const std::string& reading, std::vector<FlowStep>& steps) {
  const std::size_t n = steps.size();
  const std::size_t columns = is_list ? file.shape(name).back() : 1;
  file.take_memory(static_cast<double>(n) *
                   (sizeof(observables::Reading) + static_cast<double>(columns) * sizeof(stats::Estimate)));
  const std::vector<std::size_t> shape = is_list ? std::vector{n, columns} : std::vector{n};
  const auto values = file.read<double>(name, shape);
  const auto errors = file.read<double>(name + "_error", shape);
  for (std::size_t i = 0; i < n; ++i) {
    if (!is_list) {
      steps[i].observed.set(reading, {.value = values[i], .error = errors[i]});
      continue;
    }
    std::vector<stats::Estimate> list;
    for (std::size_t r = i * columns; r < (i + 1) * columns && !std::isnan(values[r]); ++r)
      list.push_back({.value = values[r], .error = errors[r]});
    steps[i].observed.set_list(reading, std::move(list));
  }
}

std::vector<FlowStep> read_observables(const io::Hdf5Reader& file, const std::string& group) {
  const auto numbers = read_steps(file, group);
  const std::size_t n = numbers.size();
  const auto sizes = file.read<std::int64_t>(group + "/n", {n});
  std::vector<FlowStep> steps(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (numbers[i] < 0 || numbers[i] > std::numeric_limits<int>::max() || sizes[i] < 0)
      throw input_error(file.path().string(),
                        fmt::format("row {} of {} has a negative step or size", i, group),
                        "use a file that spinflow wrote");
    steps[i].step = static_cast<int>(numbers[i]);
    steps[i].n = static_cast<std::size_t>(sizes[i]);
  }
  // Names that no observable has are of a newer version, and are passed over.
  for (const auto* entry : observables::entries()) {
    const auto place = [&](const observables::Number& number) {
      return fmt::format("{}/{}", group, dataset_of(number));
    };
    const bool there = std::ranges::any_of(
        entry->numbers, [&](const observables::Number& number) { return file.contains(place(number)); });
    if (!there) continue;
    for (const auto& number : entry->numbers)
      read_numbers(file, place(number), !entry->along.empty(), number.name, steps);
  }
  return steps;
}

void read_gauge(const io::Hdf5Reader& file, const std::string& place, const std::string& gauge,
                std::vector<FlowStep>& steps) {
  const std::size_t n = steps.size();
  auto rows = gauge_columns().read(file, place, n);
  std::vector<double> distribution;
  std::size_t classes = 0;
  if (file.contains(place + "/distribution")) {
    classes = file.shape(place + "/distribution").back();
    distribution = file.read<double>(place + "/distribution", {n, classes});
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (!rows[i].present) continue;
    for (std::size_t c = 0; c < classes && !std::isnan(distribution[i * classes + c]); ++c)
      rows[i].distribution.push_back(distribution[i * classes + c]);
    steps[i].readings[gauge] = std::move(rows[i]);
  }
}

int kept_step(const io::Hdf5Reader& file, const std::string& group, const std::string& name) {
  // "step_000012"; anything else is not ours.
  const std::string digits = name.size() == 11 ? name.substr(5) : "";
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
    throw input_error(file.path().string(), fmt::format("'{}/kept/{}' is no kept step", group, name),
                      "use a file that spinflow wrote");
  return std::stoi(digits);
}

/// "start_0000", ...
std::vector<std::string> groups_of_starts(const io::Hdf5Reader& file) {
  const std::int64_t n = file.integer_attribute("/", "starts");
  if (n < 0 || n > 9999)
    throw input_error(file.path().string(), fmt::format("it claims {} starts", n),
                      "use a file that spinflow wrote");
  std::vector<std::string> groups;
  for (std::int64_t i = 0; i < n; ++i) groups.push_back(fmt::format("start_{:04}", i));
  return groups;
}

Trajectory read_start(const io::Hdf5Reader& file, const std::string& group) {
  Trajectory start;
  start.name = file.text_attribute(group, "name");
  start.temperature = file.real_attribute(group, "temperature") + 0.0;  // -0 is 0
  start.steps = read_observables(file, group);
  if (file.contains(group + "/thermometers"))
    for (const auto& gauge : file.children(group + "/thermometers"))
      read_gauge(file, group + "/thermometers/" + gauge, gauge, start.steps);
  if (file.contains(group + "/kept"))
    for (const auto& name : file.children(group + "/kept"))
      start.kept.emplace(kept_step(file, group, name), ensemble::read_group(file, group + "/kept/" + name));
  return start;
}

}  // namespace

void write(const FlowRecord& record, const std::filesystem::path& path, io::Existing existing) {
  io::Hdf5Writer file(path, existing);
  io::write_header(file, {.format = std::string(flow_format.name),
                          .seed = record.seed,
                          .command = record.command,
                          .model = record.model});
  file.attribute("/", "starts", static_cast<std::int64_t>(record.starts.size()));
  for (std::size_t i = 0; i < record.starts.size(); ++i)
    write_start(file, fmt::format("start_{:04}", i), record.starts[i]);
  file.commit();
}

FlowRecord read(const std::filesystem::path& path) { return read(io::Hdf5Reader(path)); }

FlowRecord read(const io::Hdf5Reader& file) {
  const io::FileHeader header = io::expect_header(file, flow_format);
  FlowRecord record{.model = header.model, .seed = header.seed, .command = header.command};
  for (const auto& group : groups_of_starts(file)) record.starts.push_back(read_start(file, group));
  return record;
}

std::vector<KeptStep> kept_steps(const io::Hdf5Reader& file) {
  static_cast<void>(io::expect_header(file, flow_format));
  std::vector<KeptStep> all;
  for (const auto& group : groups_of_starts(file)) {
    if (!file.contains(group + "/kept")) continue;
    const double temperature = file.real_attribute(group, "temperature") + 0.0;
    for (const auto& name : file.children(group + "/kept"))
      all.push_back({.step = kept_step(file, group, name),
                     .temperature = temperature,
                     .group = fmt::format("{}/kept/{}", group, name)});
  }
  return all;
}

}  // namespace spinflow::flow

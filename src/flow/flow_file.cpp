// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::flow {

namespace {

using thermometers::ChainCoupling;

// What is read of chains, by its name in a file.
struct ChainReading {
  const char* name;
  stats::Estimate ChainCoupling::*member;
};
constexpr std::array chain_readings = {ChainReading{"coupling", &ChainCoupling::coupling},
                                       ChainReading{"pseudo_likelihood", &ChainCoupling::pseudo_likelihood},
                                       ChainReading{"correlation_ratio", &ChainCoupling::correlation_ratio}};

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

void write_estimates(io::Hdf5Writer& file, const std::string& name,
                     const std::vector<stats::Estimate>& estimates) {
  std::vector<double> values;
  std::vector<double> errors;
  for (const auto& estimate : estimates) {
    values.push_back(estimate.value);
    errors.push_back(estimate.error);
  }
  file.dataset(name, values);
  file.dataset(name + "_error", errors);
}

void write_start(io::Hdf5Writer& file, const std::string& group, const FlowStart& start) {
  file.group(group);
  file.attribute(group, "name", start.name);
  file.attribute(group, "temperature", start.temperature);
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> n;
  std::vector<stats::Estimate> energy;
  std::vector<stats::Estimate> sd_energy;
  std::vector<stats::Estimate> abs_magnetization;
  std::vector<stats::Estimate> bonds;
  std::vector<stats::Estimate> mode_2;
  std::vector<stats::Estimate> response;
  std::size_t reach = 0;  // of the correlations; blocked lattices have shorter ones
  std::vector<std::string> gauges;
  for (const auto& row : start.steps) {
    steps.push_back(row.step);
    n.push_back(static_cast<std::int64_t>(row.n));
    energy.push_back(row.energy);
    sd_energy.push_back(row.sd_energy);
    abs_magnetization.push_back(row.abs_magnetization);
    bonds.push_back(row.bonds);
    mode_2.push_back(row.mode_2);
    response.push_back(row.response);
    reach = std::max(reach, row.correlation.size());
    for (const auto& [name, reading] : row.readings)
      if (std::ranges::find(gauges, name) == gauges.end()) gauges.push_back(name);
  }
  file.dataset(group + "/step", steps);
  file.dataset(group + "/n", n);
  write_estimates(file, group + "/energy", energy);
  write_estimates(file, group + "/sd_energy", sd_energy);
  write_estimates(file, group + "/abs_magnetization", abs_magnetization);
  write_estimates(file, group + "/bonds", bonds);
  write_estimates(file, group + "/mode_2", mode_2);
  write_estimates(file, group + "/response", response);
  if (std::ranges::all_of(start.steps, [](const FlowStep& row) { return row.chain.has_value(); }))
    for (const auto& [name, member] : chain_readings) {
      std::vector<stats::Estimate> estimates;
      for (const auto& row : start.steps) estimates.push_back((*row.chain).*member);
      write_estimates(file, fmt::format("{}/chain/{}", group, name), estimates);
    }

  std::vector<double> values;
  std::vector<double> errors;
  for (const auto& row : start.steps)
    for (std::size_t r = 0; r < reach; ++r) {
      values.push_back(r < row.correlation.size() ? row.correlation[r].value : missing);
      errors.push_back(r < row.correlation.size() ? row.correlation[r].error : missing);
    }
  if (reach > 0) {
    const std::vector<std::size_t> shape = {start.steps.size(), reach};
    file.dataset(group + "/correlation", std::span<const double>(values), shape);
    file.dataset(group + "/correlation_error", std::span<const double>(errors), shape);
  }

  for (const auto& gauge : gauges) {
    const std::string place = group + "/thermometers/" + gauge;
    std::vector<double> value;
    std::vector<double> error;
    std::vector<double> mode;
    std::vector<double> limit;
    std::vector<std::int8_t> censored;
    std::vector<std::int8_t> present;
    std::vector<double> distribution;
    std::size_t classes = 0;
    for (const auto& row : start.steps)
      if (const auto found = row.readings.find(gauge); found != row.readings.end())
        classes = std::max(classes, found->second.distribution.size());
    for (const auto& row : start.steps) {
      const auto found = row.readings.find(gauge);
      const thermometers::Reading reading =
          found == row.readings.end() ? thermometers::Reading{} : found->second;
      present.push_back(found != row.readings.end());
      value.push_back(reading.value);
      error.push_back(reading.error);
      mode.push_back(reading.mode.value_or(missing));
      limit.push_back(reading.limit);
      censored.push_back(reading.censored);
      for (std::size_t c = 0; c < classes; ++c)
        distribution.push_back(c < reading.distribution.size() ? reading.distribution[c] : missing);
    }
    file.dataset(place + "/value", value);
    file.dataset(place + "/error", error);
    file.dataset(place + "/mode", mode);
    file.dataset(place + "/censored", censored);
    file.dataset(place + "/present", present);
    if (!std::ranges::all_of(limit, [](double t) { return std::isnan(t); }))
      file.dataset(place + "/limit", limit);
    if (classes > 0)
      file.dataset(place + "/distribution", std::span<const double>(distribution),
                   {start.steps.size(), classes});
  }
  for (const auto& [step, ensemble] : start.kept)
    ensemble::write_group(file, fmt::format("{}/kept/step_{:06}", group, step), ensemble);
}

std::vector<stats::Estimate> read_estimates(const io::Hdf5Reader& file, const std::string& name,
                                            std::size_t n) {
  const auto values = file.read<double>(name, {n});
  const auto errors = file.read<double>(name + "_error", {n});
  std::vector<stats::Estimate> estimates(n);
  for (std::size_t i = 0; i < n; ++i) estimates[i] = {.value = values[i], .error = errors[i]};
  return estimates;
}

// Observables that files of earlier versions do not hold: NaN there.
std::vector<stats::Estimate> read_newer_estimates(const io::Hdf5Reader& file, const std::string& name,
                                                  std::size_t n) {
  if (!file.contains(name)) return std::vector<stats::Estimate>(n);
  return read_estimates(file, name, n);
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

FlowStart read_start(const io::Hdf5Reader& file, const std::string& group) {
  FlowStart start;
  start.name = file.text_attribute(group, "name");
  start.temperature = file.real_attribute(group, "temperature") + 0.0;  // -0 is 0
  const auto steps = read_steps(file, group);
  const std::size_t n = steps.size();
  const auto sizes = file.read<std::int64_t>(group + "/n", {n});
  const auto energy = read_estimates(file, group + "/energy", n);
  const auto sd_energy = read_estimates(file, group + "/sd_energy", n);
  const auto abs_magnetization = read_estimates(file, group + "/abs_magnetization", n);
  const auto bonds = read_newer_estimates(file, group + "/bonds", n);
  const auto mode_2 = read_newer_estimates(file, group + "/mode_2", n);
  const auto response = read_newer_estimates(file, group + "/response", n);
  start.steps.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (steps[i] < 0 || steps[i] > std::numeric_limits<int>::max() || sizes[i] < 0)
      throw input_error(file.path().string(),
                        fmt::format("row {} of {} has a negative step or size", i, group),
                        "use a file that spinflow wrote");
    start.steps[i].step = static_cast<int>(steps[i]);
    start.steps[i].n = static_cast<std::size_t>(sizes[i]);
    start.steps[i].energy = energy[i];
    start.steps[i].sd_energy = sd_energy[i];
    start.steps[i].abs_magnetization = abs_magnetization[i];
    start.steps[i].bonds = bonds[i];
    start.steps[i].mode_2 = mode_2[i];
    start.steps[i].response = response[i];
  }
  if (file.contains(group + "/chain")) {
    for (auto& row : start.steps) row.chain.emplace();
    for (const auto& [name, member] : chain_readings) {
      const auto estimates = read_estimates(file, fmt::format("{}/chain/{}", group, name), n);
      for (std::size_t i = 0; i < n; ++i) (*start.steps[i].chain).*member = estimates[i];
    }
  }
  if (file.contains(group + "/correlation")) {
    const auto shape = file.shape(group + "/correlation");
    const std::size_t reach = shape.back();
    file.take_memory(static_cast<double>(n) * static_cast<double>(reach) * sizeof(stats::Estimate));
    const auto values = file.read<double>(group + "/correlation", {n, reach});
    const auto errors = file.read<double>(group + "/correlation_error", {n, reach});
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t r = 0; r < reach && !std::isnan(values[i * reach + r]); ++r)
        start.steps[i].correlation.push_back(
            {.value = values[i * reach + r], .error = errors[i * reach + r]});
  }
  if (file.contains(group + "/thermometers")) {
    for (const auto& gauge : file.children(group + "/thermometers")) {
      const std::string place = group + "/thermometers/" + gauge;
      file.take_memory(static_cast<double>(n) * sizeof(thermometers::Reading));
      const auto value = file.read<double>(place + "/value", {n});
      const auto error = file.read<double>(place + "/error", {n});
      const auto mode = file.read<double>(place + "/mode", {n});
      const auto censored = file.read<std::int8_t>(place + "/censored", {n});
      const auto present = file.read<std::int8_t>(place + "/present", {n});
      std::vector<double> limit(n, missing);
      if (file.contains(place + "/limit")) limit = file.read<double>(place + "/limit", {n});
      std::vector<double> distribution;
      std::size_t classes = 0;
      if (file.contains(place + "/distribution")) {
        classes = file.shape(place + "/distribution").back();
        distribution = file.read<double>(place + "/distribution", {n, classes});
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (present[i] == 0) continue;
        thermometers::Reading reading{
            .value = value[i], .error = error[i], .censored = censored[i] != 0, .limit = limit[i]};
        if (!std::isnan(mode[i])) reading.mode = mode[i];
        for (std::size_t c = 0; c < classes && !std::isnan(distribution[i * classes + c]); ++c)
          reading.distribution.push_back(distribution[i * classes + c]);
        start.steps[i].readings[gauge] = std::move(reading);
      }
    }
  }
  if (file.contains(group + "/kept"))
    for (const auto& name : file.children(group + "/kept")) {
      // "step_000012"; anything else is not ours.
      const std::string digits = name.size() == 11 ? name.substr(5) : "";
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
        throw input_error(file.path().string(), fmt::format("'{}/kept/{}' is no kept step", group, name),
                          "use a file that spinflow wrote");
      start.kept.emplace(std::stoi(digits), ensemble::read_group(file, group + "/kept/" + name));
    }
  return start;
}

}  // namespace

void write(const FlowRecord& record, const std::filesystem::path& path, io::Existing existing) {
  io::Hdf5Writer file(path, existing);
  io::write_header(
      file,
      {.format = "spinflow/flow", .seed = record.seed, .command = record.command, .model = record.model});
  file.attribute("/", "starts", static_cast<std::int64_t>(record.starts.size()));
  for (std::size_t i = 0; i < record.starts.size(); ++i)
    write_start(file, fmt::format("start_{:04}", i), record.starts[i]);
  file.commit();
}

FlowRecord read(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, "spinflow/flow");
  FlowRecord record{.model = header.model, .seed = header.seed, .command = header.command};
  const std::int64_t n = file.integer_attribute("/", "starts");
  if (n < 0 || n > 9999)
    throw input_error(path.string(), fmt::format("it claims {} starts", n), "use a file that spinflow wrote");
  for (std::int64_t i = 0; i < n; ++i)
    record.starts.push_back(read_start(file, fmt::format("start_{:04}", i)));
  return record;
}

}  // namespace spinflow::flow

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/configurations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::studies {

namespace {

template <class Number>
std::optional<Number> whole_text(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string name_of(const std::filesystem::path& file, const flow::KeptStep& kept, bool one_start) {
  return fmt::format(
      "{}@{}{}", file.string(), kept.step,
      one_start || std::isnan(kept.temperature) ? "" : fmt::format(",T={:.6g}", kept.temperature));
}

ensemble::Ensemble of_flow(const ConfigurationsName& name) {
  const io::Hdf5Reader file(name.file);
  const std::string where = name.file.string();
  const auto kept = flow::kept_steps(file);
  if (kept.empty())
    throw input_error(where, "it is a flow that kept no configurations",
                      "keep them with `spinflow flow --keep STEPS -o FILE`");
  std::vector<flow::KeptStep> chosen;
  bool one_start = true;
  for (const auto& step : kept) {
    one_start =
        one_start && step.group.starts_with(kept.front().group.substr(0, kept.front().group.find('/')));
    const bool same_start = !name.temperature || std::abs(step.temperature - *name.temperature) <=
                                                     1e-5 * std::abs(*name.temperature);
    if ((!name.step || step.step == *name.step) && same_start) chosen.push_back(step);
  }
  if (chosen.size() != 1) {
    std::vector<std::string> names;
    for (const auto& step : chosen.empty() ? kept : chosen)
      names.push_back(name_of(name.file, step, one_start));
    constexpr std::size_t most = 8;
    const bool more = names.size() > most;
    if (more) names.resize(most);
    throw input_error(where,
                      chosen.empty() ? "it did not keep this step"
                                     : fmt::format("it kept {} sets of configurations", chosen.size()),
                      fmt::format("name one: {}{}", fmt::join(names, " or "), more ? ", ..." : ""));
  }
  const auto header = io::read_header(file);
  ensemble::Ensemble result = ensemble::read_group(file, chosen.front().group);
  result.seed = header.seed;
  result.command = header.command;
  return result;
}

}  // namespace

bool is_flow(const std::filesystem::path& path) {
  if (!io::is_hdf5(path)) return false;
  const io::Hdf5Reader file(path);
  return file.has_attribute("/", "format") && io::read_header(file).format == flow::flow_format.name;
}

ConfigurationsName configurations_name(const std::string& text) {
  const auto at = text.rfind('@');
  std::error_code none;
  if (at == std::string::npos || at == 0 || std::filesystem::exists(text, none)) return {.file = text};
  std::string_view choice = std::string_view(text).substr(at + 1);
  ConfigurationsName name{.file = text.substr(0, at)};
  if (const auto comma = choice.find(",T="); comma != std::string_view::npos) {
    name.temperature = whole_text<double>(choice.substr(comma + 3));
    if (!name.temperature) return {.file = text};
    choice = choice.substr(0, comma);
  }
  name.step = whole_text<int>(choice);
  if (!name.step) return {.file = text};
  return name;
}

ensemble::Ensemble configurations(const std::string& text) {
  const auto name = configurations_name(text);
  if (is_flow(name.file)) return of_flow(name);
  if (name.step && !std::filesystem::exists(name.file)) return ensemble::read(text);
  if (name.step)
    throw input_error(name.file.string(), "it is not the file of a flow and has no steps",
                      "leave the @ and what follows it out");
  return ensemble::read(name.file);
}

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/identity.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinflow::models {

namespace {

double energy_option(const base::Values& options, std::string_view name) {
  const auto found = options.find(name);
  return found == options.end() ? 0 : std::get<double>(found->second);
}

// The rounding of J/T in another unit of energy must not change the text; + 0.0 turns -0 into 0.
std::string digits(double x) { return fmt::format("{:.11e}", x + 0.0); }

}  // namespace

double energy_unit(const Model& model) {
  const auto options = model.options();
  for (const auto* name : {"coupling", "field"})
    if (const double energy = std::abs(energy_option(options, name)); energy > 0) return energy;
  return 1;
}

std::string identity(const Model& model) {
  const double unit = energy_unit(model);
  std::string text = fmt::format("{} {} {}", model.name(), model.lattice().text(),
                                 lattice::to_string(model.lattice().boundary()));
  for (const auto& [name, value] : model.options())
    text += fmt::format(" {}={}", name,
                        name == "coupling" || name == "field" ? digits(std::get<double>(value) / unit)
                                                              : base::to_text(value));
  return text;
}

std::string identity(const Model& model, std::span<const double> temperatures) {
  const double unit = energy_unit(model);
  std::string text = identity(model) + " T";
  for (const double temperature : temperatures) text += fmt::format(" {}", digits(temperature / unit));
  return text;
}

}  // namespace spinflow::models

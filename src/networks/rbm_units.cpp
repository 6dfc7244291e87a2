// SPDX-License-Identifier: Apache-2.0
#include "networks/rbm_units.hpp"

#include "spinflow/base/error.hpp"

namespace spinflow::networks {

namespace {

/// b_i += visible * sum_a W_ai, c_a += hidden * sum_i W_ai.
void add_weight_sums(RbmNumbers& numbers, double visible, double hidden) {
  const std::size_t n = numbers.n_visible;
  std::vector<double> columns(n, 0);
  for (std::size_t a = 0; a < numbers.n_hidden; ++a) {
    double row = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double w = numbers.weights[a * n + i];
      row += w;
      columns[i] += w;
    }
    numbers.hidden_bias[a] += hidden * row;
  }
  for (std::size_t i = 0; i < n; ++i) numbers.visible_bias[i] += visible * columns[i];
}

void multiply(std::vector<double>& values, double factor) {
  for (double& value : values) value *= factor;
}

}  // namespace

UnitValues unit_values_from(std::string_view text, std::string_view where) {
  if (text == "spin") return UnitValues::spin;
  if (text == "binary") return UnitValues::binary;
  throw input_error(where, "there are no units '" + std::string(text) + "'",
                    suggestion(text, {"spin", "binary"}));
}

WeightRows weight_rows_from(std::string_view text, std::string_view where) {
  if (text == "hidden") return WeightRows::hidden;
  if (text == "visible") return WeightRows::visible;
  throw input_error(where, "there are no rows '" + std::string(text) + "'",
                    suggestion(text, {"hidden", "visible"}));
}

void to_spins(RbmNumbers& numbers, UnitValues visible, UnitValues hidden) {
  // A unit is step * s + middle.
  const double visible_step = visible == UnitValues::binary ? 0.5 : 1;
  const double hidden_step = hidden == UnitValues::binary ? 0.5 : 1;
  multiply(numbers.visible_bias, visible_step);
  multiply(numbers.hidden_bias, hidden_step);
  multiply(numbers.weights, visible_step * hidden_step);
  // The middle of a unit 0 and 1 is one step, that of a spin is 0.
  add_weight_sums(numbers, hidden == UnitValues::binary ? 1 : 0, visible == UnitValues::binary ? 1 : 0);
}

void to_binary(RbmNumbers& numbers) {
  // s = 2 v - 1.
  add_weight_sums(numbers, -1, -1);
  multiply(numbers.visible_bias, 2);
  multiply(numbers.hidden_bias, 2);
  multiply(numbers.weights, 4);
}

}  // namespace spinflow::networks

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "io/array_output.hpp"
#include "networks/rbm_units.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::networks {

namespace {

RbmNumbers binary_numbers(const Rbm& rbm) {
  RbmNumbers numbers{.n_visible = rbm.n_visible(),
                     .n_hidden = rbm.n_hidden,
                     .weights = {rbm.weights.begin(), rbm.weights.end()},
                     .visible_bias = {rbm.visible_bias.begin(), rbm.visible_bias.end()},
                     .hidden_bias = {rbm.hidden_bias.begin(), rbm.hidden_bias.end()}};
  to_binary(numbers);
  return numbers;
}

/// What rbms.io.load_params reads.
void write_rbms(const Rbm& rbm, const std::filesystem::path& path, io::Existing existing) {
  const RbmNumbers numbers = binary_numbers(rbm);
  std::vector<float> weights(numbers.weights.size());  // (n_visible, n_hidden)
  for (std::size_t a = 0; a < rbm.n_hidden; ++a)
    for (std::size_t i = 0; i < numbers.n_visible; ++i)
      weights[i * rbm.n_hidden + a] = static_cast<float>(numbers.weights[a * numbers.n_visible + i]);
  const std::int64_t update = rbm.history.empty() ? 1 : std::max<std::int64_t>(rbm.history.back().update, 1);
  const std::string group = "update_" + std::to_string(update) + "/params/";
  io::Hdf5Writer file(path, existing);
  file.text("model_type", "BBRBM");
  file.dataset(group + "weight_matrix", std::span<const float>(weights), {numbers.n_visible, rbm.n_hidden});
  file.dataset(group + "vbias", numbers.visible_bias);
  file.dataset(group + "hbias", numbers.hidden_bias);
  file.commit();
}

void write_arrays(const Rbm& rbm, const std::filesystem::path& path, std::string_view format,
                  UnitValues units, io::Existing existing) {
  const bool spins = units == UnitValues::spin;
  const RbmNumbers numbers = spins ? RbmNumbers{} : binary_numbers(rbm);
  const std::vector<float> weights =
      spins ? rbm.weights : std::vector<float>(numbers.weights.begin(), numbers.weights.end());
  const std::vector<std::int64_t> values = {spins ? -1 : 0, 1};
  const auto lengths = rbm.visible.shape();
  const std::vector<std::int64_t> shape(lengths.begin(), lengths.end());
  const auto bias = [&](const char* name, const std::vector<float>& spin, const std::vector<double>& binary) {
    return spins ? io::array_output<float>(name, spin, {spin.size()})
                 : io::array_output<double>(name, binary, {binary.size()});
  };
  // The longest elements first, so that each array is aligned.
  const std::vector<io::ArrayOutput> arrays = {
      io::array_output<std::int64_t>("unit_values", values, {2}),
      io::array_output<std::int64_t>("visible_shape", shape, {shape.size()}),
      bias("visible_bias", rbm.visible_bias, numbers.visible_bias),
      bias("hidden_bias", rbm.hidden_bias, numbers.hidden_bias),
      io::array_output<float>("weights", weights, {rbm.n_hidden, rbm.n_visible()})};
  if (format == "npz")
    io::write_npz(path, arrays, existing);
  else
    io::write_safetensors(path, arrays, existing);
}

}  // namespace

const std::vector<io::ExportFormat>& rbm_export_formats() {
  static const std::vector<io::ExportFormat> formats = {
      {"npz", {".npz"}, "numpy arrays"},
      {"safetensors", {".safetensors"}, "for PyTorch"},
      {"rbms", {".h5", ".hdf5"}, "of the Python package rbms"}};
  return formats;
}

void export_rbm(const Rbm& rbm, const std::filesystem::path& path, std::string_view format,
                std::optional<UnitValues> units, io::Existing existing) {
  const std::string name = io::export_format(path, format, rbm_export_formats());
  if (name != "rbms") {
    write_arrays(rbm, path, name, units.value_or(UnitValues::spin), existing);
    return;
  }
  if (units == UnitValues::spin)
    throw input_error(path.string(), "rbms has no units -1 and 1", "leave the units out");
  write_rbms(rbm, path, existing);
}

}  // namespace spinflow::networks

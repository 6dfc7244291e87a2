// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/dense_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "networks/dense_parts.hpp"
#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"

namespace spinflow::networks {

const io::Columns<DenseHistoryRow>& dense_history_columns() {
  using Row = DenseHistoryRow;
  using Columns = io::Columns<Row>;
  // Files of the first version have no updates.
  static const auto columns = Columns()
                                  .add("epoch", &Row::epoch)
                                  .add_optional(Columns().add("update", &Row::update))
                                  .add("loss_train", &Row::loss_train)
                                  .add("accuracy_train", &Row::accuracy_train)
                                  .add("loss_held_out", &Row::loss_held_out)
                                  .add("accuracy_held_out", &Row::accuracy_held_out);
  return columns;
}

namespace {

constexpr std::size_t most_layers = 1000;  // more can only be one layer under many names

Error no_net(const io::Hdf5Reader& file, const std::string& what) {
  return input_error(file.path().string(), what, "give a file made by `spinflow train`");
}

std::string layer_in(std::string_view group, std::size_t layer) {
  return inside(group, fmt::format("layer_{}", layer));
}

}  // namespace

void write_dense_layers(io::Hdf5Writer& file, std::string_view group, const std::vector<DenseLayer>& layers) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::string name = layer_in(group, l);
    file.dataset(name + "/weights", std::span<const float>(layers[l].weights),
                 {layers[l].n_out, layers[l].n_in});
    file.dataset(name + "/bias", layers[l].bias);
  }
}

std::vector<DenseLayer> read_dense_layers(const io::Hdf5Reader& file, std::string_view group,
                                          std::size_t n_inputs) {
  std::vector<DenseLayer> layers;
  std::size_t n_in = n_inputs;
  for (std::size_t l = 0; file.contains(layer_in(group, l)); ++l) {
    const std::string weights = layer_in(group, l) + "/weights";
    const auto shape = weight_shape(file, weights);
    if (l == most_layers) throw no_net(file, fmt::format("it has more than {} layers", most_layers));
    if (shape[1] != n_in)
      throw no_net(file, fmt::format("'{}' is not (n_out, {}), as the layer below asks", weights, n_in));
    layers.push_back({.n_in = n_in,
                      .n_out = shape[0],
                      .weights = read_parameters(file, weights, shape),
                      .bias = read_parameters(file, layer_in(group, l) + "/bias", {shape[0]})});
    n_in = shape[0];
  }
  return layers;
}

void write_dense(const Dense& net, const std::filesystem::path& path, io::Existing existing) {
  io::Hdf5Writer file(path, existing);
  io::write_header(file, {.format = std::string(dense_format.name),
                          .seed = net.seed,
                          .command = net.command,
                          .model = net.model_toml});
  write_origin(file, "/", net.visible, net.training);
  file.attribute("/", "purpose", net.purpose);
  file.attribute("/", "activation", to_string(net.activation));
  write_dense_layers(file, "/", net.layers);
  if (net.output) {
    file.group("output");
    write_lattice(file, "output", *net.output);
  }
  if (!net.temperatures.empty()) file.dataset("temperatures", net.temperatures);
  file.group("history");
  dense_history_columns().write(file, "history", net.history);
  file.commit();
}

Dense read_dense(const std::filesystem::path& path) { return read_dense(io::Hdf5Reader(path)); }

Dense read_dense(const io::Hdf5Reader& file) {
  const std::string path = file.path().string();
  const auto header = io::expect_header(file, dense_format);
  const auto lowest = weight_shape(file, "layer_0/weights");
  Dense net{.visible = read_lattice(file, "/", lowest[1], "inputs"),
            .activation = activation_from(file.text_attribute("/", "activation"), path),
            .purpose = file.text_attribute("/", "purpose"),
            .training = read_training(file, "/"),
            .model_toml = header.model,
            .seed = header.seed,
            .command = header.command};
  net.layers = read_dense_layers(file, "/", net.n_visible());
  if (file.contains("output")) net.output = read_lattice(file, "output", net.n_outputs(), "outputs");
  if (file.contains("temperatures")) {
    net.temperatures = file.read<double>("temperatures", {net.n_outputs()});
    for (double& t : net.temperatures) t += 0.0;  // -0 is 0
    const bool good =
        std::ranges::all_of(net.temperatures, [](double t) { return std::isfinite(t) && t >= 0; }) &&
        std::ranges::adjacent_find(net.temperatures, std::greater_equal<>{}) == net.temperatures.end();
    if (!good) throw no_net(file, "the temperatures of its classes are not finite, >= 0 and ascending");
  }
  net.history = dense_history_columns().read(file, "history", rows_of_history(file, "history/epoch"));
  return net;
}

}  // namespace spinflow::networks

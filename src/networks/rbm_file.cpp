// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_file.hpp"

#include <fmt/format.h>

#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"

namespace spinflow::networks {

const io::Columns<RbmHistoryRow>& rbm_history_columns() {
  using Row = RbmHistoryRow;
  static const auto columns = io::Columns<Row>()
                                  .add("update", &Row::update)
                                  .add("reconstruction_error", &Row::reconstruction_error)
                                  .add("pseudo_likelihood_train", &Row::pseudo_likelihood_train)
                                  .add("pseudo_likelihood_held_out", &Row::pseudo_likelihood_held_out)
                                  .add("weight_norm", &Row::weight_norm);
  return columns;
}

void write_rbm_group(io::Hdf5Writer& file, std::string_view group, const Rbm& rbm) {
  if (group != "/") file.group(group);
  const auto floats = [&](std::string_view name, const std::vector<float>& values,
                          std::vector<std::size_t> shape) {
    file.dataset(inside(group, name), std::span<const float>(values), shape);
  };
  floats("weights", rbm.weights, {rbm.n_hidden, rbm.n_visible()});
  floats("visible_bias", rbm.visible_bias, {rbm.n_visible()});
  floats("hidden_bias", rbm.hidden_bias, {rbm.n_hidden});
  write_origin(file, group, rbm.visible, rbm.training);
  const std::string history = inside(group, "history");
  file.group(history);
  rbm_history_columns().write(file, history, rbm.history);
}

Rbm read_rbm_group(const io::Hdf5Reader& file, std::string_view group) {
  const auto shape = weight_shape(file, inside(group, "weights"));
  Rbm rbm{.visible = read_lattice(file, group, shape[1], "visible units")};
  rbm.n_hidden = shape[0];
  rbm.weights = read_parameters(file, inside(group, "weights"), shape);
  rbm.visible_bias = read_parameters(file, inside(group, "visible_bias"), {rbm.n_visible()});
  rbm.hidden_bias = read_parameters(file, inside(group, "hidden_bias"), {rbm.n_hidden});
  rbm.training = read_training(file, group);
  const std::string history = inside(group, "history");
  rbm.history = rbm_history_columns().read(file, history, rows_of_history(file, history + "/update"));
  return rbm;
}

void write_rbm(const Rbm& rbm, const std::filesystem::path& path, io::Existing existing) {
  io::Hdf5Writer file(path, existing);
  io::write_header(file, {.format = std::string(rbm_format.name),
                          .seed = rbm.seed,
                          .command = rbm.command,
                          .model = rbm.model_toml});
  write_rbm_group(file, "/", rbm);
  if (rbm.state != nullptr) {
    file.group(training_state_group);
    rbm.state->write(file, training_state_group);
  }
  file.commit();
}

Rbm read_rbm(const std::filesystem::path& path) { return read_rbm(io::Hdf5Reader(path)); }

Rbm read_rbm(const io::Hdf5Reader& file) {
  const auto header = io::expect_header(file, rbm_format);
  Rbm rbm = read_rbm_group(file, "/");
  rbm.seed = header.seed;
  rbm.command = header.command;
  rbm.model_toml = header.model;
  return rbm;
}

}  // namespace spinflow::networks

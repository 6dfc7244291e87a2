// SPDX-License-Identifier: Apache-2.0
// Files of networks: what `inspect` tells of them and how they become maps.
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/transformations/dense_map.hpp"
#include "spinflow/transformations/file_formats.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "spinflow/transformations/stack_maps.hpp"

namespace spinflow::transformations {

namespace {

using base::Values;
using io::Hdf5Reader;
using Map = std::unique_ptr<Transformation>;

std::int64_t whole(std::size_t number) { return static_cast<std::int64_t>(number); }

FileFacts lattice_facts(const lattice::Lattice& lattice) {
  return {{"lattice", lattice.text()}, {"boundary", std::string(lattice::to_string(lattice.boundary()))}};
}

/// Nothing if the file says nothing of its training. `without`: an option to leave out.
void add_training(FileFacts& facts, const Values& options, std::string_view without = {}) {
  FileFacts training;
  for (const auto& [name, value] : options)
    if (name != without) training.push_back({name, base::to_text(value)});
  if (!options.empty()) facts.push_back({"training", std::move(training)});
}

FileFacts rbm_facts(const Hdf5Reader& file) {
  const auto rbm = networks::read_rbm(file);
  FileFacts facts = lattice_facts(rbm.visible);
  facts.push_back({"visible", whole(rbm.n_visible())});
  facts.push_back({"hidden", whole(rbm.n_hidden)});
  add_training(facts, rbm.training);
  if (rbm.history.empty()) return facts;
  const auto& last = rbm.history.back();
  facts.push_back({"updates", std::int64_t{last.update}});
  facts.push_back({"reconstruction_error", last.reconstruction_error});
  facts.push_back({"pseudo_likelihood", last.pseudo_likelihood_train});
  facts.push_back({"weight_norm", last.weight_norm});
  return facts;
}

FileFacts stack_facts(const Hdf5Reader& file) {
  const auto stack = networks::read_stack(file);
  FileFacts facts = lattice_facts(stack.lattice(0));
  add_training(facts, stack.layers.front().training, "hidden");  // it differs from layer to layer
  std::vector<FileFacts> layers;
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    const auto& rbm = stack.layers[l];
    const auto summary = networks::layer_summary(rbm);
    auto& layer = layers.emplace_back(FileFacts{{"lattice", stack.lattice(l + 1).text()},
                                                {"hidden", whole(rbm.n_hidden)},
                                                {"dead", whole(summary.dead)},
                                                {"participation", summary.participation},
                                                {"coherence", summary.coherence}});
    if (rbm.history.empty()) continue;
    layer.push_back({"updates", std::int64_t{rbm.history.back().update}});
    layer.push_back({"reconstruction_error", rbm.history.back().reconstruction_error});
  }
  facts.push_back({"layers", std::move(layers)});
  return facts;
}

FileFacts dense_facts(const Hdf5Reader& file) {
  const auto net = networks::read_dense(file);
  FileFacts facts = lattice_facts(net.visible);
  facts.push_back({"purpose", net.purpose});
  std::vector<std::int64_t> layers;
  for (const auto& layer : net.layers) layers.push_back(whole(layer.n_out));
  facts.push_back({"layers", std::move(layers)});
  if (net.output) {
    facts.push_back({"output_lattice", net.output->text()});
    facts.push_back({"output_boundary", std::string(lattice::to_string(net.output->boundary()))});
  }
  if (!net.temperatures.empty()) facts.push_back({"temperatures", net.temperatures});
  add_training(facts, net.training);
  if (net.history.empty()) return facts;
  const auto& last = net.history.back();
  facts.push_back({"epochs", std::int64_t{last.epoch}});
  if (last.update > 0) facts.push_back({"updates", std::int64_t{last.update}});
  facts.push_back({"loss_held_out", last.loss_held_out});
  facts.push_back({"accuracy_held_out", last.accuracy_held_out});
  return facts;
}

struct StackOptions {
  std::string pass = "up";
  std::string hidden_mode = "sampled";
  std::int64_t top_steps = 0;
};

base::Options<StackOptions> stack_options() {
  base::Options<StackOptions> options;
  options
      .add("pass", &StackOptions::pass,
           "what a stack does: one layer up in every step, or up through all layers and down again", {},
           {"up", "reconstruct"})
      .add("hidden_mode", &StackOptions::hidden_mode,
           "a stack's pass up: hidden units are sampled, or take their more probable sign", {},
           {"sampled", "sign"})
      .add("top_steps", &StackOptions::top_steps,
           "a stack's pass reconstruct: Gibbs steps of the top RBM before going down",
           {.least = 0, .most = 1e9});
  return options;
}

Map stack_map(const Hdf5Reader& file, const Values& values, base::Observer& observer) {
  const auto options = stack_options().parse(values, file.path().string());
  networks::Stack stack = networks::read_stack(file);
  if (options.pass == "reconstruct")
    return std::make_unique<StackReconstruct>(std::move(stack), options.top_steps, observer);
  return std::make_unique<StackUp>(std::move(stack), options.hidden_mode == "sign"
                                                         ? networks::HiddenMode::sign
                                                         : networks::HiddenMode::sampled);
}

}  // namespace

void register_network_formats() {
  file_formats().add({.name = std::string(networks::rbm_format.name),
                      .help = "an RBM; the map is its reconstruction v -> h -> v'",
                      .format = networks::rbm_format,
                      .facts = rbm_facts,
                      .make_map = [](const Hdf5Reader& file, const Values&, base::Observer&) -> Map {
                        return std::make_unique<RbmReconstruct>(networks::read_rbm(file));
                      }});
  file_formats().add({.name = std::string(networks::stack_format.name),
                      .help = "a stack of RBMs; the map is one layer up, or up and down again",
                      .format = networks::stack_format,
                      .facts = stack_facts,
                      .options = stack_options().specs(),
                      .needs = {{.option = "hidden_mode", .other = "pass", .value = "up"},
                                {.option = "top_steps", .other = "pass", .value = "reconstruct"}},
                      .make_map = stack_map});
  file_formats().add({.name = std::string(networks::dense_format.name),
                      .help = "a dense net; the map is the signs of its outputs",
                      .format = networks::dense_format,
                      .facts = dense_facts,
                      .make_map = [](const Hdf5Reader& file, const Values&, base::Observer&) -> Map {
                        return std::make_unique<DenseMap>(networks::read_dense(file));
                      }});
}

}  // namespace spinflow::transformations

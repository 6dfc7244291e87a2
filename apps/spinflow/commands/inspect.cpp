// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/networks/stack_file.hpp"

namespace spinflow::program {

namespace {

/// What the header of every file of ours says.
Json header_json(const io::FileHeader& header) {
  return {{"format", header.format}, {"format_version", header.version}, {"software", header.software},
          {"seed", header.seed},     {"command", header.command},        {"model", header.model}};
}

void add_lattice(Json& json, const lattice::Lattice& lattice) {
  json["lattice"] = lattice.text();
  json["boundary"] = std::string(lattice::to_string(lattice.boundary()));
}

void add_training(Json& json, const base::Values& options) {
  for (const auto& [name, value] : options) json["training"][name] = base::to_text(value);
}

void add_ensemble(Json& json, const std::string& path) {
  const auto e = ensemble::content(path);
  add_lattice(json, e.lattice);
  json["configurations"] = e.n;
  json["temperatures"] = e.temperatures;
  json["independent_pieces"] =
      e.independent_pieces == ensemble::IndependentPieces::chain ? "chain" : "sample";
}

void add_rbm(Json& json, const std::string& path) {
  const auto rbm = networks::read_rbm(path);
  add_lattice(json, rbm.visible);
  json["visible"] = rbm.n_visible();
  json["hidden"] = rbm.n_hidden;
  add_training(json, rbm.training);
  if (rbm.history.empty()) return;
  json["updates"] = rbm.history.back().update;
  json["reconstruction_error"] = rbm.history.back().reconstruction_error;
  json["pseudo_likelihood"] = rbm.history.back().pseudo_likelihood_train;
  json["weight_norm"] = rbm.history.back().weight_norm;
}

void add_stack(Json& json, const std::string& path) {
  const auto stack = networks::read_stack(path);
  add_lattice(json, stack.lattice(0));
  add_training(json, stack.layers.front().training);
  if (json.contains("training")) json["training"].erase("hidden");  // differs from layer to layer
  json["layers"] = Json::array();
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    const auto& rbm = stack.layers[l];
    const auto summary = networks::layer_summary(rbm);
    json["layers"].push_back({{"lattice", stack.lattice(l + 1).text()},
                              {"hidden", rbm.n_hidden},
                              {"dead", summary.dead},
                              {"participation", summary.participation},
                              {"coherence", summary.coherence}});
    if (rbm.history.empty()) continue;
    json["layers"].back()["updates"] = rbm.history.back().update;
    json["layers"].back()["reconstruction_error"] = rbm.history.back().reconstruction_error;
  }
}

void add_dense(Json& json, const std::string& path) {
  const auto net = networks::read_dense(path);
  add_lattice(json, net.visible);
  json["purpose"] = net.purpose;
  json["layers"] = Json::array();
  for (const auto& layer : net.layers) json["layers"].push_back(layer.n_out);
  if (net.output) {
    json["output_lattice"] = net.output->text();
    json["output_boundary"] = std::string(lattice::to_string(net.output->boundary()));
  }
  if (!net.temperatures.empty()) json["temperatures"] = net.temperatures;
  add_training(json, net.training);
  if (net.history.empty()) return;
  json["epochs"] = net.history.back().epoch;
  if (net.history.back().update > 0) json["updates"] = net.history.back().update;
  json["loss_held_out"] = net.history.back().loss_held_out;
  json["accuracy_held_out"] = net.history.back().accuracy_held_out;
}

void add_flow(Json& json, const std::string& path) {
  const auto record = flow::read(path);
  json["starts"] = Json::array();
  for (const auto& start : record.starts)
    json["starts"].push_back({{"name", start.name},
                              {"temperature", start.temperature},
                              {"steps", start.steps.size() - 1},
                              {"kept", start.kept.size()}});
}

void add_series(Json& json, const std::string& path) {
  const io::Hdf5Reader file(path);
  json["series"] = Json::array();
  for (const auto& size : file.children("/")) {
    const auto shape = file.shape(size + "/count");
    if (shape.size() != 3)
      throw input_error(path, fmt::format("'{}/count' has {} axes where 3 belong", size, shape.size()),
                        "give the series.h5 of a `spinflow critical`");
    json["series"].push_back({{"size", size},
                              {"couplings", file.read<double>(size + "/coupling")},
                              {"chains", shape[1]},
                              {"records", shape[2]}});
  }
}

void add_content(Json& json, const std::string& path, const std::string& format) {
  if (format == "spinflow/ensemble") add_ensemble(json, path);
  if (format == "spinflow/rbm") add_rbm(json, path);
  if (format == "spinflow/stack") add_stack(json, path);
  if (format == "spinflow/dense") add_dense(json, path);
  if (format == "spinflow/flow") add_flow(json, path);
  if (format == "spinflow/series") add_series(json, path);
}

/// For people: what a list or an object holds one to a line, numbers to six digits (--json has them all).
std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return plain(value.get<double>());
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [name, member] : value.items()) {
    std::string line = value.is_object() ? name + " = " : std::string();
    if (member.is_object())
      for (const auto& [word, inner] : member.items())
        line += fmt::format("{}{} {}", line.empty() ? "" : ", ", word, text_of(inner));
    else
      line += text_of(member);
    const bool short_list = value.is_array() && !member.is_object();
    text += (text.empty() ? "" : short_list ? ", " : "\n") + line;
  }
  return text;
}

int run(const Invocation& invocation) {
  const std::string& path = invocation.word("FILE");
  Json json;
  std::string format;
  {
    const io::Hdf5Reader file(path);
    const io::FileHeader header = io::read_header(file);
    format = header.format;
    json = header_json(header);
  }
  add_content(json, path, format);
  if (invocation.json()) {
    print_json(json);
    return 0;
  }
  for (const auto& [key, value] : json.items()) {
    std::string lines;
    for (const char c : text_of(value))
      lines += c == '\n' ? std::string("\n") + std::string(22, ' ') : std::string(1, c);
    while (!lines.empty() && (lines.back() == ' ' || lines.back() == '\n')) lines.pop_back();
    print(fmt::format("{:<22}", key));
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = std::min(lines.find('\n', at), lines.size());
      print(printable(lines.substr(at, end - at)));
      if (end < lines.size()) print("\n");
      at = end + 1;
    }
    print("\n");
  }
  return 0;
}

}  // namespace

Command inspect_command() {
  return {.name = "inspect",
          .help = "what a file of ours holds: format, origin, lattice, settings",
          .positionals = {{.name = "FILE",
                           .help = "an HDF5 file that spinflow wrote",
                           .completes = Completes::file}},
          .run = run};
}

}  // namespace spinflow::program

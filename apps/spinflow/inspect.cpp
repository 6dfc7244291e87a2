// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands.hpp"
#include "json.hpp"
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

void add_content(Json& json, const std::string& path, const std::string& format) {
  const auto lattice = [&](const lattice::Lattice& l) {
    json["lattice"] = l.text();
    json["boundary"] = std::string(lattice::to_string(l.boundary()));
  };
  const auto options = [&](const base::Values& values) {
    for (const auto& [name, value] : values) json["training"][name] = base::to_text(value);
  };
  if (format == "spinflow/ensemble") {
    const auto e = ensemble::content(path);
    lattice(e.lattice);
    json["configurations"] = e.n;
    json["temperatures"] = e.temperatures;
    json["independent_pieces"] =
        e.independent_pieces == ensemble::IndependentPieces::chain ? "chain" : "sample";
  } else if (format == "spinflow/rbm") {
    const auto rbm = networks::read_rbm(path);
    lattice(rbm.visible);
    json["visible"] = rbm.n_visible();
    json["hidden"] = rbm.n_hidden;
    options(rbm.training);
    if (!rbm.history.empty()) {
      json["updates"] = rbm.history.back().update;
      json["reconstruction_error"] = rbm.history.back().reconstruction_error;
      json["pseudo_likelihood"] = rbm.history.back().pseudo_likelihood_train;
      json["weight_norm"] = rbm.history.back().weight_norm;
    }
  } else if (format == "spinflow/stack") {
    const auto stack = networks::read_stack(path);
    lattice(stack.lattice(0));
    options(stack.layers.front().training);
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
  } else if (format == "spinflow/dense") {
    const auto net = networks::read_dense(path);
    lattice(net.visible);
    json["purpose"] = net.purpose;
    json["layers"] = Json::array();
    for (const auto& layer : net.layers) json["layers"].push_back(layer.n_out);
    if (net.output) {
      json["output_lattice"] = net.output->text();
      json["output_boundary"] = std::string(lattice::to_string(net.output->boundary()));
    }
    if (!net.temperatures.empty()) json["temperatures"] = net.temperatures;
    options(net.training);
    if (!net.history.empty()) {
      json["epochs"] = net.history.back().epoch;
      if (net.history.back().update > 0) json["updates"] = net.history.back().update;
      json["loss_held_out"] = net.history.back().loss_held_out;
      json["accuracy_held_out"] = net.history.back().accuracy_held_out;
    }
  } else if (format == "spinflow/flow") {
    const auto record = flow::read(path);
    json["starts"] = Json::array();
    for (const auto& start : record.starts)
      json["starts"].push_back({{"name", start.name},
                                {"temperature", start.temperature},
                                {"steps", start.steps.size() - 1},
                                {"kept", start.kept.size()}});
  } else if (format == "spinflow/series") {
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

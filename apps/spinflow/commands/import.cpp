// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <vector>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/networks/rbm_exchange.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/studies/sampling.hpp"

namespace spinflow::program {

namespace {

/// The Hamiltonian that --model and its options name, on the lattice of the spins.
std::shared_ptr<const models::Model> model_of(const Invocation& invocation, const lattice::Lattice& lattice) {
  if (!invocation.has("model")) {
    refuse_foreign(invocation, model_flags(), {}, "a file without --model");
    return nullptr;
  }
  const auto& entry = models::registry().find(invocation.get<std::string>("model"));
  refuse_foreign(invocation, model_flags(), entry.options, entry.name);
  return studies::model_on(lattice, entry.name, invocation.only(entry.options), "import --model");
}

int run_import(const Invocation& invocation) {
  const std::string& file = invocation.word("FILE");
  const auto output = checked_output(invocation, {file});
  if (!invocation.has("array") && networks::is_foreign_rbm(file))
    throw input_error(file, "it holds an RBM, not spins", "`spinflow import rbm` reads it");
  ensemble::Origin origin = spins_origin(invocation);
  if (invocation.has("array")) origin.array = invocation.get<std::string>("array");
  ensemble::Ensemble data = ensemble::import_spins(file, origin);
  data.model = model_of(invocation, data.lattice);
  ensemble::measure_rows(data);
  data.command = invocation.line;
  ensemble::write(data, output, existing_output(invocation));
  if (invocation.json()) {
    print_json({{"output", output.string()},
                {"configurations", data.size()},
                {"lattice", data.lattice.text()},
                {"boundary", lattice::to_string(data.lattice.boundary())},
                {"temperature", origin.temperature},
                {"model", data.model ? Json(data.model->name()) : Json(nullptr)}});
    return 0;
  }
  print(fmt::format("{} configurations of {} on {} sites ({}), T = {}, in {}\n", data.size(),
                    data.model ? data.model->name() : "an unknown model", data.lattice.text(),
                    lattice::to_string(data.lattice.boundary()), plain(origin.temperature),
                    printable(output.string())));
  return 0;
}

std::string values_text(networks::UnitValues units) {
  return units == networks::UnitValues::spin ? "-1 and 1" : "0 and 1";
}

std::string layer_text(const lattice::Lattice& visible, const Invocation& invocation) {
  const std::string_view ends = lattice::to_string(visible.boundary());
  if (visible.dimension() > 1) return fmt::format("{} ({})", visible.text(), ends);
  return fmt::format("{} chain{}", ends, invocation.has("size") ? "" : " (-L 8x8 would make them a lattice)");
}

int run_import_rbm(const Invocation& invocation) {
  const std::string& file = invocation.word("FILE");
  const auto output = checked_output(invocation, {file});
  networks::RbmOrigin origin{
      .size = invocation.has("size") ? invocation.get<std::string>("size") : std::string(),
      .boundary = lattice::boundary_from(invocation.get<std::string>("boundary"), "import rbm --boundary")};
  if (invocation.has("units"))
    origin.units = networks::unit_values_from(invocation.get<std::string>("units"), "import rbm --units");
  if (invocation.has("rows"))
    origin.rows = networks::weight_rows_from(invocation.get<std::string>("rows"), "import rbm --rows");
  if (invocation.has("update")) origin.update = invocation.get<std::int64_t>("update");
  auto imported = networks::import_rbm(file, origin);
  imported.rbm.command = invocation.line;
  networks::write_rbm(imported.rbm, output, existing_output(invocation));
  const networks::Rbm& rbm = imported.rbm;
  if (invocation.json()) {
    print_json({{"output", output.string()},
                {"program", imported.program},
                {"visible", rbm.n_visible()},
                {"hidden", rbm.n_hidden},
                {"lattice", rbm.visible.text()},
                {"boundary", lattice::to_string(rbm.visible.boundary())},
                {"visible_units", values_text(imported.visible_units)},
                {"hidden_units", values_text(imported.hidden_units)}});
    return 0;
  }
  print(fmt::format(
      "an RBM ({}) of {} visible units, {}, and {} hidden units, in {}\n"
      "its visible units are {}, its hidden units {}; in the new file all are -1 and 1\n",
      printable(imported.program), rbm.n_visible(), layer_text(rbm.visible, invocation), rbm.n_hidden,
      printable(output.string()), values_text(imported.visible_units), values_text(imported.hidden_units)));
  return 0;
}

Command import_rbm_command() {
  std::vector<Flag> flags = {{.names = "-L,-N",
                              .spec = {.name = "size",
                                       .help = "the lattice of the visible units: 16x10 (Lx x Ly); a chain "
                                               "without it, unless the file says it",
                                       .fallback = std::string()},
                              .shows_default = false},
                             boundary_flag("of the lattice"),
                             {.names = "--units",
                              .spec = {.name = "units",
                                       .help = "values of a unit, where the file does not say them: spin (-1 "
                                               "and 1) or binary (0 and 1)",
                                       .fallback = std::string("binary"),
                                       .choices = {"spin", "binary"}}},
                             {.names = "--rows",
                              .spec = {.name = "rows",
                                       .help = "whose units the rows of the weights are, where both layers "
                                               "have as many",
                                       .fallback = std::string("hidden"),
                                       .choices = {"hidden", "visible"}},
                              .shows_default = false},
                             {.names = "--update",
                              .spec = {.name = "update",
                                       .help = "which of the networks in a file of rbms; the last without it",
                                       .fallback = std::int64_t{0},
                                       .least = 0},
                              .shows_default = false}};
  flags.push_back(output_flag("HDF5 file for the network", true));
  flags.push_back(force_flag());
  return {.name = "rbm",
          .help = "an RBM of rbms, RestrictedBoltzmannMachines.jl, scikit-learn, QuCumber or PyTorch",
          .positionals = {{.name = "FILE",
                           .help = "HDF5, .npz or .safetensors with weights and both biases",
                           .completes = Completes::file}},
          .flags = std::move(flags),
          .footer =
              "Units 0 and 1 are converted exactly: W/4, b/2 + (sum of W)/4, c/2 + (sum of W)/4.\n\n"
              "Example:\n  spinflow import rbm RBM.h5 -L 10x10 -o v.h5",
          .run = run_import_rbm};
}

}  // namespace

Command import_command() {
  std::vector<Flag> flags = spins_flags();
  flags.push_back({.names = "--array",
                   .spec = {.name = "array",
                            .help = "name of the array in .npz, .safetensors and HDF5, if it is "
                                    "not spins, samples or the only one",
                            .fallback = std::string()},
                   .shows_default = false});
  for (auto& flag : model_flags()) flags.push_back(std::move(flag));
  flags.push_back(output_flag("HDF5 file for the configurations", true));
  flags.push_back(force_flag());
  return {
      .name = "import",
      .help = "spins of another program (.npy, .npz, .safetensors, HDF5, text) as a file of configurations",
      .positionals = {{.name = "FILE",
                       .help = "an array (n, N), (n, Ly, Lx) or (n, 1, Ly, Lx) of +1 and -1, or of 1 and 0",
                       .completes = Completes::file}},
      .flags = std::move(flags),
      .footer =
          "`spinflow import rbm` reads networks. Rows are taken as one series in the order of time, so that\n"
          "errors come from its tau_int.\n\n"
          "Example:\n  spinflow import spins.txt -L 8x8 -T 2.5 --model ising-square -o spins.h5",
      .run = run_import,
      .commands = {import_rbm_command()}};
}

}  // namespace spinflow::program

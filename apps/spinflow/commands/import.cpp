// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <vector>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"

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
  base::Values options = invocation.only(entry.options);
  // A model of one or two dimensions takes that of the spins.
  for (const auto& spec : entry.options)
    if (spec.name == "dimension" && !options.contains("dimension"))
      options["dimension"] = std::int64_t{lattice.dimension()};
  if (const int dimension = models::dimension_of(entry, options); dimension != lattice.dimension())
    throw input_error("import --model",
                      fmt::format("{} has {} dimensions, the lattice {} has {}", entry.name, dimension,
                                  lattice.text(), lattice.dimension()),
                      "name a model of that dimension, or the lattice with -L");
  return entry.make(lattice, options);
}

int run_import(const Invocation& invocation) {
  const std::string& file = invocation.word("FILE");
  const auto output = checked_output(invocation, {file});
  ensemble::Origin origin{
      .size = invocation.has("size") ? invocation.get<std::string>("size") : std::string(),
      .boundary = lattice::boundary_from(invocation.get<std::string>("boundary"), "import --boundary"),
      .array = invocation.has("array") ? invocation.get<std::string>("array") : std::string()};
  if (invocation.has("temperature")) origin.temperature = invocation.get<double>("temperature");
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

}  // namespace

Command import_command() {
  std::vector<Flag> flags = {{.names = "-L,-N",
                              .spec = {.name = "size",
                                       .help = "the lattice of a configuration: 16x10 (Lx x Ly), or 128, a "
                                               "chain; needed for rows without axes",
                                       .fallback = std::string()},
                              .shows_default = false},
                             {.names = "-T",
                              .spec = {.name = "temperature",
                                       .help = "temperature of all rows, in J/k_B; not known without it",
                                       .fallback = 0.0,
                                       .least = 0},
                              .shows_default = false},
                             {.names = "--model",
                              .spec = {.name = "model",
                                       .help = "Hamiltonian of which energies are recorded; none without it",
                                       .fallback = std::string(),
                                       .choices = models::registry().names()},
                              .shows_default = false},
                             {.names = "--array",
                              .spec = {.name = "array",
                                       .help = "name of the array in .npz, .safetensors and HDF5, if it is "
                                               "not spins, samples or the only one",
                                       .fallback = std::string()},
                              .shows_default = false},
                             {.names = "--boundary",
                              .spec = {.name = "boundary",
                                       .help = "of the lattice",
                                       .fallback = std::string("periodic"),
                                       .choices = {"periodic", "open"}}}};
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
          "Rows are taken as one series in the order of time, so that errors come from its tau_int.\n\n"
          "Example:\n  spinflow import spins.txt -L 8x8 -T 2.5 --model ising-square -o spins.h5",
      .run = run_import};
}

}  // namespace spinflow::program

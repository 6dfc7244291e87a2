// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <vector>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_export.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/networks/rbm_exchange.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/studies/configurations.hpp"

namespace spinflow::program {

namespace {

/// The format of a file of ours; empty for those of other programs.
std::string format_in(const std::filesystem::path& path) {
  io::check_input(path);
  if (!io::is_hdf5(path)) return {};
  const io::Hdf5Reader file(path);
  return file.has_attribute("/", "format") ? io::read_header(file).format : std::string();
}

int answered(const Invocation& invocation, const std::filesystem::path& output, const std::string& format,
             const std::string& what) {
  if (invocation.json())
    print_json({{"output", output.string()}, {"format", format}, {"content", what}});
  else
    print(fmt::format("{} in {} ({})\n", what, printable(output.string()), format));
  return 0;
}

int run_export(const Invocation& invocation) {
  const std::string& name = invocation.word("FILE");
  const std::filesystem::path input = studies::configurations_name(name).file;
  const auto output = checked_output(invocation, {input});
  const std::string as = invocation.has("as") ? invocation.get<std::string>("as") : std::string();
  const std::string holds = format_in(input);
  if (holds == networks::rbm_format.name) {
    if (invocation.has("temperatures"))
      throw input_error("export --temperatures", "it belongs to configurations", "leave it out");
    const std::string format = io::export_format(output, as, networks::rbm_export_formats());
    std::optional<networks::UnitValues> units;
    if (invocation.has("units"))
      units = networks::unit_values_from(invocation.get<std::string>("units"), "export --units");
    const auto rbm = networks::read_rbm(input);
    networks::export_rbm(rbm, output, format, units, existing_output(invocation));
    return answered(invocation, output, format,
                    fmt::format("an RBM of {} visible and {} hidden units", rbm.n_visible(), rbm.n_hidden));
  }
  if (!holds.empty() && holds != ensemble::ensemble_format.name && !studies::is_flow(input))
    throw input_error(input.string(), fmt::format("it holds a {}", holds),
                      "configurations and RBMs are written for other programs");
  if (invocation.has("units"))
    throw input_error("export --units", "it belongs to RBMs; spins are written as -1 and 1", "leave it out");
  const std::string format = io::export_format(output, as, ensemble::export_formats());
  const auto data = rows_wanted(invocation, studies::configurations(name), name);
  ensemble::export_ensemble(data, output, format, existing_output(invocation));
  return answered(invocation, output, format,
                  fmt::format("{} configurations on {} sites", data.size(), data.lattice.text()));
}

/// "  .npz  npz: numpy arrays" lines.
std::string formats_text(const std::vector<io::ExportFormat>& formats) {
  std::string text;
  for (const auto& format : formats)
    text += fmt::format("  {:<14} {}, {}\n", format.endings.front(), format.name, format.help);
  return text;
}

}  // namespace

Command export_command() {
  std::vector<std::string> names;
  for (const auto* formats : {&ensemble::export_formats(), &networks::rbm_export_formats()})
    for (const auto& format : *formats)
      if (std::ranges::count(names, format.name) == 0) names.emplace_back(format.name);
  std::vector<Flag> flags = {
      {.names = "--as",
       .spec = {.name = "as",
                .help = "format; without it the ending of the new file's name says it",
                .fallback = std::string(),
                .choices = names},
       .shows_default = false},
      {.names = "--units",
       .spec = {.name = "units",
                .help =
                    "of an RBM: spin (-1 and 1) or binary (0 and 1, converted exactly) [spin; rbms: binary]",
                .fallback = std::string("spin"),
                .choices = {"spin", "binary"}},
       .shows_default = false},
      temperatures_flag("write the configurations of these temperatures only [all]")};
  flags.push_back(output_flag("file for the other program", true));
  flags.push_back(force_flag());
  return {.name = "export",
          .help = "configurations or an RBM for other programs: npy, npz, safetensors, csv, netcdf, rbms",
          .positionals = {{.name = "FILE",
                           .help = "configurations, or an RBM of `spinflow train rbm`",
                           .completes = Completes::file}},
          .flags = std::move(flags),
          .footer = "Configurations:\n" + formats_text(ensemble::export_formats()) + "\nRBMs:\n" +
                    formats_text(networks::rbm_export_formats()) +
                    "\nExamples:\n  spinflow export spins.h5 -o spins.nc\n"
                    "  spinflow export v.h5 --as rbms -o RBM.h5",
          .run = run_export};
}

}  // namespace spinflow::program

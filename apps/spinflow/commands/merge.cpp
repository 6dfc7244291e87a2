// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/ensemble/common_rows.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/studies/configurations.hpp"

namespace spinflow::program {

namespace {

std::string model_text(const ensemble::Ensemble& data) {
  return data.model == nullptr ? "an unknown model" : models::to_toml(*data.model);
}

/// Refuses what does not belong together.
void check_next(const ensemble::Ensemble& first, const ensemble::Ensemble& next,
                const std::string& first_file, const std::string& file) {
  if (!(next.lattice == first.lattice))
    throw input_error(
        file,
        fmt::format("it has configurations of {} sites ({}), {} of {} ({})", next.lattice.text(),
                    lattice::to_string(next.lattice.boundary()), first_file, first.lattice.text(),
                    lattice::to_string(first.lattice.boundary())),
        "merge configurations of one lattice");
  if (model_text(next) != model_text(first))
    throw input_error(file, fmt::format("its Hamiltonian is not that of {}", first_file),
                      "merge configurations of one model (`spinflow inspect` tells it)");
}

/// Refuses configurations that an earlier file has, too: they are not independent.
void check_fresh(const std::vector<ensemble::RowDigests>& parts, const std::vector<std::string>& files) {
  const std::size_t last = parts.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    const auto common = parts[last].common_with(parts[i]);
    if (common.rows > 0)
      throw input_error(
          files[last],
          fmt::format("{} of its configurations{} are also in {}", common.rows,
                      std::isnan(common.temperature) ? std::string()
                                                     : fmt::format(" at T = {}", plain(common.temperature)),
                      files[i]),
          "merge runs of different seeds");
  }
}

int run_merge(const Invocation& invocation) {
  const auto& files = invocation.several;
  if (files.size() < 2) throw input_error("merge", "there is one file", "give two or more");
  std::vector<std::filesystem::path> inputs;
  for (const auto& file : files) {
    inputs.push_back(studies::configurations_name(file).file);
    std::error_code ignored;
    if (std::filesystem::is_directory(inputs.back(), ignored))
      throw input_error(
          file, "it is a folder",
          "give files of configurations; `spinflow compare` pools runs that differ in their seeds");
  }
  const auto output = checked_output(invocation, inputs);
  std::vector<ensemble::Ensemble> parts;
  std::vector<ensemble::RowDigests> digests;
  double bytes = 0;
  for (const auto& file : files) {
    if (std::ranges::count(files, file) > 1)
      throw input_error(file, "it is given twice", "give every file once");
    parts.push_back(studies::configurations(file));
    check_next(parts.front(), parts.back(), files.front(), file);
    // All parts, with a digest of every row, stand beside their whole, which is sorted into a copy.
    bytes += static_cast<double>(parts.back().size()) *
             (3 * (8 * static_cast<double>((parts.back().spins.n_columns() + 63) / 64) + 48) + 16);
    base::check_memory(bytes, "merge");
    digests.emplace_back(parts.back());
    check_fresh(digests, files);
  }
  ensemble::Ensemble all = ensemble::concatenated(parts);
  all.seed = parts.front().seed;
  all.command = invocation.line;
  ensemble::write(all, output, existing_output(invocation));
  if (invocation.json())
    print_json({{"output", output.string()}, {"files", files.size()}, {"configurations", all.size()}});
  else
    print(fmt::format("{} configurations of {} files on {} sites ({}), in {}\n", all.size(), files.size(),
                      all.lattice.text(), lattice::to_string(all.lattice.boundary()),
                      printable(output.string())));
  return 0;
}

}  // namespace

Command merge_command() {
  return {
      .name = "merge",
      .help = "configurations of several files, such as runs of different seeds, in one file",
      .positionals = {{.name = "ENSEMBLE",
                       .help = "two or more, of one lattice and model",
                       .completes = Completes::file,
                       .several = true}},
      .flags = {output_flag("HDF5 file for the configurations", true), force_flag()},
      .footer =
          "Chains of different files stay different chains. The header keeps the seed of the first file.\n\n"
          "Example:\n  spinflow merge seed-1.h5 seed-2.h5 -o both.h5",
      .run = run_merge};
}

}  // namespace spinflow::program

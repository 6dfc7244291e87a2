// SPDX-License-Identifier: Apache-2.0
#include "command/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/sampling.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

std::vector<Flag> model_flags() {
  std::vector<Flag> flags;
  for (const auto& entry : models::registry().entries()) add_missing(flags, entry.options);
  return flags;
}

std::vector<Flag> map_flags() {
  std::vector<Flag> flags;
  for (const auto& entry : transformations::registry().entries()) add_missing(flags, entry.options);
  return flags;
}

transformations::MapText map_from(const Invocation& invocation, const std::string& text,
                                  const std::vector<Flag>& flags) {
  transformations::MapText map(text);
  refuse_foreign(invocation, flags, map.specs(), map.name());
  std::vector<base::OptionSpec> specs;
  for (const auto& flag : flags) specs.push_back(flag.spec);
  map.add(invocation.only(specs));
  return map;
}

base::OptionSpec hidden_mode_option(std::string help) {
  return {.name = "hidden_mode",
          .help = std::move(help),
          .fallback = std::string("sampled"),
          .choices = {"sampled", "sign"}};
}

networks::HiddenMode hidden_mode(const Invocation& invocation) {
  return invocation.get<std::string>("hidden_mode") == "sign" ? networks::HiddenMode::sign
                                                              : networks::HiddenMode::sampled;
}

fs::path checked_output(const Invocation& invocation, const std::vector<fs::path>& inputs) {
  const fs::path output = invocation.get<std::string>("output");
  if (output.empty()) return output;
  io::check_output(output, invocation.get<bool>("force"));
  for (const auto& input : inputs) {
    std::error_code ignored;
    if (fs::equivalent(output, input, ignored))
      throw input_error(output.string(), "it is also the input", "give another name with -o");
  }
  return output;
}

void check_unfinished(const Invocation& invocation, const std::vector<fs::path>& left, std::string_view what,
                      const std::function<void(const fs::path&)>& remove) {
  if (resumes(invocation)) return;
  for (const auto& path : left) {
    if (!fs::exists(path)) continue;
    if (!invocation.get<bool>("force"))
      throw input_error(path.string(), fmt::format("it is an unfinished {}", what),
                        "go on with --resume, or use --force to begin anew");
    remove(path);
  }
}

io::Existing existing_output(const Invocation& invocation) {
  return invocation.get<bool>("force") ? io::Existing::replaced : io::Existing::kept;
}

Flag temperatures_flag(std::string help) {
  return {.names = "--temperatures",
          .spec = {.name = "temperatures",
                   .help = std::move(help),
                   .fallback = std::vector<double>{},
                   .least = 0},
          .shows_default = false};
}

ensemble::Ensemble rows_wanted(const Invocation& invocation, ensemble::Ensemble data, const fs::path& file) {
  if (!invocation.has("temperatures")) return data;
  std::vector<double> available;
  const auto groups = ensemble::by_temperature(data);
  for (const auto& group : groups)
    if (std::isfinite(group.temperature)) available.push_back(group.temperature);
  auto wanted = among(invocation.get<std::vector<double>>("temperatures"), available,
                      invocation.path + " --temperatures", file);
  std::ranges::sort(wanted);
  std::vector<std::size_t> rows;
  for (const auto& group : groups)
    if (std::ranges::binary_search(wanted, group.temperature))
      rows.insert(rows.end(), group.rows.begin(), group.rows.end());
  return ensemble::select(data, rows);
}

std::vector<double> among(const std::vector<double>& wanted, const std::vector<double>& available,
                          std::string_view where, const fs::path& file) {
  std::vector<double> found;
  std::set<double> known_already;
  for (const double t : wanted) {
    const double near = 1e-9 * std::abs(t);  // in any unit of energy; zero is zero
    const auto match = std::ranges::lower_bound(available, t - near);
    if (match != available.end() && *match <= t + near) {
      if (known_already.insert(*match).second) found.push_back(*match);
      continue;
    }
    std::string known;
    for (const double a : available) known += (known.empty() ? "" : ", ") + plain(a);
    throw input_error(where, fmt::format("{} has no configurations at T = {}", file.string(), plain(t)),
                      available.empty() ? std::string("it holds no temperatures") : "it has T = " + known);
  }
  return found;
}

Flag boundary_flag(std::string help) {
  return {.names = "--boundary",
          .spec = {.name = "boundary",
                   .help = std::move(help),
                   .fallback = std::string("periodic"),
                   .choices = {"periodic", "open"}}};
}

std::vector<Flag> spins_flags() {
  return {
      {.names = "-L,-N",
       .spec =
           {.name = "size",
            .help =
                "spins of another program: the lattice of a configuration, 16x10 (Lx x Ly), 8 for 8x8, or "
                "128, a chain of as many; needed for rows without axes",
            .fallback = std::string()},
       .shows_default = false},
      {.names = "-T",
       .spec = {.name = "temperature",
                .help = "of spins of another program: their temperature, in J/k_B; not known without it",
                .fallback = 0.0,
                .least = 0},
       .shows_default = false},
      {.names = "--model",
       .spec =
           {.name = "model",
            .help =
                "of spins of another program: the Hamiltonian whose energies are measured; none without it",
            .fallback = std::string(),
            .choices = models::registry().names()},
       .shows_default = false},
      boundary_flag("of the lattice of spins of another program")};
}

bool says_spins(const Invocation& invocation) {
  return std::ranges::any_of(spins_flags(), [&](const Flag& flag) { return invocation.has(flag.spec.name); });
}

ensemble::Origin spins_origin(const Invocation& invocation) {
  ensemble::Origin origin{.size = invocation.get<std::string>("size"),
                          .boundary = lattice::boundary_from(invocation.get<std::string>("boundary"),
                                                             invocation.path + " --boundary")};
  if (invocation.has("temperature")) origin.temperature = invocation.get<double>("temperature");
  return origin;
}

ensemble::Ensemble configurations_of(const Invocation& invocation, const std::string& text) {
  if (!says_spins(invocation)) return studies::configurations(text);
  const std::filesystem::path file = studies::configurations_name(text).file;
  if (io::is_hdf5(file))
    if (const io::Hdf5Reader opened(file); opened.has_attribute("/", "format"))
      throw input_error(file.string(),
                        "it is a file of spinflow's and tells its lattice, temperatures and model",
                        "leave -L, -T, --model and --boundary out");
  ensemble::Ensemble data = ensemble::import_spins(file, spins_origin(invocation));
  if (invocation.has("model"))
    data.model = studies::model_on(data.lattice, invocation.get<std::string>("model"), {},
                                   invocation.path + " --model");
  ensemble::measure_rows(data);
  return data;
}

}  // namespace spinflow::program

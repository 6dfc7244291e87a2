// SPDX-License-Identifier: Apache-2.0
#include "inputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/transformations/transformation.hpp"
#include "terminal.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

namespace {

double memory_of_machine() {
  double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  // A container may have less.
  double limit = 0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit && limit > 0) bytes = std::min(bytes, limit);
  return bytes;
}

}  // namespace

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

void check_memory(double bytes, std::string_view where) {
  const double available = memory_of_machine();
  if (bytes <= available) return;
  throw input_error(where,
                    fmt::format("this takes about {:.3g} GB of memory and the machine has {:.3g} GB",
                                bytes / 1e9, available / 1e9),
                    "ask for fewer or smaller configurations");
}

double sites_asked_for(std::string_view text, int dimension) {
  double sites = 1;
  int sides = 0;
  while (!text.empty()) {
    const auto cross = std::min(text.find('x'), text.size());
    double side = 0;
    if (std::from_chars(text.data(), text.data() + cross, side).ec != std::errc{}) return 0;
    sites *= side;
    ++sides;
    text.remove_prefix(std::min(cross + 1, text.size()));
  }
  return sides == 1 && dimension == 2 ? sites * sites : sites;
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

io::Existing existing_output(const Invocation& invocation) {
  return invocation.get<bool>("force") ? io::Existing::replaced : io::Existing::kept;
}

std::vector<double> among(const std::vector<double>& wanted, const std::vector<double>& available,
                          std::string_view where, const fs::path& file) {
  std::vector<double> found;
  for (const double t : wanted) {
    const auto match = std::find_if(available.begin(), available.end(), [&](double a) {
      return std::abs(a - t) <= 1e-9 * std::max(1.0, std::abs(t));
    });
    if (match != available.end()) {
      if (std::find(found.begin(), found.end(), *match) == found.end()) found.push_back(*match);
      continue;
    }
    std::string known;
    for (const double a : available) known += (known.empty() ? "" : ", ") + plain(a);
    throw input_error(where, fmt::format("{} has no configurations at T = {}", file.string(), plain(t)),
                      available.empty() ? std::string("it holds no temperatures") : "it has T = " + known);
  }
  return found;
}

}  // namespace spinflow::program

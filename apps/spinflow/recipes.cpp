// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "json.hpp"
#include "spinflow/experiments/experiment.hpp"

namespace spinflow::program {

namespace {

int run(const Invocation& invocation) {
  Json list = Json::array();
  std::string text;
  for (const auto& entry : experiments::registry().entries()) {
    const auto scales = experiments::scales(entry.name);
    list.push_back(
        {{"name", entry.name}, {"help", entry.help}, {"citations", entry.citations}, {"scales", scales}});
    text += fmt::format("{}: {}\n  spinflow run {} --scale {}\n", entry.name, entry.help, entry.name,
                        fmt::join(scales, "|"));
  }
  if (invocation.json())
    print_json({{"recipes", list}});
  else
    print(text);
  return 0;
}

}  // namespace

Command recipes_command() {
  return {.name = "recipes", .help = "list the experiments that `spinflow run` knows", .run = run};
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "command/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "spinflow/base/error.hpp"

namespace spinflow::program {

base::Values Invocation::only(const std::vector<base::OptionSpec>& specs) const {
  base::Values values;
  for (const auto& spec : specs)
    if (const auto found = given.find(spec.name); found != given.end()) values.insert(*found);
  return values;
}

std::string flag_names(const base::OptionSpec& spec) {
  std::string name = spec.name;
  std::replace(name.begin(), name.end(), '_', '-');
  return std::holds_alternative<bool>(spec.fallback) ? fmt::format("--{0},!--no-{0}", name) : "--" + name;
}

std::vector<Flag> flags_of(const std::vector<base::OptionSpec>& specs) {
  std::vector<Flag> flags;
  add_missing(flags, specs);
  return flags;
}

void add_missing(std::vector<Flag>& flags, const std::vector<base::OptionSpec>& specs) {
  for (const auto& spec : specs)
    if (std::none_of(flags.begin(), flags.end(),
                     [&](const Flag& flag) { return flag.spec.name == spec.name; }))
      flags.push_back({.names = flag_names(spec), .spec = spec});
}

void refuse_foreign(const Invocation& invocation, const std::vector<Flag>& all,
                    const std::vector<base::OptionSpec>& own, std::string_view entry) {
  for (const auto& flag : all) {
    const bool is_own =
        std::any_of(own.begin(), own.end(), [&](const auto& spec) { return spec.name == flag.spec.name; });
    if (is_own || !invocation.has(flag.spec.name)) continue;
    throw input_error(invocation.path,
                      fmt::format("{} has no option {}", entry, flag.names.substr(0, flag.names.find(','))),
                      "leave it out");
  }
}

Flag& flag_of(std::vector<Flag>& flags, std::string_view option) {
  const auto found = std::ranges::find(flags, option, [](const Flag& flag) { return flag.spec.name; });
  assert(found != flags.end());
  return *found;
}

Flag seed_flag() {
  return {.names = "--seed",
          .spec = {
              .name = "seed", .help = "seed of all random numbers", .fallback = std::int64_t{1}, .least = 0}};
}

std::uint64_t seed_of(const Invocation& invocation) {
  return static_cast<std::uint64_t>(invocation.get<std::int64_t>("seed"));
}

Flag force_flag() {
  return {.names = "--force",
          .spec = {.name = "force", .help = "overwrite the output if it exists", .fallback = false}};
}

Flag resume_flag(std::string help) {
  return {.names = "--resume", .spec = {.name = "resume", .help = std::move(help), .fallback = false}};
}

bool resumes(const Invocation& invocation) {
  const bool resume = invocation.get<bool>("resume");
  if (resume && invocation.get<bool>("force"))
    throw input_error(invocation.path, "--resume and --force contradict each other", "give one of them");
  return resume;
}

Flag output_flag(std::string help, bool required) {
  return {.names = "-o,--output",
          .spec = {.name = "output", .help = std::move(help), .fallback = std::string()},
          .required = required,
          .completes = Completes::file};
}

std::vector<Flag> common_flags() {
  return {{.names = "--json",
           .spec = {.name = "json", .help = "print the machine-readable answer alone", .fallback = false}},
          {.names = "--threads",
           .spec = {.name = "threads",
                    .help = "number of threads [as many as the job was given; see `spinflow doctor`]",
                    .fallback = std::int64_t{1},
                    .least = 1,
                    .most = 4096},
           .shows_default = false}};
}

}  // namespace spinflow::program

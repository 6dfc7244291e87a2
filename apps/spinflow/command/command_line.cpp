// SPDX-License-Identifier: Apache-2.0
// The only file that knows CLI11: it splits the words. Everything a user can get wrong is told in our own
// sentences.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <utility>

#include "command/command.hpp"
#include "command/ranks.hpp"
#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/text.hpp"
#include "spinflow/base/version.hpp"

namespace spinflow::program {

namespace {

std::string overview(const std::vector<Command>& commands) {
  std::string text =
      "Spin configurations flow through neural networks and renormalization, and thermometers read them.\n\n"
      "Usage: spinflow COMMAND ... (each command has --help; --version tells the version)\n\n";
  text += listing("Commands", commands);
  text +=
      "\nTo begin:\n"
      "  spinflow run iso2018 --scale smoke\n"
      "  spinflow sample ising-square -L 10 -T 0:6:0.25 -n 1000 -o spins.h5\n";
  return text;
}

std::string value_name(const Flag& flag) {
  if (flag.completes == Completes::file) return "FILE";
  if (flag.completes == Completes::folder) return "DIR";
  if (!flag.spec.choices.empty() && flag.spec.choices.size() <= 4)
    return fmt::format("{}", fmt::join(flag.spec.choices, "|"));
  if (std::holds_alternative<std::int64_t>(flag.spec.fallback)) return "N";
  if (std::holds_alternative<double>(flag.spec.fallback)) return "X";
  if (base::numbers_of(flag.spec.fallback)) return "LIST";
  return "TEXT";
}

std::string help_text(const Flag& flag) {
  std::string text = flag.spec.help;
  if (flag.required) return text + " (required)";
  if (!flag.shows_default) return text;
  if (const auto* words = std::get_if<std::string>(&flag.spec.fallback))
    return words->empty() ? text : text + fmt::format(" [{}]", *words);
  if (const auto* on = std::get_if<bool>(&flag.spec.fallback))
    return flag.names.find('!') == std::string::npos ? text : text + (*on ? " [on]" : " [off]");
  if (const auto* number = std::get_if<double>(&flag.spec.fallback))
    return text + fmt::format(" [{}]", *number);
  if (const auto list = base::numbers_of(flag.spec.fallback))
    return text + fmt::format(" [{}]", fmt::join(*list, ","));
  return text + fmt::format(" [{}]", base::to_text(flag.spec.fallback));
}

/// The first of "-o,--output", as messages name it.
std::string first_name(const Flag& flag) { return flag.names.substr(0, flag.names.find(',')); }

bool is_switch(const Flag& flag) { return std::holds_alternative<bool>(flag.spec.fallback); }

std::vector<std::string> long_and_short_names(const std::vector<Flag>& flags) {
  std::vector<std::string> all = {"--help"};
  for (const auto& flag : flags) {
    std::string_view rest = flag.names;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto name = rest.substr(0, comma);
      all.emplace_back(name.starts_with('!') ? name.substr(1) : name);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return all;
}

std::string unknown_flag_mend(std::string_view word, const std::vector<std::string>& names,
                              const std::string& path) {
  const std::string near = nearest_name(word, names);
  return near.empty() ? fmt::format("`spinflow {} --help` lists the flags", path)
                      : fmt::format("did you mean '{}'?", near);
}

/// What CLI11 found, before any value is looked at.
struct Words {
  std::map<std::string, std::string> positionals;
  std::vector<std::string> several;
  std::vector<std::pair<const Flag*, std::vector<std::string>>> flags;
};

using Bound = std::vector<std::pair<const Flag*, CLI::Option*>>;

Bound describe(CLI::App& app, const Command& command, const std::vector<Flag>& flags, Words& words) {
  app.allow_extras();
  app.get_formatter()->column_width(36);
  app.footer(command.footer);
  for (const auto& positional : command.positionals) {
    auto* option = positional.several
                       ? app.add_option(positional.name, words.several, positional.help)
                       : app.add_option(positional.name, words.positionals[positional.name], positional.help);
    option->type_name("");
  }
  Bound bound;
  for (const auto& flag : flags) {
    CLI::Option* option = nullptr;
    if (is_switch(flag)) {
      option = app.add_flag(flag.names)->description(help_text(flag));
    } else {
      option = app.add_option(flag.names)->description(help_text(flag))->type_name(value_name(flag));
      option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
    }
    bound.emplace_back(&flag, option);
  }
  return bound;
}

std::string help_of(const Command& command, const std::vector<Flag>& flags, const std::string& path) {
  CLI::App app(command.help, "spinflow " + path);
  Words words;
  (void)describe(app, command, flags, words);
  app.get_formatter()->label("REQUIRED", "");
  for (const auto& positional : command.positionals)
    if (!positional.optional) app.get_option(positional.name)->required();
  return app.help();
}

/// "-T=2" as "-T2", which is how CLI11 reads a value without a space.
std::string without_equals_sign(const std::string& word, const std::vector<std::string>& names,
                                const std::string& path, const std::string& mend) {
  if (word.size() < 3 || word[0] != '-' || word[2] != '=') return word;
  const std::string name = word.substr(0, 2);
  if (std::ranges::find(names, name) == names.end()) return word;
  if (word.size() == 3) throw input_error(fmt::format("{} {}", path, name), "its value is missing", mend);
  return name + word.substr(3);
}

Words split(const Command& command, const std::vector<Flag>& flags, const std::string& path,
            const std::vector<std::string>& arguments) {
  CLI::App app(command.help, "spinflow " + path);
  Words found;
  const Bound bound = describe(app, command, flags, found);
  const std::string see_help = fmt::format("`spinflow {} --help` lists its flags", path);
  const auto names = long_and_short_names(flags);
  std::vector<std::string> backwards;
  for (const auto& word : arguments) backwards.push_back(without_equals_sign(word, names, path, see_help));
  std::ranges::reverse(backwards);
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::ParseError& error) {
    // What is left: a flag at the end of the line without its value.
    const std::string message = error.what();
    throw input_error(path, fmt::format("{} needs a value", message.substr(0, message.find(':'))), see_help);
  }

  const auto extras = app.remaining();
  for (const auto& word : extras)
    if (word.starts_with('-') && word.size() > 1)
      throw input_error(path, fmt::format("there is no flag '{}'", word),
                        unknown_flag_mend(word.substr(0, word.find('=')), names, path));
  if (!extras.empty()) {
    std::string usage = "usage: spinflow " + path;
    for (const auto& positional : command.positionals) usage += " " + positional.name;
    throw input_error(path, fmt::format("'{}' is one word too many", extras.front()), usage + " [flags]");
  }
  for (const auto& [flag, option] : bound)
    if (option->count() > 0) found.flags.emplace_back(flag, option->results());
  for (const auto& positional : command.positionals)
    if (!positional.optional &&
        (positional.several ? found.several.empty() : found.positionals[positional.name].empty()))
      throw input_error(
          path, positional.name + " is missing",
          positional.words.empty() ? see_help : fmt::format("known: {}", fmt::join(positional.words, ", ")));
  return found;
}

base::Value value_of(const Flag& flag, const std::vector<std::string>& texts, const std::string& path) {
  const std::string where = fmt::format("{} {}", path, first_name(flag));
  if (is_switch(flag)) {
    if (texts.back() != "true" && texts.back() != "false")
      throw input_error(where, fmt::format("'{}' is neither true nor false", texts.back()),
                        "give the flag alone");
    return texts.back() == "true";
  }
  for (const auto& text : texts)
    if (text.empty() || (text.starts_with("--") && text.size() > 2))
      throw input_error(where, "its value is missing",
                        fmt::format("`spinflow {} --help` says what it takes", path));
  if (flag.repeatable) return texts;
  if (texts.size() > 1) throw input_error(where, "it is given more than once", "give it once");
  // The option under the name the user knows it by.
  base::OptionSpec spec = flag.spec;
  spec.name = first_name(flag);
  return base::checked(spec, base::from_text(texts.front(), spec.fallback, where), path);
}

/// The command line as files record it: without what changes no content, so that equal content is equal
/// bytes.
std::string recorded_line(const std::vector<std::string>& words) {
  std::string line = "spinflow";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--json" || words[i] == "--force" || words[i] == "--resume" ||
        words[i].starts_with("--threads=") || words[i].starts_with("--time-limit="))
      continue;
    if (words[i] == "--threads" || words[i] == "--time-limit") {
      ++i;
      continue;
    }
    line += " " + base::shell_quoted(words[i]);
  }
  return line;
}

int run_one(const Command& command, const std::string& path, const std::vector<std::string>& arguments,
            const std::string& line) {
  std::vector<Flag> flags = command.flags;
  for (auto& flag : common_flags()) flags.push_back(std::move(flag));
  if (std::any_of(arguments.begin(), arguments.end(),
                  [](const auto& word) { return word == "--help" || word == "-h"; })) {
    print(help_of(command, flags, path));
    return 0;
  }
  const Words found = split(command, flags, path, arguments);
  Invocation invocation;
  invocation.path = path;
  invocation.line = line;
  invocation.words = found.positionals;
  invocation.several = found.several;
  for (const auto& flag : flags) invocation.fallbacks[flag.spec.name] = flag.spec.fallback;
  for (const auto& [flag, texts] : found.flags)
    invocation.given[flag->spec.name] = value_of(*flag, texts, path);
  for (const auto& flag : flags)
    if (flag.required && !invocation.has(flag.spec.name))
      throw input_error(path, fmt::format("{} is missing", first_name(flag)),
                        fmt::format("give {} {}, {}", first_name(flag), value_name(flag), flag.spec.help));
  if (invocation.has("threads")) base::set_threads(static_cast<int>(invocation.get<std::int64_t>("threads")));
  return command.run(invocation);
}

int dispatch(const std::vector<Command>& commands, const std::string& prefix,
             const std::vector<std::string>& words, std::size_t at, const std::string& line) {
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.name);
  const auto found = std::find(names.begin(), names.end(), words[at]);
  if (found == names.end())
    throw input_error(prefix.empty() ? "command line" : prefix,
                      fmt::format("there is no command '{}'", words[at]), suggestion(words[at], names));
  const Command& command = commands[static_cast<std::size_t>(found - names.begin())];
  const std::string path = prefix.empty() ? command.name : prefix + " " + command.name;
  const bool inner_named =
      at + 1 < words.size() && std::ranges::count(command.commands, words[at + 1], &Command::name) > 0;
  if (command.run && !inner_named) {
    const auto run = [&] {
      return run_one(command, path, {words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end()}, line);
    };
    return command.shared ? among_ranks(run) : run();
  }
  const std::string inner =
      listing("Usage: spinflow " + path + " COMMAND ... with the commands", command.commands);
  if (at + 1 == words.size()) {
    std::vector<std::string> known;
    for (const auto& c : command.commands) known.push_back(c.name);
    throw input_error(path, "it needs to know what", fmt::format("known: {}", fmt::join(known, ", ")));
  }
  if (words[at + 1] == "--help" || words[at + 1] == "-h") {
    print(command.help + "\n" + inner);
    return 0;
  }
  return dispatch(command.commands, path, words, at + 1, line);
}

}  // namespace

int run_command_line(const std::vector<Command>& commands, const std::vector<std::string>& words) {
  if (words.empty()) {
    std::fputs(overview(commands).c_str(), stderr);
    return 2;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print(overview(commands));
    return 0;
  }
  if (words[0] == "--version") {
    print(fmt::format("{}\n", base::software()));
    return 0;
  }
  if (words[0].starts_with('-'))
    throw input_error("command line", fmt::format("there is no flag '{}' before a command", words[0]),
                      "flags follow the command; `spinflow --help` lists the commands");
  return dispatch(commands, "", words, 0, recorded_line(words));
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::program {

namespace {

/// What may follow a command's words, in a shape that every shell script below uses.
struct Offer {
  std::string path;  ///< "train rbm"
  std::vector<std::string> words;
  bool files = false;
  std::vector<std::pair<std::string, std::vector<std::string>>> values;  ///< flag -> its choices
};

void collect(const std::vector<Command>& commands, const std::string& prefix, std::vector<Offer>& offers) {
  Offer here{prefix, {}, false, {}};
  for (const auto& command : commands) here.words.push_back(command.name);
  if (prefix.empty()) here.words.insert(here.words.end(), {"--help", "--version"});
  offers.push_back(here);
  for (const auto& command : commands) {
    const std::string path = prefix.empty() ? command.name : prefix + " " + command.name;
    if (!command.commands.empty()) collect(command.commands, path, offers);
    if (!command.run) continue;
    Offer offer{path, {"--help"}, false, {}};
    if (!command.commands.empty()) {
      // Words of the group and of its own run are offered together.
      const auto group = std::ranges::find(offers, path, &Offer::path);
      offer.words.insert(offer.words.end(), group->words.begin(), group->words.end());
      offers.erase(group);
    }
    for (const auto& positional : command.positionals) {
      offer.words.insert(offer.words.end(), positional.words.begin(), positional.words.end());
      offer.files = offer.files || positional.completes != Completes::nothing;
    }
    std::vector<Flag> flags = command.flags;
    for (auto& flag : common_flags()) flags.push_back(std::move(flag));
    for (const auto& flag : flags) {
      std::string_view rest = flag.names;
      while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        std::string name(rest.substr(0, comma));
        if (name.starts_with('!')) name.erase(0, 1);
        offer.words.push_back(name);
        const auto& values = flag.spec.choices.empty() ? flag.words : flag.spec.choices;
        if (!values.empty()) offer.values.emplace_back(name, values);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
      offer.files = offer.files || flag.completes != Completes::nothing;
    }
    offers.push_back(std::move(offer));
  }
}

/// One case per command; `words` of the line up to the cursor decide. zsh runs it through bashcompinit.
std::string bash_script(const std::vector<Offer>& offers) {
  std::string script =
      "# spinflow completion\n"
      "_spinflow() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path=${COMP_WORDS[1]} "
      "words files=\n"
      "  [ \"$COMP_CWORD\" -eq 1 ] && path=\n"
      "  case $path in ";
  std::string groups;
  for (const auto& offer : offers)
    if (const auto space = offer.path.find(' '); space != std::string::npos) {
      const std::string group = offer.path.substr(0, space);
      if (("|" + groups + "|").find("|" + group + "|") == std::string::npos)
        groups += (groups.empty() ? "" : "|") + group;
    }
  script += groups + ") [ \"$COMP_CWORD\" -gt 2 ] && path=\"$path ${COMP_WORDS[2]}\";; esac\n";
  script += "  case \"$path $previous\" in\n";
  for (const auto& offer : offers)
    for (const auto& [flag, choices] : offer.values)
      script += fmt::format("    '{} {}') COMPREPLY=($(compgen -W '{}' -- \"$current\")); return;;\n",
                            offer.path, flag, fmt::join(choices, " "));
  script += "  esac\n  case $path in\n";
  for (const auto& offer : offers)
    script += fmt::format("    '{}') words='{}'{};;\n", offer.path, fmt::join(offer.words, " "),
                          offer.files ? "; files=1" : "");
  script +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [ -n \"$files\" ] && case $current in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$current\"));; esac\n"
      "}\n"
      "complete -o filenames -F _spinflow spinflow\n";
  return script;
}

std::string fish_script(const std::vector<Offer>& offers) {
  std::string script = "# spinflow completion\ncomplete -c spinflow -f\n";
  for (const auto& offer : offers) {
    std::string condition;
    if (offer.path.empty())
      condition = "__fish_use_subcommand";
    else
      for (std::size_t at = 0; at < offer.path.size();) {
        const auto end = std::min(offer.path.find(' ', at), offer.path.size());
        condition += (condition.empty() ? "" : "; and ") +
                     ("__fish_seen_subcommand_from " + offer.path.substr(at, end - at));
        at = end + 1;
      }
    script += fmt::format("complete -c spinflow -n '{}' -a '{}'{}\n", condition, fmt::join(offer.words, " "),
                          offer.files ? " -F" : "");
  }
  return script;
}

int run_completion(const Invocation& invocation) {
  const std::string& shell = invocation.word("SHELL");
  std::vector<Offer> offers;
  collect(all_commands(), "", offers);
  if (shell == "bash")
    print(bash_script(offers));
  else if (shell == "zsh")
    print("autoload -U +X bashcompinit && bashcompinit\n" + bash_script(offers));
  else if (shell == "fish")
    print(fish_script(offers));
  else
    throw input_error("completion", fmt::format("there is no shell '{}'", shell),
                      suggestion(shell, {"bash", "zsh", "fish"}));
  return 0;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .help = "a script that completes commands and flags: source <(spinflow completion bash)",
          .positionals = {{.name = "SHELL", .help = "bash, zsh or fish", .words = {"bash", "zsh", "fish"}}},
          .run = run_completion};
}

}  // namespace spinflow::program

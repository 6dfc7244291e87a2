// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/options.hpp"

/// The program: what is on the command line, in; a library call; a table or JSON, out.
namespace spinflow::program {

/// What a shell offers for a value that has no fixed choices.
enum class Completes { nothing, file, folder };

/// A flag of a command. The kind, default, range and choices of its value stand in `spec`; a bool takes no
/// value.
struct Flag {
  std::string names;      ///< "-o", "-L,-N" or "--chains"; with "!--no-x" for the opposite of a bool
  base::OptionSpec spec;  ///< `spec.name` is the key in Invocation::given
  bool required = false;
  bool repeatable = false;  ///< may be given several times; the texts are collected as they are
  Completes completes = Completes::nothing;
  bool shows_default = true;            ///< the help names the default
  std::vector<std::string> words = {};  ///< known values, for completion; not checked here
};

/// A word that stands without a flag.
struct Positional {
  std::string name;  ///< "MODEL"
  std::string help;
  std::vector<std::string> words = {};  ///< known words, for messages and completion; not checked here
  Completes completes = Completes::nothing;
  bool several = false;   ///< takes all words there are, one at least; only as the last positional
  bool optional = false;  ///< may be missing: its word is then empty
};

/// What a user typed after a command's name, checked against its flags.
class Invocation {
 public:
  std::string path;                          ///< "train rbm"
  std::string line;                          ///< the command line, for files' `command` attribute
  std::map<std::string, std::string> words;  ///< positionals by name
  std::vector<std::string> several;          ///< the words of the positional that takes several
  base::Values given;                        ///< flags given, by spec.name, of their spec's kind
  base::Values fallbacks;                    ///< all flags' defaults

  [[nodiscard]] const std::string& word(const std::string& name) const { return words.at(name); }
  [[nodiscard]] bool has(std::string_view flag) const { return given.contains(flag); }
  /// The value given, or the default.
  template <class T>
  [[nodiscard]] const T& get(std::string_view flag) const {
    const auto found = given.find(flag);
    return std::get<T>(found != given.end() ? found->second : fallbacks.find(flag)->second);
  }
  [[nodiscard]] bool json() const { return get<bool>("json"); }
  /// Those given flags that are among `specs`: the options of a registry entry.
  [[nodiscard]] base::Values only(const std::vector<base::OptionSpec>& specs) const;
};

/// A command, or a group of commands ("train"). A group may have a `run` of its own ("import"), for words
/// that name none of its commands.
struct Command {
  std::string name;
  std::string help;
  std::vector<Positional> positionals = {};
  std::vector<Flag> flags = {};
  std::string footer = {};  ///< below the flags in --help: what the registries hold
  std::function<int(const Invocation&)> run = {};
  std::vector<Command> commands = {};
  bool shared = false;  ///< several processes of mpirun do it together (`ranks()`)
};

/// "weight_decay" -> "--weight-decay"; a bool gets "--biases,!--no-biases".
[[nodiscard]] std::string flag_names(const base::OptionSpec& spec);
/// Flags for the options of a registry entry.
[[nodiscard]] std::vector<Flag> flags_of(const std::vector<base::OptionSpec>& specs);
/// The union of several entries' options by name; help and default are those of the first.
void add_missing(std::vector<Flag>& flags, const std::vector<base::OptionSpec>& specs);
/// Throws Error(input) for a given flag that belongs to other entries (`all`) and not to this one's `own`
/// specs.
void refuse_foreign(const Invocation& invocation, const std::vector<Flag>& all,
                    const std::vector<base::OptionSpec>& own, std::string_view entry);

/// What the flags of `flags_of(binder.specs())` say, as the struct that `binder` binds.
template <class Struct>
[[nodiscard]] Struct answers(const Invocation& invocation, const base::Options<Struct>& binder) {
  return binder.parse(invocation.only(binder.specs()), invocation.path);
}
/// The flag of an option, for what an option does not say: a name like "-K", where its default comes from.
[[nodiscard]] Flag& flag_of(std::vector<Flag>& flags, std::string_view option);

/// Flags that several commands have.
[[nodiscard]] Flag seed_flag();
[[nodiscard]] std::uint64_t seed_of(const Invocation& invocation);
[[nodiscard]] Flag force_flag();
/// --resume of commands that go on with what an interrupted one left.
[[nodiscard]] Flag resume_flag(std::string help);
/// Whether --resume is given; Error(input) for --force beside it.
[[nodiscard]] bool resumes(const Invocation& invocation);
[[nodiscard]] Flag output_flag(std::string help, bool required);

/// "  name   help" lines under a title, for a footer.
template <class Entries>
[[nodiscard]] std::string listing(std::string_view title, const Entries& entries) {
  std::string text = std::string(title) + ":\n";
  std::size_t width = 0;
  for (const auto& entry : entries) width = std::max(width, entry.name.size());
  for (const auto& entry : entries)
    text += "  " + entry.name + std::string(width + 2 - entry.name.size(), ' ') + entry.help + "\n";
  return text;
}

/// Runs the program. `words`: argv without the program's name. Returns the exit status; errors are thrown.
[[nodiscard]] int run_command_line(const std::vector<Command>& commands,
                                   const std::vector<std::string>& words);

/// Flags that every command has (--json, --threads).
[[nodiscard]] std::vector<Flag> common_flags();

}  // namespace spinflow::program

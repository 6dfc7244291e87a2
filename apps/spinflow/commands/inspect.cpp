// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <type_traits>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "spinflow/transformations/file_formats.hpp"

namespace spinflow::program {

namespace {

/// What the header of every file of ours says.
Json header_json(const io::FileHeader& header) {
  return {{"format", header.format}, {"format_version", header.version}, {"software", header.software},
          {"seed", header.seed},     {"command", header.command},        {"model", header.model}};
}

Json json_of(const transformations::FileFacts& facts) {
  Json json = Json::object();
  for (const auto& fact : facts)
    json[fact.name] = std::visit(
        [](const auto& value) -> Json {
          using Value = std::remove_cvref_t<decltype(value)>;
          if constexpr (std::is_same_v<Value, transformations::FileFacts>) {
            return json_of(value);
          } else if constexpr (std::is_same_v<Value, std::vector<transformations::FileFacts>>) {
            Json parts = Json::array();
            for (const auto& part : value) parts.push_back(json_of(part));
            return parts;
          } else {
            return value;
          }
        },
        fact.value);
  return json;
}

/// For people: what a list or an object holds one to a line, numbers to six digits (--json has them all).
std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return plain(value.get<double>());
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [name, member] : value.items()) {
    std::string line = value.is_object() ? name + " = " : std::string();
    if (member.is_object())
      for (const auto& [word, inner] : member.items())
        line += fmt::format("{}{} {}", line.empty() ? "" : ", ", word, text_of(inner));
    else
      line += text_of(member);
    const bool short_list = value.is_array() && !member.is_object();
    text += (text.empty() ? "" : short_list ? ", " : "\n") + line;
  }
  return text;
}

int run_inspect(const Invocation& invocation) {
  const io::Hdf5Reader file(invocation.word("FILE"));
  const io::FileHeader header = io::read_header(file);
  Json json = header_json(header);
  const auto& formats = transformations::file_formats();
  if (formats.contains(header.format)) json.update(json_of(formats.find(header.format).facts(file)));
  if (invocation.json()) {
    print_json(json);
    return 0;
  }
  for (const auto& [key, value] : json.items()) {
    std::string lines;
    for (const char c : text_of(value)) {
      lines += c;
      if (c == '\n') lines.append(22, ' ');
    }
    while (!lines.empty() && (lines.back() == ' ' || lines.back() == '\n')) lines.pop_back();
    print(fmt::format("{:<22}", key));
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = std::min(lines.find('\n', at), lines.size());
      print(printable(lines.substr(at, end - at)));
      if (end < lines.size()) print("\n");
      at = end + 1;
    }
    print("\n");
  }
  return 0;
}

}  // namespace

Command inspect_command() {
  return {.name = "inspect",
          .help = "what a file of ours holds: format, origin, lattice, settings",
          .positionals = {{.name = "FILE",
                           .help = "an HDF5 file that spinflow wrote",
                           .completes = Completes::file}},
          .run = run_inspect};
}

}  // namespace spinflow::program

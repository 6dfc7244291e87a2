// SPDX-License-Identifier: Apache-2.0
#include "runs/pieces.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <sstream>
#include <string_view>

#include "spinflow/base/memory.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::runs {

namespace {

constexpr std::string_view made_in = ": made in ";
constexpr std::string_view unit = " s";

}  // namespace

bool Pieces::is_damaged(const std::filesystem::path& file, const Error& error) {
  // What this user, machine or version cannot read is not damaged, and what another file is to blame for is
  // not either.
  if (dynamic_cast<const base::MemoryError*>(&error) != nullptr ||
      dynamic_cast<const io::VersionError*>(&error) != nullptr)
    return false;
  return error.fault() == Fault::input && std::string_view(error.what()).starts_with(file.string()) &&
         access(file.c_str(), R_OK) == 0;
}

void Pieces::remove_damaged(const std::string& name, const std::filesystem::path& file,
                            const std::string& damage) const {
  observer.note(fmt::format("{} is made again: {}", name, damage));
  io::remove_file(file);
}

void Pieces::tell_seconds(const std::string& name, std::chrono::steady_clock::time_point started) const {
  if (log == nullptr) return;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  log->record(fmt::format("{}{}{:.2f}{}", name, made_in, seconds.count(), unit));
}

std::vector<MadePiece> made_pieces(const std::string& log) {
  std::vector<MadePiece> all;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(made_in);
    if (at == std::string::npos || !line.ends_with(unit)) continue;
    MadePiece piece{.name = line.substr(0, at)};
    piece.name.erase(0, piece.name.rfind(' ') + 1);
    const char* end = line.data() + line.size() - unit.size();
    const auto [stop, error] = std::from_chars(line.data() + at + made_in.size(), end, piece.seconds);
    if (error == std::errc() && stop == end) all.push_back(std::move(piece));
  }
  return all;
}

}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
#include "runs/status.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <optional>

#include "runs/output_folders.hpp"
#include "runs/pieces.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

namespace {

bool is_made(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  return fs::exists(folder / (name + ".h5"), ignored) || fs::exists(folder / (name + ".json"), ignored) ||
         (fs::exists(folder / name / results::results_file, ignored) && !is_unfinished(folder / name));
}

/// Whether a process holds the folder for itself.
bool is_held(const fs::path& folder) {
  try {
    const io::FolderLock lock(folder, io::FolderLock::Holders::several);
    return false;
  } catch (const Error&) {
    return true;
  }
}

double seconds_since(const std::string& utc) {
  std::tm time{};
  if (strptime(utc.c_str(), "%Y-%m-%d %H:%M:%S", &time) == nullptr) return 0;
  return std::max(0.0, std::difftime(std::time(nullptr), timegm(&time)));
}

/// The pieces of a run, and with the name of its folder before them those of every run in it.
std::vector<PieceUnderWay> pieces_under_way(const fs::path& folder) {
  std::vector<PieceUnderWay> all;
  std::error_code ignored;
  const auto add = [&](const fs::path& place, const std::string& prefix) {
    for (const auto& entry : fs::directory_iterator(place / results::claims_folder, ignored))
      if (const auto holder = holder_of(entry.path()))
        all.push_back({.name = prefix + entry.path().filename().string(),
                       .holder = *holder,
                       .seconds = seconds_since(holder->since),
                       .ended = holder->ended});
  };
  add(folder, "");
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (const auto name = entry.path().filename().string();
        name != results::claims_folder && entry.is_directory(ignored))
      add(entry.path(), name + "/");
  std::ranges::sort(all, {}, &PieceUnderWay::name);
  return all;
}

std::string kind_of(const std::string& piece) { return piece.substr(0, piece.find('-')); }

/// Mean seconds by kind.
class Times {
 public:
  explicit Times(const std::vector<MadePiece>& made) {
    for (const auto& piece : made) {
      auto& [sum, n] = of_kind_[kind_of(piece.name)];
      sum += piece.seconds;
      n += 1;
    }
  }
  [[nodiscard]] std::optional<double> of(const std::string& piece) const {
    const auto found = of_kind_.find(kind_of(piece));
    if (found == of_kind_.end()) return std::nullopt;
    return found->second.first / found->second.second;
  }
  [[nodiscard]] bool any() const { return !of_kind_.empty(); }

 private:
  std::map<std::string, std::pair<double, double>> of_kind_;  // sum, number
};

std::string log_of(const fs::path& folder) {
  try {
    return io::read_text(folder / results::log_file);
  } catch (const Error&) {
    return {};  // without it no time can be told
  }
}

}  // namespace

RunStatus status_of(const fs::path& folder, const std::vector<std::string>& pieces) {
  RunStatus status{.finished = fs::exists(folder / results::results_file) && !is_unfinished(folder),
                   .pieces = pieces.size()};
  if (status.finished) {
    status.made = pieces.size();
    return status;
  }
  status.alone = is_held(folder);
  status.under_way = pieces_under_way(folder);
  const Times times(made_pieces(log_of(folder)));
  double left = 0;
  std::size_t at_work = 0;
  for (const auto& name : pieces) {
    if (is_made(folder, name)) {
      ++status.made;
      continue;
    }
    const auto claim = std::ranges::find_if(status.under_way, [&](const PieceUnderWay& piece) {
      return !piece.ended && (piece.name == name || piece.name.starts_with(name + "/"));
    });
    const bool begun = claim != status.under_way.end();
    begun ? ++at_work : ++status.waiting;
    const auto mean = times.of(name);
    if (mean)
      left += begun ? std::max(0.0, *mean - claim->seconds) : *mean;
    else
      ++status.untimed;
  }
  // How many pieces a process that works alone makes at once is not known.
  if (times.any() && at_work > 0) status.seconds_left = left / static_cast<double>(at_work);
  return status;
}

}  // namespace spinflow::runs

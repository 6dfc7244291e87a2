// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/saved_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/folder_lock.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::samplers {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr io::Format part_format{.name = "spinflow/sampling-part"};
constexpr std::string_view first_letters = "part-";

using Pieces = std::map<std::string, std::vector<std::uint64_t>, std::less<>>;

std::string key_of(std::string_view work, std::uint64_t seed, std::size_t piece) {
  return fmt::format("{} {:016x} {}", work, seed, piece);
}

void write_part(const Pieces& pieces, const std::string& work, const fs::path& path) {
  std::vector<std::string> names;
  std::vector<std::int64_t> lengths;
  std::vector<std::uint64_t> words;
  for (const auto& [name, own] : pieces) {
    names.push_back(name);
    lengths.push_back(static_cast<std::int64_t>(own.size()));
    words.insert(words.end(), own.begin(), own.end());
  }
  io::Hdf5Writer file(path);
  io::write_header(file, {.format = std::string(part_format.name)});
  file.attribute("/", "work", work);
  file.texts("names", names);
  file.dataset("lengths", lengths);
  file.dataset("words", words);
  file.commit();
}

/// False if the part is of other work.
bool read_part(const fs::path& path, const std::string& work, Pieces& pieces) {
  const io::Hdf5Reader file(path);
  const auto header = io::expect_header(file, part_format);
  if (file.text_attribute("/", "work") != work || header.software != base::software()) return false;
  const auto names = file.texts("names");
  const auto lengths = file.read<std::int64_t>("lengths", {names.size()});
  const auto words = file.read<std::uint64_t>("words");
  std::size_t first = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (lengths[i] < 0 || static_cast<std::uint64_t>(lengths[i]) > words.size() - first)
      throw input_error(path.string(), "its lengths do not fit its words", "begin anew");
    const auto last = first + static_cast<std::size_t>(lengths[i]);
    pieces[names[i]].assign(words.begin() + static_cast<std::ptrdiff_t>(first),
                            words.begin() + static_cast<std::ptrdiff_t>(last));
    first = last;
  }
  return true;
}

std::vector<fs::path> parts_in(const fs::path& folder) {
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(first_letters)) parts.push_back(entry.path());
  std::ranges::sort(parts);
  return parts;
}

}  // namespace

struct SavedPieces::State {
  fs::path folder;
  std::string work;
  double seconds;
  std::mutex mutex;
  std::unique_ptr<io::FolderLock> lock;
  Pieces found;    // of an earlier sampling, until they are taken
  Pieces pending;  // not in a file yet
  std::size_t next_part = 0;
  double wait;
  Clock::time_point written = Clock::now();

  std::function<void()> tell;

  State(fs::path where, std::string what, double pause, std::function<void()> told)
      : folder(std::move(where)), work(std::move(what)), seconds(pause), wait(pause), tell(std::move(told)) {}

  void load() {
    if (!fs::exists(folder)) return;
    lock = std::make_unique<io::FolderLock>(folder);
    io::remove_unfinished(folder);
    const auto parts = parts_in(folder);
    bool same = true;
    try {
      for (const auto& part : parts) same = same && read_part(part, work, found);
    } catch (const Error& error) {
      if (error.fault() != Fault::input) throw;
      throw with_advice(error, "remove its folder, or use --force to begin anew");
    }
    if (!same)
      throw input_error(folder.string(),
                        "it is an unfinished sampling of another model, temperature, number, seed or version",
                        "resume it with the command that began it, or use --force to begin anew");
    for (next_part = parts.size(); fs::exists(part(next_part));) ++next_part;
  }

  [[nodiscard]] fs::path part(std::size_t number) const {
    return folder / fmt::format("{}{:06}.h5", first_letters, number);
  }

  void write() {
    const auto begun = Clock::now();
    if (lock == nullptr) {
      io::make_folder(folder);
      lock = std::make_unique<io::FolderLock>(folder);
    }
    try {
      write_part(pending, work, part(next_part++));
    } catch (...) {
      std::error_code none;
      fs::remove(folder, none);  // if it is empty
      throw;
    }
    pending.clear();
    if (tell) tell();
    wait = std::max(seconds, 50 * std::chrono::duration<double>(Clock::now() - begun).count());
    written = Clock::now();
  }
};

SavedPieces::SavedPieces(fs::path folder, std::string work, double seconds, std::function<void()> written)
    : state_(std::make_unique<State>(std::move(folder), std::move(work), seconds, std::move(written))) {
  state_->load();
}

SavedPieces::~SavedPieces() {
  if (state_->pending.empty() || state_->lock == nullptr) return;
  try {
    write_part(state_->pending, state_->work, state_->part(state_->next_part));
  } catch (const Error&) {  // the pieces are drawn again
  }
}

std::optional<std::vector<std::uint64_t>> SavedPieces::take(std::string_view work, std::uint64_t seed,
                                                            std::size_t piece) {
  const std::scoped_lock one(state_->mutex);
  const auto found = state_->found.find(key_of(work, seed, piece));
  if (found == state_->found.end()) return std::nullopt;
  auto words = std::move(found->second);
  state_->found.erase(found);
  return words;
}

void SavedPieces::save(std::string_view work, std::uint64_t seed, std::size_t piece,
                       std::vector<std::uint64_t> words) {
  const std::scoped_lock one(state_->mutex);
  state_->pending[key_of(work, seed, piece)] = std::move(words);
  if (std::chrono::duration<double>(Clock::now() - state_->written).count() >= state_->wait) state_->write();
}

void SavedPieces::remove() {
  const std::scoped_lock one(state_->mutex);
  state_->pending.clear();
  state_->lock.reset();
  if (fs::exists(state_->folder)) discard(state_->folder);
}

void SavedPieces::discard(const fs::path& folder) {
  const io::FolderLock lock(folder);
  std::error_code none;
  for (const auto& part : parts_in(folder)) fs::remove(part, none);
  io::remove_unfinished(folder);
  fs::remove(folder, none);  // unless somebody else's files are in it
}

}  // namespace spinflow::samplers

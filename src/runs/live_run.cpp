// SPDX-License-Identifier: Apache-2.0
#include "runs/live_run.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "io/atomic_file.hpp"
#include "runs/output_folders.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view begun_by = "Begun by ";

const fs::path& prepared(const fs::path& folder, LiveRun::Start start) {
  if (start != LiveRun::Start::resumed) io::make_folder(folder);
  return folder;
}

/// Of processes that were killed between writing a network and forgetting its training, and of trainings that
/// failed.
void remove_trainings(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension().string().starts_with(results::training_suffix) &&
        entry.path().stem().extension() == ".h5")
      fs::remove(entry.path(), error);
}

/// Called with the folder locked.
fs::path log_in(const fs::path& folder, LiveRun::Start start) {
  if (start != LiveRun::Start::joined) io::remove_unfinished(folder);
  return folder / results::log_file;
}

/// Pieces of two versions must not be mixed behind the back of those who join.
void expect_this_version(const fs::path& folder) {
  const fs::path file = folder / results::marker_file;
  std::string mark;
  for (int attempt = 0;; ++attempt) {
    try {
      mark = io::read_text(file);
      break;
    } catch (const Error&) {
      // It comes and goes as other processes begin and finish the run.
      if (!fs::exists(file)) return;
      if (attempt == 3) throw;
    }
  }
  const std::size_t at = mark.find(begun_by);
  if (at == std::string::npos) return;
  const std::string version = mark.substr(at + begun_by.size(), mark.find(".\n", at) - at - begun_by.size());
  if (version != base::software())
    throw input_error(folder.string(),
                      fmt::format("{} has begun the run there, and this is {}", version, base::software()),
                      "join it with the version that began it");
}

}  // namespace

LiveRun::LiveRun(const fs::path& folder, Start start, base::Observer& observer)
    : folder_(prepared(folder, start)),
      lock_(folder_,
            start == Start::joined ? io::FolderLock::Holders::several : io::FolderLock::Holders::one),
      claims_(start == Start::joined ? std::make_unique<Claims>(folder_) : nullptr),
      log_(log_in(folder_, start), claims_ ? process_name() : std::string(), observer),
      scope_(log_) {
  if (claims_) expect_this_version(folder_);
}

void LiveRun::describe(const std::string& recipe) const {
  const fs::path path = folder_ / results::recipe_file;
  if (!claims_) return io::write_text(path, recipe);
  // The first of several processes that begin the run says what it is.
  try {
    io::AtomicFile file(path, io::Existing::kept);
    std::ofstream out(file.temporary(), std::ios::binary);
    out << recipe << std::flush;
    if (!out) io::throw_write_failure(path, errno);
    file.publish();
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted || !fs::exists(path)) throw;
  }
}

void LiveRun::mark(const std::string& command) const {
  const fs::path marker = folder_ / results::marker_file;
  if (claims_ && fs::exists(marker)) return;
  io::write_text(marker, fmt::format("This run has not finished; `{}` with {} goes on.\n{}{}.\n", command,
                                     claims_ ? "--join" : "--resume", begun_by, base::software()));
  // Another process may have finished the run just before; one that is finishing it removes the mark itself.
  if (claims_ && fs::exists(folder_ / results::results_file) &&
      !claims_->is_taken(claims_->file_of("results")))
    io::remove_file(marker);
}

double LiveRun::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

void LiveRun::write(const results::Results& results, const std::function<void(const fs::path&)>& page) {
  results::write_figures(results, folder_);
  io::write_text(folder_ / results::results_file, results::to_json(results));
  if (page) page(folder_);
  remove_trainings(folder_);
  log_.note(fmt::format("finished in {:.1f} s", seconds()));
  io::remove_file(folder_ / results::marker_file);
}

void LiveRun::finish(const results::Results& results, const std::function<void(const fs::path&)>& page) {
  if (!claims_) return write(results, page);
  for (int attempt = 0; is_unfinished(folder_); ++attempt) {
    if (const auto claim = claims_->take("results")) {
      if (is_unfinished(folder_)) write(results, page);
      break;
    }
    // No file tells that the run is finished: its results are there before its end.
    claims_->await("results", {}, attempt);
  }
  claims_->remove_all();
}

}  // namespace spinflow::runs

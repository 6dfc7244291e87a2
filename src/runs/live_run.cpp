// SPDX-License-Identifier: Apache-2.0
#include "runs/live_run.hpp"

#include <fmt/format.h>

#include "spinflow/io/text_file.hpp"
#include "spinflow/results/figure_files.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

namespace {

const fs::path& prepared(const fs::path& folder, LiveRun::Start start) {
  if (start == LiveRun::Start::fresh) io::make_folder(folder);
  return folder;
}

/// Called with the folder locked.
fs::path log_in(const fs::path& folder) {
  io::remove_unfinished(folder);
  return folder / results::log_file;
}

}  // namespace

LiveRun::LiveRun(const fs::path& folder, Start start, base::Observer& observer)
    : folder_(prepared(folder, start)), lock_(folder_), log_(log_in(folder_), observer), scope_(log_) {}

void LiveRun::describe(const std::string& recipe) const {
  io::write_text(folder_ / results::recipe_file, recipe);
}

void LiveRun::mark(const std::string& command) const {
  io::write_text(folder_ / results::marker_file,
                 fmt::format("This run has not finished; `{}` with --resume goes on.\n", command));
}

double LiveRun::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

void LiveRun::finish(const results::Results& results) {
  results::write_figures(results, folder_);
  io::write_text(folder_ / results::results_file, results::to_json(results));
  log_.note(fmt::format("finished in {:.1f} s", seconds()));
  io::remove_file(folder_ / results::marker_file);
}

}  // namespace spinflow::runs

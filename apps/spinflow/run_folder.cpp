// SPDX-License-Identifier: Apache-2.0
#include "run_folder.hpp"

#include <algorithm>
#include <system_error>

#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/figure_files.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

namespace {

constexpr const char* marker = "INCOMPLETE";

}  // namespace

bool holds_results_of(const fs::path& folder, const std::vector<std::string>& names) {
  if (!fs::exists(folder / "results.json") && !fs::exists(folder / marker)) return false;
  try {
    const auto written = io::settings_from_toml(io::read_text(folder / "recipe.toml"), "recipe.toml");
    const auto about = written.find("recipe");
    if (about == written.end()) return false;
    const auto name = about->second.find("name");
    if (name == about->second.end()) return false;
    const auto* text = std::get_if<std::string>(&name->second);
    return text != nullptr && std::ranges::count(names, *text) > 0;
  } catch (const Error&) {
    return false;
  }
}

results::Results finished_results(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw input_error(folder.string(), "it is not a run folder", "give the folder of a `spinflow run`");
  if (fs::exists(folder / marker, ignored))
    throw input_error(folder.string(), "the run there has not finished",
                      "finish it with `spinflow run` and --resume");
  const fs::path file = folder / "results.json";
  return results::results_from_json(io::read_text(file), file.string());
}

fs::path answer_folder(const Invocation& invocation, const std::string& name) {
  const fs::path folder = invocation.get<std::string>("output");
  if (folder.empty()) return folder;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) {
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    if (!fs::is_directory(parent, error))
      throw input_error(folder.string(), "there is no folder to make it in", "give another one with -o");
    return folder;
  }
  if (!fs::is_directory(folder, error))
    throw input_error(folder.string(), "it is not a folder", "give another one with -o");
  if (fs::is_empty(folder, error)) return folder;
  if (!holds_results_of(folder, {name}))
    throw input_error(folder.string(), "it holds something else", "give a new folder with -o");
  if (!invocation.get<bool>("force"))
    throw input_error(folder.string(), "it exists", "replace it with --force or give another folder with -o");
  return folder;
}

fs::path write_answer(const Invocation& invocation, const fs::path& folder, const results::Results& results,
                      io::Settings settings) {
  auto& about = settings["recipe"];
  about["name"] = results.recipe;
  about["command"] = invocation.line;
  std::error_code error;
  if (fs::exists(folder, error)) fs::remove_all(folder, error);
  if (!error) fs::create_directory(folder, error);
  if (error) throw failure(folder.string(), error.message(), "give another folder with -o");
  io::write_text(folder / marker, "This answer has not been written to its end; --force replaces it.\n");
  io::write_text(folder / "recipe.toml", io::to_toml(settings));
  results::write_figures(results, folder);
  io::write_text(folder / "results.json", results::to_json(results));
  fs::path page = report::write_report(folder);
  fs::remove(folder / marker, error);
  return page;
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
#include "command/folder_contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::program {

namespace fs = std::filesystem;

namespace {

/// An unfinished file, still under its temporary name, of a program that was killed.
bool is_temporary(const std::string& name) { return name.starts_with('.') && name.ends_with(".partial"); }

/// Whether a file is a piece with which a run can be resumed: HDF5 that no other command wrote, or a results
/// file without claims.
bool is_piece(const fs::path& path) {
  try {
    if (path.extension() == ".json")
      return results::results_from_json(io::read_text(path), path.string()).claims.empty();
    if (path.extension() != ".h5") return false;
    const auto header = io::read_header(io::Hdf5Reader(path));
    return header.software.starts_with("spinflow") &&
           (header.command.empty() || header.command.starts_with("spinflow run") ||
            header.command.starts_with("spinflow critical"));
  } catch (const Error&) {
    return false;
  }
}

bool is_ours(const fs::directory_entry& entry) {
  static const std::vector<std::string> names = {results::recipe_file, results::results_file,
                                                 results::marker_file, results::log_file, results::page_file};
  const std::string name = entry.path().filename().string();
  std::error_code ignored;
  return entry.symlink_status(ignored).type() == fs::file_type::regular &&
         (is_temporary(name) || std::ranges::count(names, name) > 0 || is_piece(entry.path()));
}

/// What recipe.toml says under [recipe]; nothing if there is none.
std::string about(const fs::path& folder, const std::string& key) {
  try {
    const auto written =
        io::settings_from_toml(io::read_text(folder / results::recipe_file), results::recipe_file);
    const auto section = written.find("recipe");
    if (section == written.end()) return {};
    const auto value = section->second.find(key);
    if (value == section->second.end()) return {};
    const auto* text = std::get_if<std::string>(&value->second);
    return text == nullptr ? std::string() : *text;
  } catch (const Error&) {
    return {};
  }
}

void add_contents(const fs::path& folder, FolderContents& contents, std::error_code& error) {
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    const auto type = entry.symlink_status(ignored).type();
    if (type == fs::file_type::not_found) continue;  // another process has just removed it
    const bool is_folder = type == fs::file_type::directory;
    if (is_folder && name == "figures") {
      for (const auto& figure : fs::directory_iterator(entry.path(), error)) {
        const std::string file = figure.path().filename().string();
        const bool ours = figure.symlink_status(ignored).type() == fs::file_type::regular &&
                          (file.ends_with(".vl.json") || file.ends_with(".csv") || is_temporary(file));
        (ours ? contents.ours : contents.foreign).push_back(figure.path());
      }
      contents.ours.push_back(entry.path());
    } else if (is_folder && (name == results::unfinished_folder || name == results::complete_folder)) {
      add_contents(entry.path(), contents, error);
      contents.ours.push_back(entry.path());
    } else if (is_folder && name.starts_with("critical-") &&
               (about(entry.path(), "command").starts_with("spinflow run") || is_free(entry.path()))) {
      add_contents(entry.path(), contents, error);
      contents.ours.push_back(entry.path());
    } else {
      (is_ours(entry) ? contents.ours : contents.foreign).push_back(entry.path());
    }
  }
}

/// What a run writes before its first piece, and files that hold no result.
bool is_beginning(const fs::path& path) {
  const std::string name = path.filename().string();
  return is_temporary(name) || name == results::marker_file || name == results::log_file;
}

}  // namespace

FolderContents contents_of(const fs::path& folder) {
  FolderContents contents;
  std::error_code error;
  add_contents(folder, contents, error);
  if (error)
    throw input_error(folder.string(), fmt::format("it cannot be listed ({})", error.message()),
                      "give another folder with -o");
  std::ranges::sort(contents.foreign);
  return contents;
}

bool is_free(const fs::path& folder) {
  const FolderContents contents = contents_of(folder);
  const fs::path inner = folder / results::unfinished_folder;
  const bool keeps_inner = holds_run(inner);
  return contents.foreign.empty() && std::ranges::all_of(contents.ours, [&](const fs::path& path) {
           if (path == inner || path.parent_path() == inner || path.parent_path().parent_path() == inner)
             return !keeps_inner;
           return is_beginning(path);
         });
}

bool has_no_pieces(const fs::path& folder) {
  const FolderContents contents = contents_of(folder);
  return contents.foreign.empty() && std::ranges::all_of(contents.ours, [&](const fs::path& path) {
           return is_beginning(path) || path.filename() == results::recipe_file;
         });
}

bool holds_results_of(const fs::path& folder, const std::vector<std::string>& names) {
  return std::ranges::count(names, about(folder, "name")) > 0;
}

std::string what_holds(const fs::path& folder) {
  if (const std::string recipe = about(folder, "name"); !recipe.empty())
    return fmt::format("it holds something else: a result of '{}'", recipe);
  const auto contents = contents_of(folder);
  if (contents.foreign.empty()) return "it holds something else: files of a run without their recipe.toml";
  return fmt::format("it holds something else: '{}', which no run has written",
                     contents.foreign.front().lexically_relative(folder).string());
}

bool holds_run(const fs::path& folder) {
  auto names = recipes::registry().names();
  names.emplace_back("critical");
  return holds_results_of(folder, names);
}

void remove_contents(const fs::path& folder, const fs::path& spared) {
  // The results are removed first, because a folder without them counts as unfinished. The recipe is removed
  // last, because it says to which run the folder belongs. At every moment --resume or --force accepts the
  // folder.
  auto ours = contents_of(folder).ours;
  std::erase_if(ours, [&](const fs::path& path) {
    return !spared.empty() && std::ranges::mismatch(spared, path).in1 == spared.end();
  });
  const auto rank = [&](const fs::path& path) {
    if (path.parent_path() != folder) return 1;  // of a part of the run
    return path.filename() == results::results_file ? 0 : path.filename() == results::recipe_file ? 2 : 1;
  };
  std::ranges::stable_sort(ours, {}, rank);
  std::error_code error;
  for (const auto& path : ours) {
    fs::remove(path, error);
    // A folder that still holds a file which no run wrote is kept.
    if (error && error != std::errc::directory_not_empty)
      throw input_error(path.string(), error.message(), "give another folder with -o");
  }
}

}  // namespace spinflow::program

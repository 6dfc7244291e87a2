// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/figure_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <tuple>

#include "io/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/unknown_numbers.hpp"

namespace spinflow::results {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::string_view ending = ".vl.json";

bool is_file_name(const std::string& id) {
  return !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// The specification as an object, or null.
Json parsed(const std::string& text) {
  const auto json = io::parse_json(text);
  return json && json->is_object() ? *json : Json(nullptr);
}

std::string text_or(const Json& object, const char* key, std::string fallback) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::move(fallback);
}

}  // namespace

void write_figures(const Results& results, const fs::path& run_folder) {
  std::set<std::string> ids;
  for (const auto& figure : results.figures)
    if (!is_file_name(figure.id) || !ids.insert(figure.id).second)
      throw input_error("figure '" + figure.id + "'", "its id is no file name of its own",
                        "use letters, digits and hyphens, and each id once");
  const fs::path folder = run_folder / "figures";
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    throw failure(folder.string(), "the folder cannot be made", "see that the run folder can be written to");
  int order = 0;
  for (const auto& figure : results.figures) {
    Json spec = parsed(figure.spec);
    if (spec.is_null())
      throw input_error("figure '" + figure.id + "'", "its specification is no JSON object",
                        "build it by figures.hpp");
    const std::string caption = with_dashes(figure.caption);
    spec["description"] = caption;
    Json& meta = spec["usermeta"];
    if (!meta.is_object()) meta = Json::object();
    if (!meta["spinflow"].is_object()) meta["spinflow"] = Json::object();
    meta["spinflow"]["title"] = with_dashes(figure.title);
    meta["spinflow"]["caption"] = caption;
    meta["spinflow"]["order"] = order++;
    io::write_text(folder / (figure.id + std::string(ending)),
                   spec.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    io::write_text(folder / (figure.id + ".csv"), figure.csv);
  }
}

std::vector<Figure> read_figures(const fs::path& run_folder) {
  const fs::path folder = run_folder / "figures";
  std::error_code failed;
  if (!fs::exists(folder, failed)) return {};
  if (!fs::is_directory(folder, failed))
    throw input_error(folder.string(), "this is no folder", "give a run folder as spinflow wrote it");
  std::vector<std::tuple<double, std::string, Figure>> found;
  auto entry = fs::directory_iterator(folder, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.ends_with(ending)) continue;
    Figure figure;
    figure.id = name.substr(0, name.size() - ending.size());
    figure.spec = io::read_text(entry->path());
    const Json spec = parsed(figure.spec);
    if (spec.is_null() || !is_file_name(figure.id))
      throw input_error(entry->path().string(), "this is no Vega-Lite specification",
                        "remove it, or run the recipe again");
    const Json nothing = Json::object();
    const auto meta = spec.find("usermeta");
    const Json& user = meta != spec.end() && meta->is_object() ? *meta : nothing;
    const auto ours = user.find("spinflow");
    const Json& page = ours != user.end() && ours->is_object() ? *ours : nothing;
    figure.title = text_or(page, "title", figure.id);
    figure.caption = text_or(page, "caption", text_or(spec, "description", ""));
    const auto order = page.find("order");
    const double place = order != page.end() && order->is_number() ? order->get<double>() : 1e9;
    found.emplace_back(place, figure.id, std::move(figure));
  }
  if (failed) throw input_error(folder.string(), "the folder cannot be read", "see that you may read it");
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<Figure> figures;
  for (auto& [place, id, figure] : found) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace spinflow::results

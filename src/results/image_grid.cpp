// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/vega.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::results {

namespace {

using vega::Json;

struct Shape {
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t columns = 0;
};

/// The common size of the images; Error(input) if they differ.
Shape shape_of(const ImageGrid& data) {
  const std::string where = "figure '" + data.id + "'";
  Shape shape;
  for (const auto& row : data.rows) {
    shape.columns = std::max(shape.columns, row.images.size());
    for (const auto& image : row.images) {
      if (image.values.empty()) continue;
      const auto width = static_cast<std::size_t>(std::max(image.width, 0));
      if (width == 0 || image.values.size() % width != 0)
        throw input_error(where,
                          fmt::format("{} values do not make rows of {}", image.values.size(), image.width),
                          "give whole lattices");
      const std::size_t height = image.values.size() / width;
      if (shape.width == 0) shape = {width, height, shape.columns};
      if (width != shape.width || height != shape.height)
        throw input_error(where,
                          fmt::format("it holds images of {} x {} and of {} x {}", shape.width, shape.height,
                                      width, height),
                          "put images of one size into one figure");
    }
  }
  if (shape.width == 0) throw input_error(where, "there is no image in it", "give it at least one");
  return shape;
}

/// Cells of one image as "x from, x to, y, value" lines; neighbours of equal value in a row are one cell.
/// White paper needs none: spins that are down, numbers that are not finite.
void add_cells(std::string& cells, const Image& image, double left, bool signed_values) {
  const auto width = static_cast<std::size_t>(image.width);
  double most = 0;
  for (const double value : image.values)
    if (std::isfinite(value)) most = std::max(most, std::abs(value));
  const auto shade = [&](double value) {
    if (!signed_values) return value > 0 ? 1.0 : none;
    if (!std::isfinite(value)) return none;
    return most > 0 ? std::round(100 * value / most) / 100 + 0.0 : 0.0;
  };
  for (std::size_t y = 0; y < image.values.size() / width; ++y)
    for (std::size_t x = 0; x < width;) {
      const double value = shade(image.values[y * width + x]);
      std::size_t end = x + 1;
      while (end < width && shade(image.values[y * width + end]) == value) ++end;
      if (std::isfinite(value))
        cells += fmt::format("{},{},{},{},{}\n", vega::number(left + static_cast<double>(x)).dump(),
                             vega::number(left + static_cast<double>(end)).dump(), y, y + 1, value);
      x = end;
    }
}

Json text_layer(Json rows, bool above) {
  return {{"data", {{"values", std::move(rows)}}},
          {"mark",
           {{"type", "text"},
            {"fontSize", 11},
            {"fill", "#333333"},
            {"baseline", above ? "bottom" : "top"},
            {"dy", above ? -3 : 3}}},
          {"encoding",
           {{"x", {{"field", "x"}, {"type", "quantitative"}}},
            {"y", {{"value", above ? Json(0) : Json("height")}}},
            {"text", {{"field", "t"}}}}}};
}

/// Where the images of a row stand and how large the drawing is, in sites.
struct Layout {
  Shape shape;
  double width = 0;   // of an image
  double height = 0;  // of an image
  double pitch = 0;   // from the left edge of an image to that of the next
  double total = 0;   // width of a row
  int max_width = 0;  // in pixels
};

Layout layout_of(const ImageGrid& data) {
  const Shape shape = shape_of(data);
  const auto width = static_cast<double>(shape.width);
  const double pitch = 1.14 * width;
  return {.shape = shape,
          .width = width,
          .height = static_cast<double>(shape.height),
          .pitch = pitch,
          .total = pitch * static_cast<double>(shape.columns) - 0.14 * width,
          // Eight 10 x 10 lattices fill a page; fewer are not blown up beyond that by much.
          .max_width = static_cast<int>(std::min<std::size_t>(shape.columns * 110, 900))};
}

Json box_encoding(const Layout& layout) {
  const auto channel = [](const char* field, double end) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {0, vega::number(end)}}, {"nice", false}, {"zero", false}}},
                {"axis", nullptr}};
  };
  return {{"x", channel("a", layout.total)},
          {"x2", {{"field", "b"}}},
          {"y", channel("c", layout.height)},
          {"y2", {{"field", "d"}}}};
}

Json colour_channel(bool signed_values) {
  Json colour = {{"field", "z"}, {"type", "quantitative"}, {"legend", nullptr}};
  if (signed_values)
    colour["scale"] = {{"scheme", "redblue"}, {"domain", {-1, 1}}};
  else
    colour["scale"] = {{"range", {"white", "#1a1a1a"}}, {"domain", {0, 1}}};
  return colour;
}

/// The layers of one row; appends its values to `csv`.
std::vector<Json> row_layers(const ImageGrid& data, std::size_t r, const Layout& layout, std::string& csv) {
  const ImageRow& row = data.rows[r];
  const Shape& shape = layout.shape;
  std::string cells = "a,b,c,d,z\n";
  Json frames = Json::array();
  Json below = Json::array();
  Json above = Json::array();
  for (std::size_t i = 0; i < row.images.size(); ++i) {
    const Image& image = row.images[i];
    const double left = layout.pitch * static_cast<double>(i);
    const Json middle = vega::number(left + 0.5 * layout.width);
    const std::string column = i < data.column_labels.size() ? data.column_labels[i] : std::string{};
    if (r == 0 && !column.empty()) above.push_back({{"x", middle}, {"t", column}});
    if (image.values.empty()) continue;
    if (!image.label.empty()) below.push_back({{"x", middle}, {"t", image.label}});
    frames.push_back(
        {{"a", vega::number(left)}, {"b", vega::number(left + layout.width)}, {"c", 0}, {"d", shape.height}});
    add_cells(cells, image, left, data.signed_values);
    for (std::size_t site = 0; site < image.values.size(); ++site)
      csv += fmt::format("{},{},{},{},{},{}\n", vega::csv_text(row.label),
                         vega::csv_text(column.empty() ? fmt::format("{}", i + 1) : column),
                         vega::csv_text(image.label), site % shape.width, site / shape.width,
                         vega::csv_number(image.values[site]));
  }
  const Json box = box_encoding(layout);
  Json coloured = box;
  coloured["color"] = colour_channel(data.signed_values);
  // Frames lie under the cells as white paper, and over them as a thin line.
  std::vector<Json> layers = {
      {{"data", {{"values", std::move(cells)}, {"format", vega::cell_format()}}},
       {"mark", {{"type", "rect"}}},
       {"encoding", coloured}},
      {{"data", {{"values", std::move(frames)}}},
       {"mark", {{"type", "rect"}, {"fill", nullptr}, {"stroke", "#999999"}, {"strokeWidth", 1}}},
       {"encoding", box}}};
  if (!above.empty()) layers.push_back(text_layer(std::move(above), true));
  if (!below.empty()) layers.push_back(text_layer(std::move(below), false));
  return layers;
}

}  // namespace

Figure image_grid(const ImageGrid& data) {
  const Layout layout = layout_of(data);
  const int view_width = std::min(layout.max_width, vega::page_width);
  std::string csv = "row,column,label,x,y,value\n";
  std::vector<Json> views;
  for (std::size_t r = 0; r < data.rows.size(); ++r)
    views.push_back({{"title", {{"text", data.rows[r].label}, {"offset", 5}}},
                     {"width", view_width},
                     {"height", static_cast<int>(std::lround(view_width * layout.height / layout.total))},
                     {"view", {{"stroke", nullptr}}},
                     {"layer", row_layers(data, r, layout, csv)}});
  Json body = {{"spacing", 8}, {"vconcat", std::move(views)}};
  const vega::Fit fit = {.aspect = layout.height / layout.total, .max_width = layout.max_width};
  return {data.id, data.title, data.caption,
          vega::specification(data.title, data.caption, std::move(body), fit), csv};
}

}  // namespace spinflow::results

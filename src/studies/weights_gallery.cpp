// SPDX-License-Identifier: Apache-2.0
// Eigenvectors and receptive fields of a weight study: pictures on the visible lattice.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "spinflow/results/figures.hpp"
#include "studies/weights.hpp"

namespace spinflow::studies::weights {

namespace {

constexpr std::size_t most_cells = 30000;  // of the images of one network: the page has to carry them

/// Fields on the visible lattice, one after the other, each with a label: pictures on a square lattice, lines
/// of a heat map on a chain.
struct Gallery {
  std::string id;
  std::string title;
  std::string caption;
  std::string below;    ///< what stands under an image, for the caption of images
  std::string counted;  ///< what is counted: "eigenvector (rank)"
  std::size_t most;     ///< of a single network; several have a row of images each
};

using FieldOf = std::function<results::Image(const Subject&, std::size_t)>;

using Available = std::function<std::size_t(const Subject&)>;

/// Of a chain: the first `most` fields as lines of a heat map.
results::Figure lines_of(const Study& study, const Gallery& about, const FieldOf& field,
                         const Available& available, const std::string& caption, std::size_t most) {
  const auto sites = static_cast<std::size_t>(study.subjects.front().network.rbm.visible.n_sites());
  results::HeatMap map{.id = about.id,
                       .title = about.title,
                       .caption = caption + " Counted from the bottom.",
                       .x = {.title = "site", .whole = true},
                       .y = {.title = about.counted, .whole = true},
                       .value_title = "in units of the largest",
                       .diverging = true,
                       .least = -1,
                       .most = 1};
  for (std::size_t site = 0; site < sites; ++site) map.x_values.push_back(static_cast<double>(site));
  for (std::size_t i = 0; i < most; ++i) map.y_values.push_back(static_cast<double>(i + 1));
  for (const auto& subject : study.subjects) {
    results::HeatMapPanel panel{subject.label(), std::vector<double>(most * sites, results::none)};
    for (std::size_t i = 0; i < std::min(most, available(subject)); ++i) {
      const auto values = field(subject, i).values;
      const double largest =
          std::abs(*std::ranges::max_element(values, {}, [](double v) { return std::abs(v); }));
      for (std::size_t site = 0; site < sites; ++site)
        panel.values[i * sites + site] = largest > 0 ? values[site] / largest : 0.0;
    }
    map.panels.push_back(std::move(panel));
  }
  return results::heat_map(map);
}

results::Figure gallery(const Study& study, const Gallery& about, const FieldOf& field,
                        const Available& available) {
  const auto& lattice = study.subjects.front().network.rbm.visible;
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  const std::size_t budget = std::max(images_per_row, most_cells / sites);
  std::size_t most = 0;
  for (const auto& subject : study.subjects) most = std::max(most, available(subject));
  const std::size_t all = most;
  most = std::min({most, study.subjects.size() == 1 ? about.most : images_per_row, budget});
  const std::string caption =
      most < all ? fmt::format("{} The first {} of {}.", about.caption, most, all) : about.caption;
  if (lattice.dimension() == 1) return lines_of(study, about, field, available, caption, most);
  results::ImageGrid grid{.id = about.id,
                          .title = about.title,
                          .caption = fmt::format("{} Under each image: {}.", caption, about.below),
                          .signed_values = true};
  for (const auto& subject : study.subjects) {
    std::vector<results::Image> images;
    for (std::size_t i = 0; i < std::min(most, available(subject)); ++i) images.push_back(field(subject, i));
    add_rows(grid, subject.label(), std::move(images));
  }
  return results::image_grid(grid);
}

}  // namespace

results::Figure eigenvector_figure(const Study& study) {
  return gallery(
      study,
      {.id = study.prefix + "-eigenvectors",
       .title = "Leading eigenvectors of A",
       .caption = "On the visible lattice, by decreasing eigenvalue; blue is positive, red "
                  "negative, each vector on its own scale from -max to max. Eigenvectors of nearly equal "
                  "eigenvalues mix.",
       .below = "its eigenvalue",
       .counted = "eigenvector (rank)",
       .most = 2 * images_per_row},
      [](const Subject& subject, std::size_t k) -> results::Image {
        return {subject.weights.spectrum.eigenvectors[k], subject.network.rbm.visible.lx(),
                fmt::format("{:.3g}", subject.weights.spectrum.eigenvalues[k])};
      },
      [](const Subject& subject) {
        // The null space has no basis of its own; of weights that all vanish one vector is shown.
        const auto& eigenvalues = subject.weights.spectrum.eigenvalues;
        return std::max<std::size_t>(
            1, static_cast<std::size_t>(std::ranges::count_if(eigenvalues, [](double l) { return l > 0; })));
      });
}

results::Figure receptive_field_figure(const Study& study) {
  return gallery(
      study,
      {.id = study.prefix + "-receptive-fields",
       .title = "Receptive fields",
       .caption = "Rows of W on the visible lattice, those of the largest norm first, each turned to a "
                  "positive sum; blue is positive, red negative, each row on its own scale from -max to max.",
       .below = "the norm of the row",
       .counted = "hidden unit (by norm)",
       .most = 8 * images_per_row},
      [](const Subject& subject, std::size_t i) -> results::Image {
        return {analysis::receptive_field(subject.network.rbm, subject.weights.units[i]),
                subject.network.rbm.visible.lx(), fmt::format("{:.3g}", subject.weights.unit_norms[i])};
      },
      [](const Subject& subject) { return subject.weights.units.size(); });
}

void add_rows(results::ImageGrid& grid, const std::string& label, std::vector<results::Image> images) {
  for (std::size_t first = 0; first < images.size(); first += images_per_row) {
    results::ImageRow row{.label = first == 0 ? label : std::string()};
    for (std::size_t i = first; i < std::min(first + images_per_row, images.size()); ++i)
      row.images.push_back(std::move(images[i]));
    grid.rows.push_back(std::move(row));
  }
}

}  // namespace spinflow::studies::weights

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/correlators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/networks/identity.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"

namespace spinflow::studies {

namespace {

using analysis::DistanceProfile;
using analysis::PairMatrix;
using results::none;

constexpr std::size_t images_per_row = 8;
constexpr double golden_ratio = std::numbers::phi - 1;  // multiples of it fill an interval evenly
constexpr std::size_t most_cells = 30000;  // of the images of one layer: the page has to carry them

std::unique_ptr<transformations::Transformation> rule_of(const CorrelatorOptions& options,
                                                         const lattice::Lattice& fine,
                                                         const lattice::Lattice& coarse) {
  const auto& entry = transformations::registry().find(options.rule);
  base::Values values = options.rule_options;
  values["factor"] = std::int64_t{fine.lx() / coarse.lx()};
  auto map = entry.make(values);
  if (map->output_lattice(fine) == coarse) return map;
  throw input_error("correlators",
                    fmt::format("{} makes {} of a lattice of {}, the stack {}", options.rule,
                                map->output_lattice(fine).text(), fine.text(), coarse.text()),
                    "choose a rule that makes one spin of each block");
}

}  // namespace

std::size_t LayerCorrelators::dead() const {
  return static_cast<std::size_t>(std::ranges::count(use, false));
}

std::vector<LayerCorrelators> correlators(const networks::Stack& stack, const ensemble::Ensemble& v,
                                          const CorrelatorOptions& options, base::Observer& observer) {
  const base::StopScope scope(observer);
  if (!(v.lattice == stack.lattice(0)))
    throw input_error("correlators",
                      fmt::format("configurations of {} ({}) do not enter a stack on {} ({})",
                                  v.lattice.text(), lattice::to_string(v.lattice.boundary()),
                                  stack.lattice(0).text(), lattice::to_string(stack.lattice(0).boundary())),
                      "use configurations of the stack's visible lattice");
  observer.begin("correlators", stack.layers.size(), "layers");
  const std::uint64_t seed =
      base::derived_seed(options.seed, "correlators of " + ensemble::identity(v.lattice, v.spins) + " in " +
                                           networks::identity(stack));
  std::vector<LayerCorrelators> result;
  ensemble::Ensemble fine = v;
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    const auto coarse = stack.lattice(l + 1);
    std::vector<bool> use;
    for (const auto& field : networks::receptive_fields(stack.layers[l])) use.push_back(!field.dead);
    if (std::ranges::count(use, true) == 0)
      throw input_error("correlators", fmt::format("all hidden units of layer {} are dead", l + 1),
                        "train the stack with a smaller --shrinkage");
    const auto rule = rule_of(options, fine.lattice, coarse);
    const auto hidden =
        transformations::mapped(fine, networks::up(stack, fine.spins, l, l + 1, options.mode, seed), coarse);
    const auto blocks = rule->apply(fine, base::derived_seed(seed, "correlators.blocks", l));
    const auto edges = analysis::profile_edges();
    result.push_back(
        {.layer = l + 1,
         .fine = fine.lattice,
         .coarse = coarse,
         .use = use,
         .visible_hidden = analysis::pair_correlations(fine, hidden),
         .visible_blocks = analysis::pair_correlations(fine, blocks),
         .hidden_pairs = analysis::pair_correlations(hidden, hidden),
         .block_pairs = analysis::pair_correlations(blocks, blocks),
         .hidden_profile = analysis::distance_profile(fine, hidden, edges, use),
         .block_profile = analysis::distance_profile(fine, blocks, edges, use),
         .hidden_pair_profile = analysis::pair_profile(hidden, edges, use),
         .block_pair_profile = analysis::pair_profile(blocks, edges, use),
         .likeness = analysis::correlator_likeness(fine, hidden, blocks, use, options.permutations,
                                                   base::derived_seed(seed, "correlators.null", l))});
    fine = hidden;
    observer.advance(1);
  }
  return result;
}

namespace {

results::Series series_of(const DistanceProfile& profile, const std::string& name, const std::string& panel,
                          int colour) {
  results::Series series{.name = name, .panel = panel, .colour = colour};
  for (std::size_t bin = 0; bin < profile.mean.size(); ++bin)
    if (profile.pairs[bin] > 0)
      series.points.push_back(
          {.x = profile.distance[bin], .y = profile.mean[bin].value, .error = profile.mean[bin].error});
  return series;
}

results::Figure profile_figure(std::span<const LayerCorrelators> layers, const std::string& rule,
                               const std::string& prefix, bool pairs) {
  results::LineFigure figure{
      .id = prefix + (pairs ? "-pairs" : "-profiles"),
      .title = pairs ? "Correlations among hidden units and among block spins"
                     : "Correlations of visible spins with hidden units and with block spins",
      .caption = pairs ? "<h_a h_b> and <S_a S_b> against the distance of the blocks, in sites of their own "
                         "lattice; not connected. "
                         "Dead units and the blocks at their places are left out."
                       : "<v_i h_a> and <v_i S_a> against the distance of site i from the centre of block a, "
                         "in sites; not connected. "
                         "v of a layer is what the layer below hands up. Dead units and the blocks at their "
                         "places are left out.",
      .x = {.title = "distance (sites)", .least = 0},
      .y = {.title = "correlation"},
      .series = {}};
  for (const auto& layer : layers) {
    const std::string panel =
        fmt::format("layer {}: {} to {}", layer.layer, layer.fine.text(), layer.coarse.text());
    figure.series.push_back(
        series_of(pairs ? layer.hidden_pair_profile : layer.hidden_profile, "hidden units", panel, 0));
    figure.series.push_back(
        series_of(pairs ? layer.block_pair_profile : layer.block_profile, rule, panel, 1));
  }
  return results::line_figure(figure);
}

/// Column `column` of a matrix on the lattice of its rows, less its mean; `gap`: without the element of the
/// unit with itself.
results::Image image_of(const PairMatrix& matrix, std::size_t column, int width, bool gap) {
  results::Image image{.values = {}, .width = width, .label = {}};
  double sum = 0;
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const double value = matrix.value[i * matrix.columns + column];
    const bool drawn = !(gap && i == column);
    image.values.push_back(drawn ? value : none);
    if (drawn) sum += value;
  }
  const double mean = sum / static_cast<double>(matrix.rows - (gap ? 1 : 0));
  for (double& value : image.values) value -= mean;
  return image;
}

results::Figure image_figure(const LayerCorrelators& layer, const std::string& rule,
                             const std::string& prefix, bool pairs) {
  const auto& first = pairs ? layer.hidden_pairs : layer.visible_hidden;
  const auto& second = pairs ? layer.block_pairs : layer.visible_blocks;
  const int width = pairs ? layer.coarse.lx() : layer.fine.lx();
  std::vector<std::size_t> alive;
  for (std::size_t a = 0; a < layer.use.size(); ++a)
    if (layer.use[a]) alive.push_back(a);
  const std::size_t shown =
      std::min(alive.size(), std::clamp<std::size_t>(most_cells / (2 * first.rows), 1, images_per_row));
  results::ImageGrid grid{
      .id = fmt::format("{}-{}-{}", prefix, pairs ? "pair-images" : "images", layer.layer),
      .title = fmt::format("Layer {}: {}", layer.layer,
                           pairs ? "<h_a h_b> beside <S_a S_b>" : "<v_i h_a> beside <v_i S_a>"),
      .caption = fmt::format(
          "Units spread over the lattice, above each its place (x, y). Images show {}, less the mean of the "
          "image: blue above it, red below, each image with its own range.",
          pairs ? "the lattice of the units, the unit itself left white" : "the lattice of v"),
      .column_labels = {},
      .rows = {{.label = "hidden units"}, {.label = rule}},
      .signed_values = true};
  for (std::size_t k = 0; k < shown; ++k) {
    // One of each of `shown` equal stretches, each time elsewhere in it: stretches may be rows of the
    // lattice.
    const double place = std::fmod(0.5 + golden_ratio * static_cast<double>(k), 1.0);
    const auto a = alive[static_cast<std::size_t>(
        (static_cast<double>(k) + place) * static_cast<double>(alive.size()) / static_cast<double>(shown))];
    const auto lx = static_cast<std::size_t>(layer.coarse.lx());
    grid.column_labels.push_back(fmt::format("{},{}", a % lx, a / lx));
    grid.rows[0].images.push_back(image_of(first, a, width, pairs));
    grid.rows[1].images.push_back(image_of(second, a, width, pairs));
  }
  return results::image_grid(grid);
}

/// A bin of distance of two profiles: pairs with hidden units and pairs with block spins.
struct ProfileRow {
  int layer = 0;
  std::string pairs_of;
  double from = 0;
  double to = 0;
  double distance = 0;
  double pairs = 0;
  stats::Estimate hidden;
  stats::Estimate blocks;
};

void add_rows(std::vector<ProfileRow>& rows, const LayerCorrelators& layer, const std::string& what,
              const DistanceProfile& hidden, const DistanceProfile& blocks) {
  for (std::size_t bin = 0; bin < hidden.mean.size(); ++bin)
    if (hidden.pairs[bin] > 0)
      rows.push_back({static_cast<int>(layer.layer), what, hidden.edges[bin], hidden.edges[bin + 1],
                      hidden.distance[bin], static_cast<double>(hidden.pairs[bin]), hidden.mean[bin],
                      blocks.mean[bin]});
}

results::Record<ProfileRow> profile_record() {
  return results::Record<ProfileRow>()
      .add("layer", &ProfileRow::layer)
      .add("pairs_of", &ProfileRow::pairs_of)
      .add("from", &ProfileRow::from)
      .add("to", &ProfileRow::to)
      .add("distance", &ProfileRow::distance)
      .add("pairs", &ProfileRow::pairs)
      .add("hidden", &ProfileRow::hidden)
      .add("blocks", &ProfileRow::blocks);
}

results::Record<LayerCorrelators> layer_record() {
  using Layer = LayerCorrelators;
  return results::Record<Layer>()
      .show("layer", [](const Layer& l) { return l.layer; })
      .show("visible", [](const Layer& l) { return l.fine.text(); })
      .show("hidden", [](const Layer& l) { return l.coarse.text(); })
      .show("dead", [](const Layer& l) { return l.dead(); })
      .show("pearson", [](const Layer& l) { return l.likeness.pearson; })
      .show("null_mean", [](const Layer& l) { return l.likeness.null_mean; })
      .show("null_sd", [](const Layer& l) { return l.likeness.null_sd; })
      .show("null_largest", [](const Layer& l) { return l.likeness.null_largest; })
      .show("p_value", [](const Layer& l) { return l.likeness.p_value; });
}

}  // namespace

void add_correlators(std::span<const LayerCorrelators> layers, const std::string& rule, results::Results& out,
                     const std::string& prefix) {
  std::string name = prefix;
  std::ranges::replace(name, '-', '_');
  out.tables[name + "_layers"] = layer_record().table(layers);
  std::vector<ProfileRow> profiles;
  for (const auto& layer : layers) {
    add_rows(profiles, layer, "v, h", layer.hidden_profile, layer.block_profile);
    add_rows(profiles, layer, "h, h", layer.hidden_pair_profile, layer.block_pair_profile);
  }
  out.tables[name + "_profiles"] = profile_record().table(profiles);
  out.figures.push_back(profile_figure(layers, rule, prefix, false));
  out.figures.push_back(profile_figure(layers, rule, prefix, true));
  for (const auto& layer : layers) {
    out.figures.push_back(image_figure(layer, rule, prefix, false));
    out.figures.push_back(image_figure(layer, rule, prefix, true));
    const auto& pearson = layer.likeness.pearson;
    out.values[fmt::format("pearson_layer_{}", layer.layer)] = {pearson.value, pearson.error, results::none,
                                                                results::none};
  }
}

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
// The figures of a weight study.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>
#include <tuple>

#include "spinflow/lattice/displacements.hpp"
#include "spinflow/results/series_by.hpp"
#include "studies/weights.hpp"

namespace spinflow::studies::weights {

namespace {

using results::Mark;
using results::Series;
using results::series_by;
using results::series_over;

constexpr std::size_t palette = 7;  // colours that are told apart

/// Values against 1, 2, ...
Series by_rank(Series begin, const std::vector<double>& values) {
  return series_over(std::move(begin), results::counted(1, static_cast<int>(values.size())),
                     [&](int rank) { return values[static_cast<std::size_t>(rank - 1)]; });
}

results::Figure spectrum_figure(const Study& study) {
  results::LineFigure figure{
      .id = study.prefix + "-spectrum",
      .title = "Eigenvalues of A = W^T W",
      .caption =
          "In descending order. The dashed line is what untrained weights of the same size have (law of "
          "Marchenko and Pastur), the noise edge sigma0^2 (sqrt N_v + sqrt N_h)^2 where it ends. Weight "
          "decay shrinks what training does not hold up, so that eigenvalues can fall below the law. Exact "
          "zeros (N_v - N_h of them where N_v > N_h) are not drawn.",
      .x = {.title = "rank", .scale = results::Scale::log, .whole = true},
      .y = {.title = "eigenvalue", .scale = results::Scale::log},
      .sequential = study.grouped()};
  std::set<std::tuple<std::string, std::size_t, double>> laws;
  for (const auto& subject : study.subjects) {
    const auto& [name, rbm, sigma0, group] = subject.network;
    figure.series.push_back(by_rank({.name = name, .panel = group}, subject.weights.spectrum.eigenvalues));
  }
  for (const auto& subject : study.subjects) {
    const auto& [name, rbm, sigma0, group] = subject.network;
    if (!laws.insert({group, rbm.n_hidden, sigma0}).second || sigma0 == 0) continue;
    figure.rules.push_back({subject.weights.spectrum.noise_edge, "noise edge", false, group});
    figure.series.push_back(by_rank({.name = "untrained", .mark = Mark::exact, .panel = group},
                                    analysis::noise_eigenvalues(rbm.n_visible(), rbm.n_hidden, sigma0)));
  }
  return results::line_figure(figure);
}

/// As many references as there are colours for, spread evenly in G(1): from order to disorder.
std::vector<const ReferenceCorrelation*> spread(std::span<const ReferenceCorrelation> all, std::size_t most) {
  std::vector<const ReferenceCorrelation*> sorted;
  for (const auto& reference : all)
    if (!reference.by_distance.empty()) sorted.push_back(&reference);
  const auto g1 = [](const ReferenceCorrelation* reference) { return reference->by_distance[0].value; };
  std::ranges::stable_sort(sorted, std::ranges::greater{}, g1);
  if (sorted.size() <= most) return sorted;
  std::vector<const ReferenceCorrelation*> chosen;
  for (std::size_t i = 0; i < most; ++i) {
    const double wanted = g1(sorted.front()) + (g1(sorted.back()) - g1(sorted.front())) *
                                                   static_cast<double>(i) / static_cast<double>(most - 1);
    const auto nearest = std::ranges::min_element(
        sorted, {}, [&](const ReferenceCorrelation* reference) { return std::abs(g1(reference) - wanted); });
    if (std::ranges::find(chosen, *nearest) == chosen.end()) chosen.push_back(*nearest);
  }
  return chosen;
}

/// What stands at r = 1, 2, ... in units of the first, unless that is noise.
void add_relative(results::LineFigure& figure, std::string name, std::string panel,
                  const std::vector<stats::Estimate>& values) {
  const double first = values[0].value;
  if (!(first > 4 * values[0].error)) return;
  figure.series.push_back(series_over({.name = std::move(name), .panel = std::move(panel)},
                                      results::counted(1, static_cast<int>(values.size())), [&](int r) {
                                        const auto& value = values[static_cast<std::size_t>(r - 1)];
                                        return stats::Estimate{.value = value.value / first,
                                                               .error = value.error / first};
                                      }));
}

results::Figure distance_figure(const Study& study) {
  results::LineFigure figure{
      .id = study.prefix + "-distance",
      .title = "A by distance beside the spin correlations",
      .caption =
          "Mean of A_ij over the pairs at distance r along the axes, in units of its value at r = 1 (bars: "
          "scatter over the pairs divided by the root of their number), and G(r) = <s_0 s_r> of sampled "
          "configurations likewise. A network that has learnt no more than the magnetization is flat. "
          "A network whose A(1) is noise is not drawn; the table has every value.",
      .x = {.title = "distance r (sites)", .whole = true},
      .y = {.title = "relative to r = 1"}};
  const auto subjects = study.representatives();
  for (const auto* subject : subjects) {
    const auto& elements = subject->weights.by_distance;
    if (elements.size() < 2) continue;
    std::vector<stats::Estimate> means;
    for (const auto& element : elements | std::views::drop(1))
      means.push_back(
          {.value = element.mean, .error = element.scatter / std::sqrt(static_cast<double>(element.pairs))});
    add_relative(figure, subject->label(), "A(r) / A(1)", means);
  }
  const std::size_t most = std::max<std::size_t>(3, palette - std::min(palette, subjects.size()));
  for (const auto* reference : spread(study.references, most))
    add_relative(figure, reference->name, "G(r) / G(1)", reference->by_distance);
  if (figure.series.empty())
    figure.series.push_back({.name = subjects.front()->label(), .panel = "A(r) / A(1)"});
  return results::line_figure(figure);
}

results::Figure likeness_figure(const Study& study) {
  results::LineFigure figure{
      .id = study.prefix + "-likeness",
      .title = "Which temperature's correlations A resembles",
      .caption =
          "Pearson coefficient of A and the spin correlations at each temperature, over all pairs of "
          "different sites (both averaged over translations); bars: of the sampled correlations. It compares "
          "shapes: neither size nor a constant part counts.",
      .x = {.title = "temperature of the correlations (J/k_B)"},
      .y = {.title = "Pearson coefficient"}};
  for (const auto* subject : study.representatives())
    add(figure, series_by(study.references, "", subject->label(), &ReferenceCorrelation::temperature,
                          [&](const ReferenceCorrelation& reference) {
                            return likeness(subject->network.rbm, subject->weights, reference);
                          }));
  return results::line_figure(figure);
}

/// Deviations from the mean over all displacements but zero, which stays a gap.
results::Image displacement_image(const lattice::Displacements& all, std::vector<double> values,
                                  std::string label) {
  double sum = 0;
  for (std::size_t d = 0; d < values.size(); ++d)
    if (d != all.origin()) sum += values[d];
  for (double& value : values) value -= sum / static_cast<double>(values.size() - 1);
  values[all.origin()] = 0;
  // Constant but for rounding: nothing to see.
  if (std::ranges::none_of(values, [&](double v) { return std::abs(v) > 1e-12 * std::abs(sum); }))
    std::ranges::fill(values, 0.0);
  values[all.origin()] = results::none;
  return {std::move(values), all.width(), std::move(label)};
}

results::Figure displacement_figure(const Study& study) {
  results::ImageGrid grid{
      .id = study.prefix + "-displacements",
      .title = "A and spin correlations by displacement",
      .caption =
          "Averaged over translations, minus the mean over all displacements but zero: blue above it, red "
          "below, each image on its own scale from -max to max. Displacement zero, the white cell in the "
          "middle, is left out (the diagonal of A).",
      .signed_values = true};
  const lattice::Displacements all(study.subjects.front().network.rbm.visible);
  // Names that are wider than an image on a narrow screen stand above it, in a row of its own.
  constexpr std::size_t fits = 8;
  const auto subjects = study.representatives();
  const bool short_names =
      std::ranges::all_of(subjects, [](const Subject* subject) { return subject->label().size() <= fits; });
  std::vector<results::Image> networks;
  for (const auto* subject : subjects) {
    auto image = displacement_image(all, subject->weights.by_displacement,
                                    short_names ? subject->label() : std::string());
    if (short_names)
      networks.push_back(std::move(image));
    else
      add_rows(grid, fmt::format("A of {}", subject->label()), {std::move(image)});
  }
  add_rows(grid, "A", std::move(networks));
  std::vector<results::Image> spins;
  for (const auto* reference : spread(study.references, images_per_row)) {
    std::vector<double> values;
    for (const auto& estimate : reference->by_displacement) values.push_back(estimate.value);
    spins.push_back(displacement_image(all, std::move(values), reference->name));
  }
  add_rows(grid, "spin correlations", std::move(spins));
  return results::image_grid(grid);
}

results::Figure lambda_figure(const Study& study) {
  results::LineFigure figure{
      .id = study.prefix + "-lambda",
      .title = "A in Fourier space",
      .caption =
          "lambda(k): mean of v^T A v over the unit-length Fourier modes v of each shell against its wave "
          "number (0: the uniform mode; two shells can have the same); bars: scatter over the modes of the "
          "shell. Untrained weights give N_h sigma0^2 to every wave.",
      .x = {.title = "|k| (2 pi / L)"},
      .y = {.title = "lambda(k)", .scale = results::Scale::log},
      .sequential = study.grouped()};
  std::set<std::pair<std::string, double>> levels;
  for (const auto& subject : study.subjects) {
    const double least = 1e-12 * subject.weights.spectrum.eigenvalues[0];
    figure.series.push_back(series_over(
        {.name = subject.network.name, .panel = subject.network.group},
        subject.weights.shells |
            std::views::filter([least](const analysis::FourierShell& shell) { return shell.lambda > least; }),
        [](const analysis::FourierShell& shell) {
          return results::Point{.x = shell.wave_number, .y = shell.lambda, .error = shell.scatter};
        }));
    const double level =
        static_cast<double>(subject.network.rbm.n_hidden) * std::pow(subject.network.sigma0, 2);
    if (level > 0 && levels.insert({subject.network.group, level}).second)
      figure.rules.push_back({level, "untrained", false, subject.network.group});
  }
  return results::line_figure(figure);
}

results::Figure shell_figure(const Study& study) {
  constexpr std::size_t ranks = 12;
  constexpr std::size_t shown = 10;
  const auto& shells = study.subjects.front().weights.shells;
  std::vector<std::string> names;
  for (std::size_t s = 0; s < std::min(shown, shells.size()); ++s)
    names.push_back(fmt::format("({},{})", shells[s].kx, shells[s].ky));
  results::HeatMap map{
      .id = study.prefix + "-shells",
      .title = "Leading eigenvectors of A in Fourier space",
      .caption = fmt::format(
          "Squared overlap of each eigenvector with the Fourier modes of each shell, which symmetry turns "
          "into each other; (0,0) is the uniform mode. A random vector has (modes of the shell) / "
          "N_v: {:.3g} with the uniform mode.",
          1.0 / static_cast<double>(study.subjects.front().network.rbm.n_visible())),
      .x = {.title = "eigenvector (rank)", .whole = true},
      .y = {.title = "shell (k_x, k_y)", .names = names},
      .value_title = "overlap^2",
      .least = 0,
      .most = 1};
  const auto& first = study.subjects.front().weights;
  for (std::size_t k = 0; k < std::min(ranks, first.shell_overlap.size()); ++k)
    map.x_values.push_back(static_cast<double>(k + 1));
  for (std::size_t s = 0; s < std::min(shown, shells.size()); ++s)
    map.y_values.push_back(static_cast<double>(s));
  for (const auto* subject : study.representatives()) {
    results::HeatMapPanel panel{subject->label(), {}};
    for (std::size_t s = 0; s < map.y_values.size(); ++s)
      for (std::size_t k = 0; k < map.x_values.size(); ++k)
        panel.values.push_back(subject->weights.spectrum.eigenvalues[k] > 0
                                   ? subject->weights.shell_overlap[k][s]
                                   : results::none);
    map.panels.push_back(std::move(panel));
  }
  return results::heat_map(map);
}

results::Figure pattern_figure(const Study& study) {
  results::LineFigure figure{
      .id = study.prefix + "-patterns",
      .title = "The eigenvectors as spin patterns",
      .caption =
          "Magnetization and nearest-neighbour energy per site of sgn(e_k), for every eigenvector with an "
          "eigenvalue above zero. A uniform pattern has |m| = 1 and the energy of the ground state, noise "
          "has neither.",
      .x = {.title = "eigenvalue", .scale = results::Scale::log},
      .y = {.title = ""},
      .own_y_axes = true};
  for (const auto* subject : study.representatives()) {
    const auto& patterns = subject->weights.sign_patterns;
    const auto add_panel = [&](const char* panel, const auto& y) {
      figure.series.push_back(series_over(
          {.name = subject->label(), .mark = Mark::points, .panel = panel},
          results::counted(0, static_cast<int>(patterns.size()) - 1), [&](int index) {
            const auto k = static_cast<std::size_t>(index);
            return results::Point{.x = subject->weights.spectrum.eigenvalues[k], .y = y(patterns[k])};
          }));
    };
    add_panel("|m| per site", [](const auto& pattern) { return std::abs(pattern.magnetization); });
    add_panel("energy per site (J)", [](const auto& pattern) { return pattern.energy; });
  }
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> figures(const Study& study) {
  std::vector<results::Figure> all = {spectrum_figure(study), lambda_figure(study), shell_figure(study),
                                      eigenvector_figure(study), distance_figure(study)};
  const auto known = std::ranges::count_if(
      study.references, [](const auto& reference) { return std::isfinite(reference.temperature); });
  if (known > 1) all.push_back(likeness_figure(study));
  // On a chain the figure by distance shows the same.
  if (study.subjects.front().network.rbm.visible.dimension() == 2) all.push_back(displacement_figure(study));
  all.push_back(pattern_figure(study));
  all.push_back(receptive_field_figure(study));
  return all;
}

}  // namespace spinflow::studies::weights

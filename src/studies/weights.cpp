// SPDX-License-Identifier: Apache-2.0
#include "studies/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/ensemble/displacement_correlation.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::studies {

namespace weights {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t rows_per_network =
    10;  // of the tables by rank and by shell; the figures' CSVs have all

std::string wave_name(const analysis::FourierShell& shell) {
  return fmt::format("({},{})", shell.kx, shell.ky);
}

/// Tables have underscores where figures have hyphens.
std::string in_tables(std::string prefix) {
  std::ranges::replace(prefix, '-', '_');
  return prefix;
}

}  // namespace

std::vector<const Subject*> Study::representatives() const {
  std::vector<const Subject*> result;
  for (const auto& subject : subjects) {
    if (grouped() && !result.empty() && result.back()->network.group == subject.network.group)
      result.pop_back();
    result.push_back(&subject);
  }
  return result;
}

void add_tables(const Study& study, results::Results& out) {
  const std::string prefix = in_tables(study.prefix);
  auto& networks = out.tables[prefix + "_networks"];
  networks.columns = {"network",    "visible",    "hidden",     "sigma0", "noise_edge",
                      "above_edge", "zero_modes", "eigenvalue", "trace",  "uniform_overlap"};
  auto& spectrum = out.tables[prefix + "_spectrum"];
  spectrum.columns = {"network", "rank",       "eigenvalue",    "uniform_overlap", "largest_shell",
                      "overlap", "|m|_of_sgn", "energy_of_sgn", "|m|_of_field",    "energy_of_field"};
  auto& distance = out.tables[prefix + "_distance"];
  distance.columns = {"source", "r", "value", "scatter_over_pairs", "error"};
  auto& shells = out.tables[prefix + "_shells"];
  shells.columns = {"network", "shell", "modes", "wave_number", "lambda", "scatter_over_modes", "untrained"};
  for (const auto& subject : study.subjects) {
    const auto& w = subject.weights;
    const std::string name = subject.label();
    const auto n_hidden = static_cast<double>(subject.network.rbm.n_hidden);
    double trace = 0;
    for (const double lambda : w.spectrum.eigenvalues) trace += lambda;
    networks.rows.push_back({name, static_cast<double>(subject.network.rbm.n_visible()), n_hidden, w.sigma0,
                             w.spectrum.noise_edge, static_cast<double>(w.above_edge),
                             static_cast<double>(w.zeros), w.spectrum.eigenvalues[0], trace,
                             w.spectrum.uniform_overlap[0]});
    for (std::size_t k = 0; k < std::min(rows_per_network, w.spectrum.eigenvalues.size()); ++k) {
      if (w.spectrum.eigenvalues[k] == 0) break;  // any basis of the null space would do
      const auto& overlap = w.shell_overlap[k];
      const auto largest = std::ranges::max_element(overlap);
      spectrum.rows.push_back(
          {name, static_cast<double>(k + 1), w.spectrum.eigenvalues[k], w.spectrum.uniform_overlap[k],
           wave_name(w.shells[static_cast<std::size_t>(largest - overlap.begin())]), *largest,
           std::abs(w.sign_patterns[k].magnetization), w.sign_patterns[k].energy,
           std::abs(w.field_patterns[k].magnetization), w.field_patterns[k].energy});
    }
    for (const auto& element : w.by_distance)
      distance.rows.push_back(
          {"A, " + name, static_cast<double>(element.r), element.mean, element.scatter, none});
    for (std::size_t s = 0; s < std::min(rows_per_network, w.shells.size()); ++s)
      shells.rows.push_back({name, wave_name(w.shells[s]), static_cast<double>(w.shells[s].modes),
                             w.shells[s].wave_number, w.shells[s].lambda, w.shells[s].scatter,
                             n_hidden * w.sigma0 * w.sigma0});
  }
  if (study.references.empty()) return;
  auto& alike = out.tables[prefix + "_likeness"];
  alike.columns = {"network", "correlations", "temperature", "pearson", "pearson_error"};
  for (const auto& reference : study.references) {
    for (std::size_t r = 0; r < reference.by_distance.size(); ++r)
      distance.rows.push_back({"G, " + reference.name, static_cast<double>(r + 1),
                               reference.by_distance[r].value, none, reference.by_distance[r].error});
    for (const auto& subject : study.subjects) {
      const auto r = likeness(subject.network.rbm, subject.weights, reference);
      alike.rows.push_back({subject.label(), reference.name, reference.temperature, r.value, r.error});
    }
  }
}

}  // namespace weights

namespace {

stats::Pieces pieces_of(const ensemble::Ensemble& ensemble, std::span<const std::size_t> rows) {
  constexpr std::size_t most = 20;
  stats::Pieces pieces{.n_observables = 0};
  const std::size_t n = std::min(most, rows.size());
  for (std::size_t p = 0; p < n; ++p) {
    const std::size_t first = p * rows.size() / n;
    const std::size_t count = (p + 1) * rows.size() / n - first;
    const auto part = ensemble::select(ensemble, rows.subspan(first, count));
    const auto correlation = ensemble::displacement_correlation(part);
    pieces.n_observables = correlation.size();
    for (const auto& estimate : correlation) pieces.means.push_back(estimate.value);
    pieces.weights.push_back(static_cast<double>(count));
  }
  return pieces;
}

}  // namespace

std::vector<ReferenceCorrelation> reference_correlations(const ensemble::Ensemble& ensemble) {
  std::vector<ReferenceCorrelation> result;
  for (const auto& group : ensemble::by_temperature(ensemble)) {
    const auto part = ensemble::select(ensemble, group.rows);
    result.push_back({std::isfinite(group.temperature) ? fmt::format("T = {:.4g}", group.temperature)
                                                       : std::string("unknown T"),
                      group.temperature, ensemble::correlation(part),
                      ensemble::displacement_correlation(part), pieces_of(ensemble, group.rows)});
  }
  return result;
}

stats::Estimate likeness(const networks::Rbm& rbm, const analysis::WeightAnalysis& weights,
                         const ReferenceCorrelation& reference) {
  const auto coefficient = [&](std::span<const double> correlation) {
    return analysis::pearson(rbm.visible, weights.by_displacement, correlation);
  };
  if (reference.pieces.size() > 1) return stats::jackknife(reference.pieces, coefficient);
  std::vector<double> values;
  for (const auto& estimate : reference.by_displacement) values.push_back(estimate.value);
  return {.value = coefficient(values)};
}

std::vector<analysis::WeightAnalysis> weight_study(std::span<const StudiedNetwork> networks,
                                                   std::span<const ReferenceCorrelation> references,
                                                   results::Results& out, const std::string& prefix) {
  weights::Study study{.subjects = {}, .references = references, .prefix = prefix};
  for (const auto& network : networks)
    study.subjects.push_back({network, analysis::weight_analysis(network.rbm, network.sigma0)});
  for (auto& figure : weights::figures(study)) out.figures.push_back(std::move(figure));
  weights::add_tables(study, out);
  std::vector<analysis::WeightAnalysis> result;
  for (auto& subject : study.subjects) result.push_back(std::move(subject.weights));
  return result;
}

std::vector<std::string> weight_study_names(const std::string& prefix) {
  std::vector<std::string> names;
  for (const char* figure : {"spectrum", "distance", "likeness", "displacements", "lambda", "shells",
                             "eigenvectors", "patterns", "receptive-fields"})
    names.push_back(prefix + "-" + figure);
  for (const char* table : {"networks", "spectrum", "distance", "shells", "likeness"})
    names.push_back(weights::in_tables(prefix) + "_" + table);
  return names;
}

}  // namespace spinflow::studies

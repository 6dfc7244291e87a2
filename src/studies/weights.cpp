// SPDX-License-Identifier: Apache-2.0
#include "studies/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/ensemble/displacement_correlation.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/results/record.hpp"
#include "studies/judging.hpp"

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

namespace {

results::Record<Subject> network_record() {
  return results::Record<Subject>()
      .show("network", &Subject::label)
      .show("visible", [](const Subject& s) { return s.network.rbm.n_visible(); })
      .show("hidden", [](const Subject& s) { return s.network.rbm.n_hidden; })
      .show("sigma0", [](const Subject& s) { return s.weights.sigma0; })
      .show("noise_edge", [](const Subject& s) { return s.weights.spectrum.noise_edge; })
      .show("above_edge", [](const Subject& s) { return s.weights.above_edge; })
      .show("zero_modes", [](const Subject& s) { return s.weights.zeros; })
      .show("eigenvalue", [](const Subject& s) { return s.weights.spectrum.eigenvalues[0]; })
      .show("trace",
            [](const Subject& s) {
              double trace = 0;
              for (const double lambda : s.weights.spectrum.eigenvalues) trace += lambda;
              return trace;
            })
      .show("uniform_overlap", [](const Subject& s) { return s.weights.spectrum.uniform_overlap[0]; });
}

/// An eigenvector or a shell of a network, by its place.
struct Part {
  const Subject* subject = nullptr;
  std::size_t k = 0;

  [[nodiscard]] const analysis::WeightAnalysis& weights() const { return subject->weights; }
  [[nodiscard]] std::string label() const { return subject->label(); }
};

/// Leading eigenvectors; not those of the null space, of which any basis would do.
std::vector<Part> leading(const Study& study) {
  std::vector<Part> parts;
  for (const auto& subject : study.subjects) {
    const auto& eigenvalues = subject.weights.spectrum.eigenvalues;
    for (std::size_t k = 0; k < std::min(rows_per_network, eigenvalues.size()) && eigenvalues[k] != 0; ++k)
      parts.push_back({&subject, k});
  }
  return parts;
}

std::vector<Part> first_shells(const Study& study) {
  std::vector<Part> parts;
  for (const auto& subject : study.subjects)
    for (std::size_t k = 0; k < std::min(rows_per_network, subject.weights.shells.size()); ++k)
      parts.push_back({&subject, k});
  return parts;
}

results::Record<Part> spectrum_record() {
  const auto largest = [](const Part& p) {
    const auto& overlap = p.weights().shell_overlap[p.k];
    return static_cast<std::size_t>(std::ranges::max_element(overlap) - overlap.begin());
  };
  return results::Record<Part>()
      .show("network", &Part::label)
      .show("rank", [](const Part& p) { return p.k + 1; })
      .show("eigenvalue", [](const Part& p) { return p.weights().spectrum.eigenvalues[p.k]; })
      .show("uniform_overlap", [](const Part& p) { return p.weights().spectrum.uniform_overlap[p.k]; })
      .show("largest_shell", [largest](const Part& p) { return wave_name(p.weights().shells[largest(p)]); })
      .show("overlap", [largest](const Part& p) { return p.weights().shell_overlap[p.k][largest(p)]; })
      .show("|m|_of_sgn",
            [](const Part& p) { return std::abs(p.weights().sign_patterns[p.k].magnetization); })
      .show("energy_of_sgn", [](const Part& p) { return p.weights().sign_patterns[p.k].energy; })
      .show("|m|_of_field",
            [](const Part& p) { return std::abs(p.weights().field_patterns[p.k].magnetization); })
      .show("energy_of_field", [](const Part& p) { return p.weights().field_patterns[p.k].energy; });
}

results::Record<Part> shell_record() {
  const auto shell = [](const Part& p) -> const analysis::FourierShell& { return p.weights().shells[p.k]; };
  return results::Record<Part>()
      .show("network", &Part::label)
      .show("shell", [shell](const Part& p) { return wave_name(shell(p)); })
      .show("modes", [shell](const Part& p) { return shell(p).modes; })
      .show("wave_number", [shell](const Part& p) { return shell(p).wave_number; })
      .show("lambda", [shell](const Part& p) { return shell(p).lambda; })
      .show("scatter_over_modes", [shell](const Part& p) { return shell(p).scatter; })
      .show("untrained", [](const Part& p) {
        return static_cast<double>(p.subject->network.rbm.n_hidden) * p.weights().sigma0 * p.weights().sigma0;
      });
}

/// A value at a distance, of a network or of spins.
struct AtDistance {
  std::string source;
  int r = 0;
  double value = none;
  double scatter = none;
  double error = none;
};

results::Table distance_table(const Study& study) {
  std::vector<AtDistance> all;
  for (const auto& subject : study.subjects)
    for (const auto& element : subject.weights.by_distance)
      all.push_back({"A, " + subject.label(), static_cast<int>(element.r), element.mean, element.scatter});
  for (const auto& reference : study.references)
    for (std::size_t r = 0; r < reference.by_distance.size(); ++r)
      all.push_back({"G, " + reference.name, static_cast<int>(r + 1), reference.by_distance[r].value, none,
                     reference.by_distance[r].error});
  return results::Record<AtDistance>()
      .add("source", &AtDistance::source)
      .add("r", &AtDistance::r)
      .add("value", &AtDistance::value)
      .add("scatter_over_pairs", &AtDistance::scatter)
      .add("error", &AtDistance::error)
      .table(all);
}

/// How alike A of a network and the correlations at a temperature are.
struct Alike {
  const Subject* subject = nullptr;
  const ReferenceCorrelation* reference = nullptr;
};

results::Table likeness_table(const Study& study) {
  std::vector<Alike> all;
  for (const auto& reference : study.references)
    for (const auto& subject : study.subjects) all.push_back({&subject, &reference});
  return results::Record<Alike>()
      .show("network", [](const Alike& a) { return a.subject->label(); })
      .show("correlations", [](const Alike& a) { return a.reference->name; })
      .show("temperature", [](const Alike& a) { return a.reference->temperature; })
      .show("pearson",
            [](const Alike& a) { return likeness(a.subject->network.rbm, a.subject->weights, *a.reference); })
      .table(all);
}

}  // namespace

void add_tables(const Study& study, results::Results& out) {
  const std::string prefix = in_tables(study.prefix);
  out.tables[prefix + "_networks"] = network_record().table(study.subjects);
  out.tables[prefix + "_spectrum"] = spectrum_record().table(leading(study));
  out.tables[prefix + "_distance"] = distance_table(study);
  out.tables[prefix + "_shells"] = shell_record().table(first_shells(study));
  if (!study.references.empty()) out.tables[prefix + "_likeness"] = likeness_table(study);
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

void add_weight_values(const analysis::WeightAnalysis& weights, results::Results& out) {
  const auto value = [&](const char* name, double number) {
    out.values[name] = {number, results::none, results::none, results::none};
  };
  value("largest_eigenvalue", weights.spectrum.eigenvalues[0]);
  value("noise_edge", weights.spectrum.noise_edge);
  value("eigenvalues_above_noise", static_cast<double>(weights.above_edge));
  value("uniform_overlap_of_the_first", weights.spectrum.uniform_overlap[0]);
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

CorrelationsInWeights correlations_in_weights(const networks::Rbm& rbm, double sigma0,
                                              const ReferenceCorrelation& reference) {
  const auto w = analysis::weight_analysis(rbm, sigma0);
  CorrelationsInWeights found{.likeness = likeness(rbm, w, reference),
                              .uniform = w.spectrum.uniform_overlap.front()};
  const std::size_t modes = w.shells.at(1).modes;
  for (std::size_t k = 1; k <= modes; ++k)
    found.longest += w.shell_overlap[k][1] / static_cast<double>(modes);
  return found;
}

void SeedCorrelations::add(const networks::Rbm& rbm, double sigma0, const ReferenceCorrelation& reference) {
  const auto found = correlations_in_weights(rbm, sigma0, reference);
  likeness.push_back(found.likeness.value);
  reference_error = found.likeness.error;
  uniform.push_back(found.uniform);
  longest.push_back(found.longest);
}

stats::Estimate SeedCorrelations::coefficient() const {
  auto mean = over_seeds(likeness);
  mean.error = std::hypot(mean.error, reference_error);
  return mean;
}

}  // namespace spinflow::studies

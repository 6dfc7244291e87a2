// SPDX-License-Identifier: Apache-2.0
#include "studies/unit_correlations.hpp"

#include <algorithm>

#include "spinflow/trainers/net_score.hpp"

namespace spinflow::studies {

namespace {

using ensemble::Ensemble;
using kernels::FloatMatrix;

constexpr std::size_t most_units_drawn = 32;

CorrelationMatrix correlations_of(std::string name, const FloatMatrix& values) {
  FloatMatrix few(values.n_rows(), std::min(values.n_columns(), most_units_drawn));
  for (std::size_t r = 0; r < few.n_rows(); ++r)
    std::ranges::copy(values.row(r).first(few.n_columns()), few.row(r).begin());
  return {std::move(name), few.n_columns(), analysis::correlation_matrix(few)};
}

}  // namespace

HiddenUnits hidden_units(const networks::Dense& net, const Ensemble& rows, const trainers::Targets& targets) {
  auto labels = targets.classes;
  if (labels.empty())
    for (const double m : rows.magnetization) labels.push_back(m < 0 ? 0 : 1);
  const networks::DenseForward forward(net);
  const auto score = trainers::score_of(forward, rows.spins, targets);
  return {score.loss, score.accuracy,
          analysis::feature_couplings(forward.features(rows.spins, 0, rows.size()), labels)};
}

CorrelationMatrix hidden_correlations(std::string name, const networks::Dense& net, const Ensemble& rows) {
  return correlations_of(std::move(name), networks::DenseForward(net).features(rows.spins, 0, rows.size()));
}

CorrelationMatrix output_correlations(std::string name, const networks::Dense& net, const Ensemble& rows) {
  auto outputs = networks::DenseForward(net).outputs(rows.spins, 0, rows.size());
  for (std::size_t r = 0; r < outputs.n_rows(); ++r)
    for (float& value : outputs.row(r)) value = value >= 0 ? 1.0F : -1.0F;
  return correlations_of(std::move(name), outputs);
}

results::Record<CorrelationEntry> correlation_entry_record() {
  return results::Record<CorrelationEntry>()
      .add("net", &CorrelationEntry::net)
      .add("units", &CorrelationEntry::units)
      .add("value", &CorrelationEntry::value);
}

std::vector<CorrelationEntry> entries_of(const CorrelationMatrix& matrix) {
  std::vector<CorrelationEntry> entries;
  for (const double value : matrix.values) entries.push_back({matrix.net, matrix.units, value});
  return entries;
}

std::vector<CorrelationMatrix> matrices_of(const std::vector<CorrelationEntry>& entries) {
  std::vector<CorrelationMatrix> all;
  for (const auto& [net, units, value] : entries) {
    if (all.empty() || all.back().net != net) all.push_back({.net = net, .units = units});
    all.back().values.push_back(value);
  }
  return all;
}

results::Figure correlation_map(results::HeatMap figure, const std::vector<CorrelationMatrix>& matrices) {
  figure.diverging = true;
  figure.least = -1;
  figure.most = 1;
  for (std::size_t a = 0; a < matrices.front().units; ++a) figure.x_values.push_back(static_cast<double>(a));
  figure.y_values = figure.x_values;
  for (const auto& matrix : matrices) figure.panels.push_back({matrix.net, matrix.values});
  return results::heat_map(figure);
}

}  // namespace spinflow::studies

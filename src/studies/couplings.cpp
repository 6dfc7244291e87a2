// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/couplings.hpp"

#include <algorithm>
#include <cmath>

#include "spinflow/base/stop.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"

namespace spinflow::studies {

namespace {

using Groups = std::span<const CouplingsAtTemperature>;
using Basis = std::span<const lattice::Interaction>;

/// The coupling with which the ensemble was sampled; NaN if it is none of nearest neighbours.
double exact_coupling(const lattice::Interaction& interaction, const models::Model* model, double t) {
  if (model == nullptr || !model->nearest_neighbour_coupling() || !(t > 0)) return results::none;
  const int dimension = model->lattice().dimension();
  const auto is = [&](const char* name) {
    const auto known = lattice::interaction_from(name, dimension, "couplings");
    return lattice::images(interaction, dimension) == lattice::images(known, dimension);
  };
  if (is("nearest")) return *model->nearest_neighbour_coupling() / t;
  if (is("field")) return model->field() / t;
  return 0;
}

/// A coupling at a temperature.
struct Row {
  double temperature = 0;
  std::size_t n = 0;
  std::string interaction;
  stats::Estimate coupling;
  double sampled_with = results::none;
};

results::Table table_of(Basis basis, Groups groups, const models::Model* model) {
  std::vector<Row> rows;
  for (const auto& group : groups)
    for (std::size_t a = 0; a < basis.size(); ++a)
      rows.push_back({group.temperature, group.n, basis[a].name, group.couplings[a],
                      exact_coupling(basis[a], model, group.temperature)});
  return results::Record<Row>()
      .add("temperature", &Row::temperature)
      .add("n", &Row::n)
      .add("interaction", &Row::interaction)
      .add("K", &Row::coupling, "error")
      .add("sampled_with", &Row::sampled_with)
      .table(rows);
}

results::Figure temperature_figure(Basis basis, Groups groups, const models::Model* model) {
  results::LineFigure figure{
      .id = "couplings-temperature",
      .title = "Couplings against temperature",
      .caption =
          "Each panel is one coupling of -H/T = sum_a K_a S_a, all of them fitted together to the "
          "configurations of a temperature by maximum pseudo-likelihood; dashed: with which they "
          "were sampled, where that is a nearest-neighbour model.",
      .x = {.title = "temperature T (J/k_B)"},
      .y = {.title = "K"},
      .series = {}};
  figure.own_y_axes = true;
  for (std::size_t a = 0; a < basis.size(); ++a) {
    results::Series found{.name = "pseudo-likelihood", .panel = basis[a].name};
    results::Series exact{.name = "sampled with", .mark = results::Mark::exact, .panel = basis[a].name};
    for (const auto& group : groups) {
      if (std::isnan(group.temperature)) continue;
      found.points.push_back(
          {.x = group.temperature, .y = group.couplings[a].value, .error = group.couplings[a].error});
      exact.points.push_back(
          {.x = group.temperature, .y = exact_coupling(basis[a], model, group.temperature)});
    }
    figure.series.push_back(std::move(found));
    if (model != nullptr && model->nearest_neighbour_coupling()) figure.series.push_back(std::move(exact));
  }
  return results::line_figure(figure);
}

results::Figure plane_figure(std::size_t nearest, std::size_t next, Groups groups) {
  results::Series series{.name = "pseudo-likelihood"};
  for (const auto& group : groups)
    series.points.push_back({.x = group.couplings[nearest].value,
                             .y = group.couplings[next].value,
                             .error = group.couplings[next].error});
  return results::line_figure(
      {.id = "couplings-plane",
       .title = "The configurations in the plane of couplings",
       .caption = "A point per temperature, joined in their order; bars: standard errors of the coupling "
                  "across the diagonal. A nearest-neighbour model lies on the axis.",
       .x = {.title = "K of nearest neighbours"},
       .y = {.title = "K of next-nearest neighbours"},
       .series = {std::move(series)},
       .rules = {{.at = 0, .label = "nearest neighbours only"}}});
}

}  // namespace

std::string default_couplings(int dimension) {
  return dimension == 2 ? "nearest,next-nearest,third,plaquette,field" : "nearest,next-nearest,third,field";
}

std::vector<CouplingsAtTemperature> couplings_by_temperature(const ensemble::Ensemble& ensemble, Basis basis,
                                                             base::Observer& observer) {
  const base::StopScope scope(observer);
  const auto groups = ensemble::by_temperature(ensemble);
  observer.begin("couplings", groups.size(), "temperatures");
  std::vector<CouplingsAtTemperature> found;
  for (const auto& group : groups) {
    found.push_back(
        {.temperature = group.temperature,
         .n = group.rows.size(),
         .couplings = inference::pseudo_likelihood_couplings(ensemble::select(ensemble, group.rows), basis)});
    observer.advance(1);
  }
  return found;
}

void couplings_results(Basis basis, Groups groups, const models::Model* model, results::Results& out) {
  out.tables["couplings"] = table_of(basis, groups, model);
  const auto known = std::ranges::count_if(groups, [](const auto& g) { return !std::isnan(g.temperature); });
  if (known >= 2) out.figures.push_back(temperature_figure(basis, groups, model));
  const auto at = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(basis, name, &lattice::Interaction::name) -
                                    basis.begin());
  };
  if (at("nearest") < basis.size() && at("next-nearest") < basis.size())
    out.figures.push_back(plane_figure(at("nearest"), at("next-nearest"), groups));
}

}  // namespace spinflow::studies

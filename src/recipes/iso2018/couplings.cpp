// SPDX-License-Identifier: Apache-2.0
// Couplings along the flow of iso2018: a curve in coupling space beside that of block spins.
#include <array>

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "studies/coupling_flow.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using studies::CouplingStep;

const studies::CouplingBasis& basis() {
  static const studies::CouplingBasis all({"nearest", "next-nearest", "plaquette", "field"},
                                          {"K_nn", "K_nnn", "K_plaquette", "h"});
  return all;
}

results::Record<CouplingStep> record() { return basis().record("starting_T", true); }

/// Steps of the flow whose couplings are read: all early ones, then ever fewer.
std::vector<int> steps_read(std::int64_t last) {
  std::vector<int> steps;
  for (int step = 0; step <= last; step += std::max(1, step / 10)) steps.push_back(step);
  if (steps.back() != last) steps.push_back(static_cast<int>(last));
  return steps;
}

/// The same flows as those of type V, seed by seed, now with their ensembles.
std::vector<CouplingStep> rbm_couplings(const RunFolder& folder, const Measurements& m,
                                        const VariantResult& v, std::size_t seed, base::Observer& observer) {
  const transformations::RbmReconstruct map(*v.seeds[seed].rbm);
  const auto steps = steps_read(m.settings.study.flow_steps);
  std::vector<flow::Trajectory> flows;
  for (std::size_t i = 0; i < m.settings.flow.starts.size(); ++i)
    flows.push_back(flow::iterate({map}, v.seeds[seed].starts[i].kept.at(0), "", m.settings.flow.starts[i],
                                  {},
                                  {.steps = steps.back(),
                                   .seed = flow_seed(folder, v.variant, seed, i),
                                   .keep = steps,
                                   .observables = {}},
                                  observer));
  return basis().along("RBM of type V", flows, &flow::Trajectory::temperature, seed, observer);
}

std::vector<CouplingStep> block_couplings(const RunFolder& folder, const Measurements& m, int size) {
  const transformations::BlockMajority map({.factor = 2});
  const auto& temperatures = m.settings.rg.temperatures;
  const auto data = folder.sampled(m.model->on(square(size)), temperatures, m.settings.rg.samples,
                                   folder.seed("blocks", static_cast<std::uint64_t>(size)));
  std::vector<int> steps = {0};
  for (std::int64_t side = size; side > m.settings.ensemble.size; side /= 2)
    steps.push_back(static_cast<int>(steps.size()));
  Listening listening(folder.observer());
  const auto flows = flows_from_each(
      {map}, data, temperatures, m.settings.rg.samples, {}, [](double) { return ""; },
      [&](std::size_t i) {
        return flow::FlowOptions{
            .steps = steps.back(), .seed = folder.seed("ties", i), .keep = steps, .observables = {}};
      },
      listening);
  return basis().along(fmt::format("block majority from L = {}", size), flows, &flow::Trajectory::temperature,
                       0, listening);
}

bool is_rbm(const CouplingStep& step) { return step.map.starts_with("RBM"); }

/// Block spins from a few temperatures only: the table has all.
bool is_drawn(const CouplingStep& step) {
  return is_rbm(step) || std::ranges::any_of(std::array{1.75, 2.1, square_critical_temperature, 2.45, 3.0},
                                             [&](double t) { return std::abs(step.start - t) < 1e-6; });
}

std::string curve_name(const CouplingStep& step) {
  return fmt::format("{}, T = {:.3g}", is_rbm(step) ? "RBM" : "blocks", step.start);
}

/// Every other coupling against K_nn.
results::Figure space_figure(const std::vector<CouplingStep>& means) {
  auto figure = texts().begin<LineFigure>(evidence.coupling_flow);
  figure.rules = {{1 / square_critical_temperature, "K_c", true}};
  SeriesLook look;
  for (const auto& step : means | std::views::filter(is_drawn))
    if (const auto name = curve_name(step); std::ranges::find(look.names, name) == look.names.end())
      look.names.push_back(name);
  for (std::size_t a = 1; a < basis().columns.size(); ++a)
    add(figure,
        series_by(means | std::views::filter(is_drawn), fmt::format("{} against K_nn", basis().columns[a]),
                  curve_name, studies::first_coupling, studies::coupling(a), look));
  return results::line_figure(figure);
}

/// Along the flow of the RBM.
results::Figure course_figure(const Measurements& m, const std::vector<CouplingStep>& means) {
  auto figure = texts().begin<LineFigure>(evidence.coupling_steps);
  figure.rules = {{1 / square_critical_temperature, "K_c", false, basis().columns[0]}};
  const auto start_name = [](double t) { return fmt::format("from T = {}", t); };
  SeriesLook look;
  for (const double t : m.settings.flow.starts) look.names.push_back(start_name(t));
  for (std::size_t a = 0; a < basis().columns.size(); ++a)
    add(figure, series_by(
                    means | std::views::filter(is_rbm), basis().columns[a],
                    [&](const CouplingStep& step) { return start_name(step.start); }, &CouplingStep::step,
                    studies::coupling(a), look));
  return results::line_figure(figure);
}

}  // namespace

void study_couplings(const RunContext& context, const Measurements& m, results::Results& results) {
  const RunFolder folder = run_folder(context);
  const VariantResult& v = *m.find("V");
  std::vector<std::size_t> seeds;
  for (std::size_t seed = 0; seed < v.seeds.size(); ++seed)
    if (v.seeds[seed].failure.empty()) seeds.push_back(seed);
  auto all = folder.each("couplings along the flow", "training seeds", seeds,
                         [&](std::size_t seed, base::Observer& observer) {
                           return folder.kept_records<CouplingStep>(
                               fmt::format("study-couplings-{}", seed), record(),
                               [&] { return rbm_couplings(folder, m, v, seed, observer); }, basis().empty());
                         });
  if (!m.settings.rg.sizes.empty()) {
    const int size = static_cast<int>(m.settings.rg.sizes.back());
    folder.observer().begin("couplings of block spins", 0, "temperatures");
    std::ranges::move(folder.kept_records<CouplingStep>(
                          "study-couplings-blocks", record(),
                          [&] { return block_couplings(folder, m, size); }, basis().empty()),
                      std::back_inserter(all));
  }
  results.tables[evidence.couplings_table] = record().table(all);
  const auto means = studies::mean_couplings(all);
  results.figures.push_back(space_figure(means));
  results.figures.push_back(course_figure(m, means));
}

}  // namespace spinflow::recipes::iso2018

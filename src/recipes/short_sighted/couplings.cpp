// SPDX-License-Identifier: Apache-2.0
// The flow diagram of short-sighted: nearest-neighbour ensembles under all maps, as curves in coupling space.
#include "recipes/figures.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/exact/migdal_kadanoff.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/stack_maps.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using studies::CouplingStep;

// On smaller lattices a third neighbour is its own image.
constexpr int smallest_side = 8;

const studies::CouplingBasis& basis() {
  static const std::vector<std::string> names = {"nearest", "next-nearest", "third", "plaquette", "field"};
  static const studies::CouplingBasis all(names, names);
  return all;
}

/// Block spins, decimation and the stack of the middle shrinkage (first seed), from every temperature.
std::vector<CouplingStep> map_couplings(const RunFolder& folder, const Settings& s, const Subject& subject) {
  const transformations::BlockMajority majority({.factor = 2});
  const transformations::Decimation decimation({.factor = 2});
  const double shrinkage = s.stack.shrinkages[s.stack.shrinkages.size() / 2];
  const auto path = folder.file(stack_name(subject.id, s.stack.size, shrinkage, 0));
  std::optional<transformations::StackUp> stack;
  if (std::filesystem::exists(path)) stack.emplace(networks::read_stack(path), networks::HiddenMode::sampled);
  std::vector<double> temperatures;
  for (const double ratio : s.couplings.temperatures)
    temperatures.push_back(ratio * subject.critical_temperature());
  folder.observer().begin("couplings", 0, "sweeps");
  const auto large = folder.sampled(subject.on(s.couplings.size), temperatures, s.couplings.configurations,
                                    folder.seed("couplings"));
  const auto small = folder.sampled(subject.on(s.stack.size), temperatures, s.couplings.configurations,
                                    folder.seed("couplings-small"));
  const std::size_t n = temperatures.size();
  std::vector<std::vector<CouplingStep>> parts((stack ? 3 : 2) * n);
  folder.observer().begin("couplings", parts.size(), "flows");
  base::parallel_for(parts.size(), [&](std::size_t i) {
    const double ratio = s.couplings.temperatures[i % n];
    const auto iterated = [&](const char* name, const transformations::Transformation& map,
                              const ensemble::Ensemble& from, std::size_t most_steps) {
      Listening listening(folder.observer());
      parts[i] = basis().iterated(
          name, map, first_rows_at(from, temperatures[i % n], s.couplings.configurations), ratio, most_steps,
          smallest_side,
          [&](std::size_t step) { return folder.seed(fmt::format("couplings.{}.{}", name, ratio), step); },
          listening);
    };
    if (i / n == 0)
      iterated("block-majority", majority, large, n + 64);
    else if (i / n == 1)
      iterated("decimation", decimation, large, n + 64);
    else
      iterated("stack", *stack, small, s.stack.hidden.size());
    folder.observer().advance(1);
  });
  return joined(std::move(parts));
}

/// Along the reconstruction flow of the narrow range, which kept its configurations.
std::vector<CouplingStep> flow_couplings(const RunFolder& folder, const Settings& s, const Subject& subject) {
  const auto flows = flow::read(folder.file(fmt::format("flow-narrow-{}-0", subject.id))).starts;
  if (s.range.size < smallest_side) return {};
  return basis().along(
      "rbm", flows,
      [&](const flow::Trajectory& flow) {
        for (const double ratio : s.couplings.temperatures)
          if (std::abs(flow.temperature / subject.critical_temperature() - ratio) < 1e-9) return ratio;
        return none;
      },
      0, folder.observer());
}

}  // namespace

std::vector<CouplingStep> run_couplings(const RunFolder& folder, const Settings& s,
                                        const std::vector<Subject>& models) {
  const auto subject = std::ranges::find(models, "nearest", &Subject::id);
  if (subject == models.end()) return {};
  return folder.kept_records<CouplingStep>(
      "couplings", basis().record("start", false),
      [&] {
        auto all = map_couplings(folder, s, *subject);
        std::ranges::move(flow_couplings(folder, s, *subject), std::back_inserter(all));
        return all;
      },
      basis().empty());
}

void add_coupling_tables(const Measurements& m, results::Results& results) {
  if (!m.couplings.empty())
    results.tables[evidence.couplings_table] = basis().record("start", false).table(m.couplings);
}

namespace {

/// The maps in the order of the panels, with their labels.
constexpr std::pair<const char*, const char*> maps[] = {{"block-majority", "block majority"},
                                                        {"decimation", "decimation"},
                                                        {"rbm", "RBM reconstruction"},
                                                        {"stack", "stack, sampled h"}};

auto of_map(const std::string& map) {
  return std::views::filter([map](const auto& step) { return step.map == map; });
}

std::string start_name(double start) { return fmt::format("T = {:.4g} T_c", start); }

results::Figure diagram_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.flow_diagram);
  SeriesLook look;
  for (const double start : m.settings.couplings.temperatures) look.names.push_back(start_name(start));
  for (const auto& [map, label] : maps) {
    add(figure,
        series_by(
            m.couplings | of_map(map), label, [](const CouplingStep& step) { return start_name(step.start); },
            studies::first_coupling, studies::coupling(1), look));
    figure.rules.push_back({m.subject("nearest").critical_coupling, "K_c", true, label});
  }
  return results::line_figure(figure);
}

results::Figure step_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(
      evidence.coupling_steps,
      {{"fixed_point", fmt::format("{:.4f}", exact::migdal_kadanoff_fixed_point(2))}});
  const auto steps = studies::single_steps(m.couplings, 0);
  double least = 0.2;
  double most = 0.6;
  for (const auto& step : steps)
    if (std::isfinite(step.before)) {
      least = std::min(least, step.before);
      most = std::max(most, step.before);
    }
  for (const auto& [map, label] : maps)
    figure.series.push_back(
        series_over({.name = label, .mark = Mark::points}, steps | of_map(map),
                    [](const studies::CouplingPair& step) { return point_at(step.before, step.after); }));
  std::vector<double> couplings = results::spaced(least, most, 41);
  for (double& k : couplings) k = std::max(0.0, k);
  figure.series.push_back(series_over({.name = "Migdal-Kadanoff", .mark = Mark::exact}, couplings,
                                      [](double k) { return exact::migdal_kadanoff(k, 2, 2); }));
  figure.series.push_back(series_over({.name = "K' = K", .mark = Mark::curve, .colour = 6}, couplings,
                                      [](double k) { return k; }));
  figure.rules = {{m.subject("nearest").critical_coupling, "K_c", true}};
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> coupling_figures(const Measurements& m) {
  if (m.couplings.empty()) return {};
  return {diagram_figure(m), step_figure(m)};
}

}  // namespace spinflow::recipes::short_sighted

// SPDX-License-Identifier: Apache-2.0
#include "studies/coupling_flow.hpp"

#include <algorithm>
#include <cmath>

#include "runs/run_folder.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

CouplingBasis::CouplingBasis(const std::vector<std::string>& names, std::vector<std::string> in_tables)
    : columns(std::move(in_tables)) {
  for (const auto& name : names) interactions.push_back(lattice::interaction_from(name, 2, "couplings"));
}

std::vector<stats::Estimate> CouplingBasis::of(const ensemble::Ensemble& ensemble) const {
  return inference::pseudo_likelihood_couplings(ensemble, interactions);
}

std::vector<CouplingStep> CouplingBasis::along(const std::string& map, const flow::Trajectory& flow,
                                               double start, std::size_t seed,
                                               base::Observer& observer) const {
  std::vector<CouplingStep> all;
  for (const auto& [step, ensemble] : flow.kept) {
    observer.advance(0);
    all.push_back({map, start, seed, step, of(ensemble)});
  }
  return all;
}

std::vector<CouplingStep> CouplingBasis::along(const std::string& map,
                                               const std::vector<flow::Trajectory>& flows,
                                               const std::function<double(const flow::Trajectory&)>& start,
                                               std::size_t seed, base::Observer& observer) const {
  std::vector<std::vector<CouplingStep>> found(flows.size());
  base::parallel_for(flows.size(), [&](std::size_t i) {
    const double from = start(flows[i]);
    if (!std::isnan(from)) found[i] = along(map, flows[i], from, seed, observer);
  });
  return runs::joined(std::move(found));
}

std::vector<CouplingStep> CouplingBasis::iterated(const std::string& name,
                                                  const transformations::Transformation& map,
                                                  ensemble::Ensemble data, double start,
                                                  std::size_t most_steps, int least_side,
                                                  const std::function<std::uint64_t(std::size_t)>& seed,
                                                  base::Observer& observer) const {
  std::vector<CouplingStep> steps;
  for (std::size_t step = 0;; ++step) {
    observer.advance(0);
    steps.push_back({name, start, 0, static_cast<int>(step), of(data)});
    const int side = data.lattice.lx();
    if (step == most_steps || side % 2 != 0 || side / 2 < least_side) return steps;
    data = map.apply(data, seed(step));
  }
}

results::Record<CouplingStep> CouplingBasis::record(const std::string& start_column, bool seeds) const {
  results::Record<CouplingStep> record;
  record.add("map", &CouplingStep::map).add(start_column, &CouplingStep::start);
  if (seeds) record.add("seed", &CouplingStep::seed);
  record.add("step", &CouplingStep::step);
  for (std::size_t a = 0; a < columns.size(); ++a)
    record.add(
        columns[a], [a](auto& step) -> auto& { return step.couplings[a]; });
  return record;
}

CouplingStep CouplingBasis::empty() const {
  return {.map = {}, .couplings = std::vector<stats::Estimate>(columns.size())};
}

std::vector<CouplingStep> mean_couplings(std::span<const CouplingStep> steps) {
  std::vector<CouplingStep> means;
  std::vector<std::vector<const CouplingStep*>> seeds;  // of each mean
  for (const auto& step : steps) {
    const auto found = std::ranges::find_if(means, [&](const CouplingStep& mean) {
      return mean.map == step.map && mean.start == step.start && mean.step == step.step;
    });
    const auto at = static_cast<std::size_t>(found - means.begin());
    if (found == means.end()) {
      means.push_back(step);
      seeds.emplace_back();
    }
    seeds[at].push_back(&step);
  }
  for (std::size_t i = 0; i < means.size(); ++i)
    for (std::size_t a = 0; a < means[i].couplings.size(); ++a) {
      std::vector<stats::Estimate> of_seeds;
      for (const auto* step : seeds[i]) of_seeds.push_back(step->couplings[a]);
      means[i].couplings[a] = over_seeds(of_seeds);
    }
  return means;
}

std::vector<CouplingPair> single_steps(std::span<const CouplingStep> steps, std::size_t a) {
  std::vector<CouplingPair> all;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto& now = steps[i];
    const auto& next = steps[i + 1];
    if (now.map == next.map && now.start == next.start && now.seed == next.seed && next.step == now.step + 1)
      all.push_back({now.map, now.couplings[a].value, next.couplings[a]});
  }
  return all;
}

}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
#include "studies/coupling_flow.hpp"

#include <algorithm>

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

}  // namespace spinflow::studies

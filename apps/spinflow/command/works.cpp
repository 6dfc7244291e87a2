// SPDX-License-Identifier: Apache-2.0
#include "command/works.hpp"

#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "spinflow/studies/mcrg.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::program {

std::vector<Citing> citing_entries() {
  std::vector<Citing> all;
  const auto add = [&](const auto& entries) {
    for (const auto& entry : entries) all.push_back({entry.name, entry.citations});
  };
  add(recipes::registry().entries());
  add(models::registry().entries());
  add(samplers::registry().entries());
  add(trainers::registry().entries());
  add(transformations::registry().entries());
  add(thermometers::registry().entries());
  add(observables::registry().entries());
  return all;
}

report::Works all_works() {
  report::Works works;
  for (const auto& entry : citing_entries()) works.add(entry.citations);
  works.add(studies::critical_citations());
  works.add(studies::mcrg_citations());
  return works;
}

std::vector<std::string> keys_of(const std::vector<base::Citation>& citations) {
  std::vector<std::string> keys;
  for (const auto& citation : citations) keys.push_back(citation.key());
  return keys;
}

}  // namespace spinflow::program

// SPDX-License-Identifier: Apache-2.0
// The systems that `verify` holds samplers against, and what is exact about them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "spinflow/exact/enumeration.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::studies::verification {

struct Truth {
  exact::ExactMeans means;
  double ground_energy = 0;  // per site
  double excited = 1;  // probability not to be in a ground state; left at 1 where it is anything but small
};

struct Case {
  std::string label;  // what is not default about the model
  std::shared_ptr<const models::Model> model;
  std::vector<double> temperatures;
  std::function<Truth(double temperature)> truth;
};

[[nodiscard]] std::vector<Case> all_cases();

}  // namespace spinflow::studies::verification

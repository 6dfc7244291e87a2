// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/solution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "spinflow/base/error.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"

namespace spinflow::exact {

Solution::Solution(std::shared_ptr<const models::Model> model) : model_(std::move(model)) {}

ExactMeans Solution::at(double temperature) {
  if (!(temperature >= 0) || std::isinf(temperature))
    throw input_error("exact", fmt::format("the temperature {} is out of range", temperature),
                      "give finite numbers of at least 0");
  const auto& lattice = model_->lattice();
  const int n = lattice.n_sites();
  if (n <= 16 || (temperature == 0 && n <= 24)) return enumerated(temperature);
  if (model_->name() == "ising-infinite-range")
    return curie_weiss(n, std::get<double>(model_->options().at("coupling")), model_->field(), temperature);
  const auto coupling = model_->nearest_neighbour_coupling();
  if (!coupling || temperature == 0) return enumerated(temperature);
  if (lattice.dimension() == 1) return chain(n, *coupling, model_->field(), temperature, lattice.boundary());
  return is_kaufmans() ? kaufmans(temperature) : counted(temperature);
}

ExactMeans Solution::enumerated(double temperature) {
  if (!states_) states_.emplace(model_);
  return states_->at(temperature);
}

ExactMeans Solution::counted(double temperature) {
  if (!narrow_) narrow_.emplace(model_->lattice());
  return narrow_->at(temperature, *model_->nearest_neighbour_coupling(), model_->field());
}

bool Solution::is_kaufmans() const {
  return model_->lattice().boundary() == lattice::Boundary::periodic &&
         *model_->nearest_neighbour_coupling() > 0 && model_->field() == 0;
}

ExactMeans Solution::kaufmans(double temperature) const {
  const auto& lattice = model_->lattice();
  const double j = *model_->nearest_neighbour_coupling();
  const auto found = kaufman(lattice.lx(), lattice.ly(), j / temperature);
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  ExactMeans means{.log_partition = found.log_partition,
                   .energy = found.energy * j,
                   .specific_heat = found.specific_heat,
                   .magnetization = 0,
                   .abs_magnetization = unknown,
                   .magnetization_2 = unknown,
                   .magnetization_4 = unknown};
  if (std::min(lattice.lx(), lattice.ly()) > widest_exact_magnetization) return means;
  const auto moments = magnetization_moments(lattice.lx(), lattice.ly(), j / temperature);
  means.abs_magnetization = moments.abs;
  means.magnetization_2 = moments.second;
  means.magnetization_4 = moments.fourth;
  return means;
}

}  // namespace spinflow::exact

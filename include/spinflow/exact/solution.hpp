// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/strip.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::exact {

/// What is exact of a model, by the first way there is: enumeration up to 16 spins (at T = 0 up to 24), Curie
/// and Weiss's sum, the chain's transfer matrix, Kaufman's formula on periodic squares without field, counts
/// on a lattice with a short side, enumeration up to 24 spins.
///
///     exact::Solution solution(models::IsingSquare{.side = 16});
///     double e = solution.at(2.5).energy;
///
/// Not for several threads at a time: what serves all temperatures is made when it is first needed, and kept.
class Solution {
 public:
  explicit Solution(std::shared_ptr<const models::Model> model);

  /// `temperature`: in J/k_B, finite, >= 0. By Kaufman's formula the |m|, m^2 and m^4 come from transfer
  /// matrices, and are NaN where both sides are above 12. Error(input) where there is no way, such as T = 0
  /// with more than 24 spins.
  [[nodiscard]] ExactMeans at(double temperature);

 private:
  [[nodiscard]] ExactMeans enumerated(double temperature);
  [[nodiscard]] ExactMeans counted(double temperature);
  [[nodiscard]] bool is_kaufmans() const;
  [[nodiscard]] ExactMeans kaufmans(double temperature) const;

  std::shared_ptr<const models::Model> model_;
  std::optional<Enumeration> states_;
  std::optional<NarrowLattice> narrow_;
};

}  // namespace spinflow::exact

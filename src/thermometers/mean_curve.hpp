// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "spinflow/base/observer.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// A mean per site as a function of the inverse temperature 1/T in [0, coldest], monotone, with the curve's
/// own standard error (0: exact).
struct MeanCurve {
  std::function<stats::Estimate(double inverse_temperature)> at;
  double coldest = 0;         ///< 1/T beyond which the mean is that of T = 0 to rounding
  bool rises_cold = false;    ///< the mean grows with 1/T (|m|) or falls (e)
  double one_excitation = 0;  ///< change of the mean of ONE configuration by its smallest excitation, > 0
};

/// What sets the scale of T, > 0: |J| of nearest neighbours, else a quarter of sum_r |J(r)|, which is the
/// same on a square lattice. Error(input) for a model without any coupling.
[[nodiscard]] double coupling_scale(const models::Model& model);

/// Energy that flipping the spin of fewest neighbours in an ordered ground state costs, > 0: 8 |J| on a
/// periodic square lattice. The field counts for J > 0 only; for J < 0, and on frustrated lattices, it bounds
/// the smallest excitation from above.
[[nodiscard]] double energy_of_one_flip(const models::Model& model);

/// <e> per site of `model` on its lattice: Kaufman, transfer matrix, the sum of the Curie-Weiss model,
/// enumeration, else a Monte Carlo calibration.
[[nodiscard]] MeanCurve energy_curve(const std::shared_ptr<const models::Model>& model,
                                     base::Observer& observer);

/// <|m|>: transfer matrix, the sum of the Curie-Weiss model or enumeration, else a Monte Carlo calibration.
/// Error(input) for J < 0, where it tells nothing.
[[nodiscard]] MeanCurve magnetization_curve(const std::shared_ptr<const models::Model>& model,
                                            base::Observer& observer);

/// <E_b>/N, the sum of s_i s_j over nearest-neighbour bonds: -e / J of nearest-neighbour models without a
/// field, else the ring's correlation, the sum of the Curie-Weiss model, enumeration, or a Monte Carlo
/// calibration. Error(input) where competing couplings or a field may keep it from being monotone.
[[nodiscard]] MeanCurve bond_curve(const std::shared_ptr<const models::Model>& model,
                                   base::Observer& observer);

/// The T whose mean is `mean`. Beyond the curve's hot end T = infinity, at its cold end T = 0, both censored;
/// there `error` reaches to the T that a mean one error (or one excitation among `n` configurations) inside
/// the bound would give. If the interval of the mean includes T = infinity, the reading has a `limit` and no
/// error.
[[nodiscard]] Reading invert(const MeanCurve& curve, const stats::Estimate& mean, std::size_t n);

}  // namespace spinflow::thermometers

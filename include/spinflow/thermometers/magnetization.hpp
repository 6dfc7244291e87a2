// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

struct MeanCurve;

/// T whose <|m|> in the model's own equilibrium, on the same lattice, equals the ENSEMBLE's mean; the curve
/// covers all temperatures, not only those of some data. Exact where a closed form or a transfer matrix gives
/// it, else from a Monte Carlo calibration whose error enters the reading's. A mean at or beyond the value at
/// T = infinity reads infinity, one at the ground state's reads 0, both censored.
class MagnetizationThermometer final : public Thermometer {
 public:
  /// Error(input) for a model without such a curve.
  MagnetizationThermometer(std::shared_ptr<const models::Model> model, base::Observer& observer);
  ~MagnetizationThermometer() override;

  [[nodiscard]] std::string_view name() const override { return "magnetization"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return model_->lattice(); }
  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override;
  [[nodiscard]] std::pair<double, double> range() const override;

  /// The reading of a mean (<|m|>) that was averaged elsewhere, over `n` configurations.
  [[nodiscard]] Reading from_mean(const stats::Estimate& mean, std::size_t n = 1) const;

 private:
  std::shared_ptr<const models::Model> model_;
  std::unique_ptr<const MeanCurve> curve_;
};

}  // namespace spinflow::thermometers

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

struct MeanCurve;

/// T whose mean of one observable in the model's own equilibrium, on the same lattice, equals the ENSEMBLE's
/// mean; the curve covers all temperatures, not only those of some data. Exact where a closed form or a
/// transfer matrix gives it, else from a Monte Carlo calibration whose error enters the reading's. A mean at
/// or beyond the value at T = infinity reads infinity, one at the ground state's reads 0, both censored.
class MeanThermometer : public Thermometer {
 public:
  ~MeanThermometer() override;

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return model_->lattice(); }
  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override;
  [[nodiscard]] std::pair<double, double> range() const override;

  /// The reading of a mean (per site) that was averaged elsewhere. `configurations`: how many it was averaged
  /// over. It counts at T = 0 only, where the error is the upper limit of T: the temperature at which ONE
  /// smallest excitation among so many configurations is expected (or the mean lies its error from the bound,
  /// if that is more). With the default, 1, that limit lies high above what a large ordered ensemble tells.
  [[nodiscard]] Reading from_mean(const stats::Estimate& mean, std::size_t configurations = 1) const;

 protected:
  using EnsembleMean = std::function<stats::Estimate(const ensemble::Rows&)>;

  MeanThermometer(std::string name, std::shared_ptr<const models::Model> model, MeanCurve curve,
                  EnsembleMean mean);

 private:
  std::string name_;
  std::shared_ptr<const models::Model> model_;
  std::unique_ptr<const MeanCurve> curve_;
  EnsembleMean mean_;
};

}  // namespace spinflow::thermometers

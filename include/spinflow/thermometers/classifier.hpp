// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "spinflow/networks/dense.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// A net trained to tell temperatures apart. The reading's `distribution` is its softmax averaged over the
/// rows, `value` the mean temperature of that distribution, `mode` its most probable temperature (ties go to
/// the lower). The net only knows its own temperatures, so readings saturate inside their range: look at the
/// calibration before believing one.
class ClassifierThermometer final : public Thermometer {
 public:
  /// Error(input) if the net is not a classifier of at least two temperatures.
  explicit ClassifierThermometer(const networks::Dense& net);

  [[nodiscard]] std::string_view name() const override { return "classifier"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override;
  /// The lowest and highest temperature it was trained at.
  [[nodiscard]] std::pair<double, double> range() const override;
  /// The temperatures of its classes, ascending.
  [[nodiscard]] const std::vector<double>& temperatures() const { return temperatures_; }

 private:
  lattice::Lattice lattice_;
  std::vector<double> temperatures_;
  networks::DenseForward forward_;
};

}  // namespace spinflow::thermometers

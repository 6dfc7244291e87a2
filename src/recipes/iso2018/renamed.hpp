// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::recipes::iso2018 {

/// A thermometer under another name: two classifiers flow side by side.
class Renamed final : public thermometers::Thermometer {
 public:
  Renamed(std::string name, std::unique_ptr<thermometers::Thermometer> inner)
      : name_(std::move(name)), inner_(std::move(inner)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return inner_->lattice(); }
  [[nodiscard]] thermometers::Reading read(const ensemble::Ensemble& e) const override {
    return inner_->read(e);
  }
  [[nodiscard]] std::pair<double, double> range() const override { return inner_->range(); }

 private:
  std::string name_;
  std::unique_ptr<thermometers::Thermometer> inner_;
};

}  // namespace spinflow::recipes::iso2018

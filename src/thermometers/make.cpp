// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/make.hpp"

#include <utility>

namespace spinflow::thermometers {

namespace {

class Renamed final : public Thermometer {
 public:
  Renamed(std::string name, std::unique_ptr<Thermometer> inner)
      : name_(std::move(name)), inner_(std::move(inner)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return inner_->lattice(); }
  [[nodiscard]] Reading read(const ensemble::Ensemble& e) const override { return inner_->read(e); }
  [[nodiscard]] std::pair<double, double> range() const override { return inner_->range(); }

 private:
  std::string name_;
  std::unique_ptr<Thermometer> inner_;
};

}  // namespace

std::vector<std::unique_ptr<Thermometer>> made(const std::vector<std::string>& names,
                                               const std::shared_ptr<const models::Model>& model,
                                               base::Observer& observer) {
  std::vector<std::unique_ptr<Thermometer>> all;
  for (const auto& name : names) all.push_back(registry().find(name).make(model, {}, observer));
  return all;
}

std::unique_ptr<Thermometer> renamed(std::string name, std::unique_ptr<Thermometer> inner) {
  return std::make_unique<Renamed>(std::move(name), std::move(inner));
}

}  // namespace spinflow::thermometers

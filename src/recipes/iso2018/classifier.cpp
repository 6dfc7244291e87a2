// SPDX-License-Identifier: Apache-2.0
#include "recipes/iso2018/classifier.hpp"

#include <fmt/format.h>

#include "spinflow/networks/dense_file.hpp"
#include "spinflow/trainers/supervised.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

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

}  // namespace

std::unique_ptr<thermometers::Thermometer> classifier(const RunFolder& folder, const Settings& settings,
                                                      const std::shared_ptr<const models::Model>& model,
                                                      const std::string& name, std::int64_t samples) {
  const auto path = folder.file(name);
  if (!std::filesystem::exists(path)) {
    Listening listening(folder.observer());
    // Own ensembles, disjoint from those of the RBMs.
    const auto data =
        sampled(model, settings.ensemble.temperatures, samples, folder.seed("data." + name), listening);
    auto result = trainers::train_classifier(data, {}, folder.seed("train." + name), listening);
    networks::write_dense(result.net, path);
    folder.observer().note(fmt::format("{} trained", name));
  }
  return std::make_unique<Renamed>(
      name, thermometers::registry().find("classifier").make(model, path, folder.observer()));
}

}  // namespace spinflow::recipes::iso2018

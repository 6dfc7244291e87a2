// SPDX-License-Identifier: Apache-2.0
// A thermometer of one file: 1/T to first order in 1/T, on the square lattice of J = 1, where e = -2 / T.
#include <limits>

#include "spinflow/ensemble/observables.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

namespace {

class ToyGlow final : public Thermometer {
 public:
  explicit ToyGlow(lattice::Lattice lattice) : lattice_(std::move(lattice)) {}

  [[nodiscard]] std::string_view name() const override { return "toy-glow"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override {
    const auto energy = ensemble::mean_energy(ensemble);
    return reading_of_inverse({.value = -energy.value / 2, .error = energy.error / 2});
  }
  [[nodiscard]] std::pair<double, double> range() const override {
    return {1, std::numeric_limits<double>::infinity()};
  }

 private:
  lattice::Lattice lattice_;
};

}  // namespace

void register_toy() {
  registry().add({.name = "toy-glow",
                  .help = "a thermometer that a test adds",
                  .citations = {},
                  .make = [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
                             base::Observer&) -> std::unique_ptr<Thermometer> {
                    return std::make_unique<ToyGlow>(model->lattice());
                  }});
}

}  // namespace spinflow::thermometers

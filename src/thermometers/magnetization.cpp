// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/magnetization.hpp"

#include "spinflow/ensemble/observables.hpp"
#include "thermometers/mean_curve.hpp"

namespace spinflow::thermometers {

MagnetizationThermometer::MagnetizationThermometer(const std::shared_ptr<const models::Model>& model,
                                                   base::Observer& observer)
    : MeanThermometer("magnetization", model, magnetization_curve(model, observer),
                      &ensemble::mean_abs_magnetization) {}

namespace {

constexpr base::Work kramerswannier1941{.key = "kramerswannier1941",
                                        .kind = "article",
                                        .author = "Kramers, H. A. and Wannier, G. H.",
                                        .title = "Statistics of the Two-Dimensional Ferromagnet. Part I",
                                        .journal = "Physical Review",
                                        .volume = "60",
                                        .pages = "252--262",
                                        .year = 1941,
                                        .doi = "10.1103/PhysRev.60.252"};

}  // namespace

void register_magnetization() {
  registry().add(
      {"magnetization",
       "temperature whose exact <|m|> is the ensemble's",
       {kramerswannier1941},  // the transfer matrix; Kaufman's solution has no magnetization
       false,
       [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
          base::Observer& observer) { return std::make_unique<MagnetizationThermometer>(model, observer); }});
}

}  // namespace spinflow::thermometers

// SPDX-License-Identifier: Apache-2.0
// Where does the flow of an RBM trained on Ising configurations stop?
#include <cstdio>

#include "spinflow/catalogue/catalogue.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

using namespace spinflow;

int main() {
  catalogue::register_all();
  auto model = models::registry().find("ising-square").make(lattice::Lattice::square(10, 10), {});
  auto temperatures = base::parse_number_list("0:6:0.25", "temperatures");
  auto data = samplers::sample({model, temperatures, 1000, 1}, "auto", base::silent());
  auto rbm = trainers::train_rbm(data, {.hidden = 64}, 1, base::silent()).rbm;

  transformations::RbmReconstruct map(rbm);
  thermometers::EnergyThermometer thermometer(model, base::silent());
  auto hot = ensemble::select(data, ensemble::by_temperature(data).back().rows);
  auto flow = flow::iterate({&map}, hot, "hot", 6, {&thermometer}, {.steps = 100}, base::silent());
  for (int step : {0, 1, 10, 100}) {
    auto T = flow.steps[step].readings.at("energy");
    std::printf("step %3d: T = %.3f +- %.3f\n", step, T.value, T.error);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Where does the flow of an RBM trained on Ising configurations stop?
#include <cstdio>
#include <spinflow/spinflow.hpp>

using namespace spinflow;

int main() {
  models::IsingSquare model{.side = 10};
  auto data = samplers::sample({model, base::parse_number_list("0:6:0.25", "temperatures"), 1000});
  transformations::RbmReconstruct map(trainers::train_rbm(data, {.hidden = 64}, 1).rbm);
  thermometers::EnergyThermometer thermometer(model);
  auto hot = ensemble::select(data, ensemble::by_temperature(data).back().rows);
  auto flow = flow::iterate({map}, hot, "hot", 6, {thermometer}, {.steps = 100});
  for (int step : {0, 1, 10, 100}) {
    auto T = flow.steps[step].readings.at("energy");
    std::printf("step %3d: T = %.3f +- %.3f\n", step, T.value, T.error);
  }
}

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
  auto groups = ensemble::by_temperature(data);
  auto from = [&](const auto& group, const char* name) {
    auto start = ensemble::select(data, group.rows);
    return flow::iterate({map}, start, name, group.temperature, {thermometer}, {.steps = 100});
  };
  std::vector starts = {from(groups[4], "cold"), from(groups.back(), "hot")};
  for (int step : {0, 1, 10, 100}) {
    auto T = starts[1].steps[step].readings.at("energy");
    std::printf("step %3d: T = %.3f +- %.3f\n", step, T.value, T.error);
  }
  auto T = flow::fixed_point(starts).by("energy");
  std::printf("T* = %.3f +- %.3f, %s\n", T.value.value, T.value.error, T.because.c_str());
}

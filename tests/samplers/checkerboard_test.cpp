// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "enumerated.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

class Checkerboard : public ::testing::Test {
 protected:
  static void meets_kaufman(const std::string& size, double coupling, double temperature, std::size_t n) {
    const auto model = make_model(size, coupling);
    const auto ensemble =
        sample({.model = model, .temperatures = {temperature}, .samples_per_temperature = n}, "checkerboard",
               base::silent());
    const auto exact =
        exact::kaufman(model->lattice().lx(), model->lattice().ly(), std::abs(coupling) / temperature);
    const auto seen = observables::measure(ensemble, {"energy", "specific_heat"}).front();
    const std::string what = size + " J " + std::to_string(coupling) + " T " + std::to_string(temperature);
    expect_mean(seen["energy"], ensemble, 1, std::abs(coupling) * exact.energy, what + " e");
    expect_mean(seen["specific_heat"], ensemble, 1, exact.specific_heat, what + " c");
  }
};

TEST_F(Checkerboard, MeetsKaufmanAtEveryShape) {
  // Words full and not, rows and columns in several words and blocks.
  for (const auto* size : {"16x16", "32x32", "64x64", "12x40", "40x12", "130x34", "260x6", "6x260"})
    for (const double temperature : {3.0, 5.0}) meets_kaufman(size, 1, temperature, 3200);
  meets_kaufman("32x32", 1, 2.0, 3200);
  meets_kaufman("32x32", -1, 3.0, 3200);
  meets_kaufman("32x32", 0.5, 1.3, 3200);
}

using SlowCheckerboard = Checkerboard;

TEST_F(SlowCheckerboard, MeetsKaufmanAtTheCriticalPoint) {
  for (const auto* size : {"16x16", "32x32", "64x64"}) meets_kaufman(size, 1, 2.269185314213022, 3200);
}

}  // namespace
}  // namespace spinflow::samplers

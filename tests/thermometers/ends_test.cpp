// SPDX-License-Identifier: Apache-2.0
// Every thermometer at both ends of its scale: ground states read T = 0 with an upper limit, rows of T =
// infinity and beyond never read cold, and no reading has an error of 0.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "testing/testing.hpp"

namespace spinflow::thermometers {
namespace {

using Model = std::shared_ptr<const models::Model>;
constexpr std::size_t rows_at_ends = 100;

Model make(const char* name, const lattice::Lattice& lattice, const base::Values& options = {}) {
  return models::registry().find(name).make(lattice, options);
}

/// Rows of the same pattern, every second one flipped if `flips`. `up(x, y)`: whether the spin is +1.
template <class Up>
ensemble::Ensemble rows_of(const Model& model, bool flips, const Up& up) {
  const auto& lattice = model->lattice();
  kernels::PackedSpins spins(rows_at_ends, static_cast<std::size_t>(lattice.n_sites()));
  for (std::size_t row = 0; row < rows_at_ends; ++row)
    for (int site = 0; site < lattice.n_sites(); ++site) {
      const bool plus = up(site % lattice.lx(), site / lattice.lx()) != (flips && row % 2 == 1);
      spins.set(row, static_cast<std::size_t>(site), plus ? 1 : -1);
    }
  return ensemble::from_spins(std::move(spins), lattice, model);
}

struct Rows {
  ensemble::Ensemble ground;
  ensemble::Ensemble opposite;  ///< e above 0, |m| as small as can be
  ensemble::Ensemble random;    ///< of T = infinity
};

Rows rows_of(const Model& model, bool antiferromagnet) {
  const auto aligned = rows_of(model, model->field() == 0, [](int, int) { return true; });
  const auto staggered = rows_of(model, model->field() == 0, [](int x, int y) { return (x + y) % 2 == 0; });
  base::RandomStream stream(3, "test.hot");
  const auto sites = static_cast<std::size_t>(model->lattice().n_sites());
  kernels::PackedSpins spins(rows_at_ends, sites);
  for (std::size_t row = 0; row < rows_at_ends; ++row)
    for (std::size_t site = 0; site < sites; ++site) spins.set(row, site, stream.below(2) == 0 ? 1 : -1);
  return {antiferromagnet ? staggered : aligned, antiferromagnet ? aligned : staggered,
          ensemble::from_spins(std::move(spins), model->lattice(), model)};
}

void check_ends(const Thermometer& gauge, const Model& model, const Rows& rows) {
  const auto what =
      fmt::format("{} on {} {}", gauge.name(), model->lattice().text(), models::to_toml(*model));
  const auto ground = gauge.read(rows.ground);
  EXPECT_EQ(ground.value, 0) << what;
  EXPECT_TRUE(ground.censored) << what;
  EXPECT_TRUE(std::isfinite(ground.error) && ground.error > 0) << what << ": upper limit " << ground.error;
  if (model->lattice().n_sites() <= 16 && std::isfinite(ground.error)) {
    // At the limit, rows that are no ground states are expected among so many.
    const exact::Enumeration all(model);
    const double excited = 1 - std::exp(all.at(0).log_partition - all.at(ground.error).log_partition -
                                        model->lattice().n_sites() * all.at(0).energy / ground.error);
    EXPECT_GT(excited * rows_at_ends, 0.2) << what << ": upper limit " << ground.error;
  }
  const auto opposite = gauge.read(rows.opposite);
  EXPECT_TRUE(opposite.censored && std::isinf(opposite.value)) << what << " reads " << opposite.value;
  const auto random = gauge.read(rows.random);
  EXPECT_GT(random.value, 3 * (gauge.name() == "magnetization" ? 0.5 : 1)) << what;
  EXPECT_FALSE(random.error == 0) << what;
}

void check_every_thermometer(const Model& model, bool antiferromagnet, std::size_t at_least) {
  const Rows rows = rows_of(model, antiferromagnet);
  std::size_t read = 0;
  for (const auto& entry : registry().entries()) {
    if (entry.needs_file) continue;
    std::unique_ptr<Thermometer> gauge;
    try {
      gauge = entry.make(model, {}, base::silent());
    } catch (const Error& refusal) {
      EXPECT_EQ(refusal.fault(), Fault::input);
      continue;
    }
    check_ends(*gauge, model, rows);
    ++read;
  }
  EXPECT_GE(read, at_least) << models::to_toml(*model);
}

TEST(ThermometerEnds, Ferromagnets) {
  using lattice::Boundary;
  using lattice::Lattice;
  for (int l = 3; l <= 6; ++l) check_every_thermometer(make("ising-square", Lattice::square(l, l)), false, 4);
  check_every_thermometer(make("ising-square", Lattice::square(4, 12), {{"coupling", 3.0}}), false, 4);
  check_every_thermometer(make("ising-square", Lattice::square(4, 4, Boundary::open)), false, 4);
  check_every_thermometer(make("ising-square", Lattice::square(4, 4), {{"field", 0.5}}), false, 3);
  check_every_thermometer(make("ising-chain", Lattice::chain(12)), false, 4);
  check_every_thermometer(make("ising-chain", Lattice::chain(11, Boundary::open)), false, 4);
  check_every_thermometer(make("ising-power-law", Lattice::square(4, 4), {{"sigma", 0.8}}), false, 3);
  check_every_thermometer(make("ising-infinite-range", Lattice::chain(12)), false, 3);
}

TEST(ThermometerEnds, Antiferromagnets) {
  using lattice::Lattice;
  // The magnetization refuses them.
  for (const int l : {4, 6})
    check_every_thermometer(make("ising-square", Lattice::square(l, l), {{"coupling", -1.0}}), true, 3);
  check_every_thermometer(make("ising-chain", Lattice::chain(12), {{"coupling", -1.0}}), true, 3);
}

TEST(SlowThermometerEnds, MagnetizationOfLargerSquares) {
  for (const int l : {7, 8, 9, 10}) {
    const auto model = make("ising-square", lattice::Lattice::square(l, l));
    check_ends(MagnetizationThermometer(model, base::silent()), model, rows_of(model, false));
  }
}

TEST(ThermometerEnds, UpperLimitOfTheMagnetizationIsOneSpinAmongAllRows) {
  const auto model = make("ising-square", lattice::Lattice::square(4, 4));
  const MagnetizationThermometer gauge(model, base::silent());
  const exact::Enumeration all(model);
  for (const std::size_t n : {1u, 100u, 1'000'000u, 100'000'000u}) {
    const auto cold = gauge.from_mean({.value = 1, .error = 0}, n);
    EXPECT_TRUE(cold.censored);
    EXPECT_EQ(cold.value, 0);
    const double missing = 2.0 / 16 / static_cast<double>(n);
    EXPECT_NEAR((1 - all.at(cold.error).abs_magnetization) / missing, 1, 1e-3) << n;
  }
}

TEST(ThermometerEnds, TheClassifierSaturatesWithoutAnErrorOfZero) {
  const auto model = make("ising-square", lattice::Lattice::square(4, 4));
  networks::Dense net{.visible = model->lattice()};
  net.layers.push_back({.n_in = 16, .n_out = 2, .weights = std::vector<float>(32), .bias = {0, 0}});
  for (std::size_t i = 0; i < 16; ++i) net.layers.front().weights[i] = 0.5F;
  net.purpose = "classifier";
  net.temperatures = {1, 4};
  const testing::TemporaryFolder folder;
  networks::write_dense(net, folder.path() / "net.h5");
  const auto gauge = registry().find("classifier").make(model, folder.path() / "net.h5", base::silent());
  const Rows rows = rows_of(model, false);
  for (const auto* of : {&rows.ground, &rows.opposite, &rows.random}) {
    const auto reading = gauge->read(*of);
    EXPECT_GE(reading.value, 1);
    EXPECT_LE(reading.value, 4);
    EXPECT_FALSE(reading.error == 0);
  }
  EXPECT_TRUE(std::isnan(gauge->read(rows.opposite).error)) << "all rows say the same";
}

}  // namespace
}  // namespace spinflow::thermometers

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>

#include "spinflow/base/random.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/thermometers/bond_energy.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "testing/testing.hpp"

namespace spinflow::thermometers {
namespace {

std::shared_ptr<const models::Model> model_of(const char* name, const lattice::Lattice& lattice,
                                              const base::Values& options = {}) {
  return models::registry().find(name).make(lattice, options);
}

std::shared_ptr<const models::Model> square(int l) {
  return model_of("ising-square", lattice::Lattice::square(l, l));
}

ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                           const std::vector<double>& temperatures, std::size_t n, std::uint64_t seed) {
  return samplers::sample(
      {.model = model, .temperatures = temperatures, .samples_per_temperature = n, .seed = seed}, "auto");
}

TEST(EnergyThermometer, InvertsTheExactCurve) {
  const EnergyThermometer gauge(square(10), base::silent());
  for (const double t : {0.8, 1.5, 2.25, exact::square_critical_temperature, 3.0, 6.0, 50.0}) {
    const auto reading = gauge.from_mean({.value = exact::kaufman(10, 10, 1 / t).energy, .error = 1e-3});
    EXPECT_NEAR(reading.value, t, 1e-7 * t);
    // dT/de = 1/c.
    EXPECT_NEAR(reading.error, 1e-3 / exact::kaufman(10, 10, 1 / t).specific_heat, 1e-3 * reading.error);
    EXPECT_FALSE(reading.censored);
  }
  // The uniform mixture over T = 0, .25, ..., 6: what a perfect model of all temperatures reads.
  double e = -2;
  for (int i = 1; i <= 24; ++i) e += exact::kaufman(10, 10, 4.0 / i).energy;
  EXPECT_NEAR(e / 25, -1.11902, 5e-6);
  EXPECT_NEAR(gauge.from_mean({.value = e / 25, .error = 0}).value, 2.5616, 5e-5);
}

TEST(EnergyThermometer, IsCensoredAtBothEnds) {
  const EnergyThermometer gauge(square(10), base::silent());
  const auto hot = gauge.from_mean({.value = 0.01, .error = 0.001});
  EXPECT_TRUE(hot.censored && std::isinf(hot.value));
  const auto cold = gauge.from_mean({.value = -2, .error = 0}, 1000);
  EXPECT_TRUE(cold.censored);
  EXPECT_EQ(cold.value, 0);
  // The upper limit is where one flipped spin among all the configurations would lie.
  EXPECT_NEAR(exact::kaufman(10, 10, 1 / cold.error).energy + 2, 8.0 / (100 * 1000), 1e-12);
}

TEST(EnergyThermometer, HasALimitWhereTCannotBeToldFromInfinity) {
  const EnergyThermometer gauge(square(10), base::silent());
  const auto limit_of = [&](double e, double error) {
    return 1 / (-(e - one_sided_normal * error) / 2);  // e = -2 K where it is this hot, to K^3
  };
  // e is off 0 by half its error: T itself reads 2000, and no error of it is symmetric.
  const auto open = gauge.from_mean({.value = -0.001, .error = 0.002});
  EXPECT_NEAR(open.value, 2000, 1);
  EXPECT_TRUE(std::isnan(open.error));
  EXPECT_FALSE(open.censored);
  EXPECT_NEAR(open.limit, limit_of(-0.001, 0.002), 0.01 * open.limit);
  const auto beyond = gauge.from_mean({.value = 0.001, .error = 0.002});
  EXPECT_TRUE(beyond.censored && std::isinf(beyond.value));
  EXPECT_NEAR(beyond.limit, limit_of(0.001, 0.002), 0.01 * beyond.limit);
  EXPECT_GT(beyond.limit, open.limit);
  // Without a doubt beyond: nothing to say but infinity.
  EXPECT_TRUE(std::isnan(gauge.from_mean({.value = 0.01, .error = 0.001}).limit));
  const auto told = gauge.from_mean({.value = -0.004, .error = 0.002});
  EXPECT_TRUE(std::isfinite(told.error) && std::isnan(told.limit));
}

TEST(Reading, OfAnInverseCarriesOverInfinity) {
  const auto told = reading_of_inverse({.value = 0.5, .error = 0.01});
  EXPECT_DOUBLE_EQ(told.value, 2);
  EXPECT_DOUBLE_EQ(told.error, 0.04);
  EXPECT_TRUE(std::isnan(told.limit));
  const auto open = reading_of_inverse({.value = 0.0005, .error = 0.003});
  EXPECT_DOUBLE_EQ(open.value, 2000);
  EXPECT_TRUE(std::isnan(open.error));
  EXPECT_NEAR(open.limit, 1 / (0.0005 + 1.6449 * 0.003), 0.01);
  const auto hot = reading_of_inverse({.value = -0.001, .error = 0.003});
  EXPECT_TRUE(hot.censored && std::isinf(hot.value));
  EXPECT_NEAR(hot.limit, 1 / (-0.001 + 1.6449 * 0.003), 0.01);
  EXPECT_TRUE(std::isnan(reading_of_inverse({.value = -1, .error = 0.003}).limit));
  EXPECT_EQ(reading_of_inverse({.value = std::numeric_limits<double>::infinity()}).value, 0);
  // Two errors are enough by the normal distribution, not by that of three seeds.
  EXPECT_TRUE(std::isnan(reading_of_inverse({.value = 0.02, .error = 0.01}).limit));
  EXPECT_NEAR(reading_of_inverse({.value = 0.02, .error = 0.01}, 2.92).limit, 1 / 0.0492, 1e-9);
  for (const auto& reading : {told, open, hot}) {
    const auto back = inverse_of(reading);
    EXPECT_NEAR(back.value, reading.censored ? -0.001 : 1 / reading.value, 1e-12);
    EXPECT_NEAR(back.error, reading.value == 2 ? 0.01 : 0.003, 1e-9);
  }
  // As files of earlier versions hold it.
  auto old = open;
  old.inverse = {};
  EXPECT_NEAR(inverse_of(old).error, 0.003, 1e-9);
  // Without a doubt beyond infinity, by the energy too.
  EXPECT_EQ(inverse_of(reading_of_inverse({.value = -1, .error = 0.003})).value, -1);
  const EnergyThermometer gauge(square(10), base::silent());
  const auto beyond = inverse_of(gauge.from_mean({.value = 0.1, .error = 0.002}));
  EXPECT_NEAR(-2 * beyond.value * (1 + 5 / 3.0 * beyond.value * beyond.value), 0.1, 1e-5);  // e to K^3
  EXPECT_NEAR(beyond.error, 0.001, 2e-5);
}

// Half of the readings at T = infinity lie beyond it: a mean that counts them as 1/T = 0 is .4 errors of one
// reading off, 8 errors of the mean of 400.
TEST(Reading, MeansOfInversesHaveNoBiasAtInfinity) {
  const EnergyThermometer by_energy(square(10), base::silent());
  const MagnetizationThermometer by_magnetization(square(10), base::silent());
  const double hot = exact::magnetization_moments(10, 10, 0).abs;
  base::RandomStream random(4, "test.inverse readings");
  std::array<std::vector<double>, 2> values;
  std::array<std::vector<double>, 2> errors;
  for (int i = 0; i < 400; ++i) {
    const double z = random.normal();
    const std::array readings = {by_energy.from_mean({.value = 0.004 * z, .error = 0.004}),
                                 by_magnetization.from_mean({.value = hot + 0.001 * z, .error = 0.001})};
    for (std::size_t g = 0; g < 2; ++g) {
      const auto inverse = inverse_of(readings[g]);
      values[g].push_back(inverse.value);
      errors[g].push_back(inverse.error);
    }
  }
  for (std::size_t g = 0; g < 2; ++g) {
    const auto mean = stats::mean_of_pieces(values[g]);
    testing::expect_within(mean.value, mean.error, 0, g == 0 ? "1/T by energy" : "1/T by |m|");
    EXPECT_NEAR(stats::mean_of_pieces(errors[g]).value / (mean.error * 20), 1, 0.15);
  }
}

TEST(EnergyThermometer, ManyOrderedConfigurationsBringTheLimitDown) {
  const EnergyThermometer gauge(square(10), base::silent());
  const stats::Estimate ordered{.value = -2, .error = 0};
  EXPECT_GT(gauge.from_mean(ordered).error, 1.2);
  EXPECT_LT(gauge.from_mean(ordered, 1000).error, 0.9);
  EXPECT_LT(gauge.from_mean(ordered, 10'000'000).error, 0.5);
  // An error of the mean that is larger than an excitation decides instead.
  EXPECT_EQ(gauge.from_mean({.value = -2, .error = 0.1}, 1000).error,
            gauge.from_mean({.value = -2, .error = 0.1}).error);
}

TEST(EnergyThermometer, OneExcitationIsThatOfTheLatticeAtHand) {
  const auto limit_energy = [](const char* model, const lattice::Lattice& lattice,
                               const base::Values& options, double ground) {
    const auto made = model_of(model, lattice, options);
    const auto reading =
        EnergyThermometer(made, base::silent()).from_mean({.value = ground, .error = 0}, 500);
    EXPECT_TRUE(reading.censored);
    return (exact::Enumeration(made).at(reading.error).energy - ground) * lattice.n_sites() * 500;
  };
  const auto open = lattice::Boundary::open;
  EXPECT_NEAR(limit_energy("ising-square", lattice::Lattice::square(4, 3), {{"coupling", 2.0}}, -4), 16,
              1e-6);
  EXPECT_NEAR(limit_energy("ising-square", lattice::Lattice::square(4, 4, open), {}, -1.5), 4, 1e-6);
  EXPECT_NEAR(limit_energy("ising-chain", lattice::Lattice::chain(8), {}, -1), 4, 1e-6);
  EXPECT_NEAR(limit_energy("ising-chain", lattice::Lattice::chain(8), {{"field", 0.5}}, -1.5), 5, 1e-6);
  EXPECT_NEAR(limit_energy("ising-chain", lattice::Lattice::chain(8, open), {}, -0.875), 2, 1e-6);
}

TEST(MagnetizationThermometer, InterpolatesTheTransferMatrix) {
  const MagnetizationThermometer gauge(square(10), base::silent());
  for (const double t : {0.9, 1.7, 2.21, exact::square_critical_temperature, 2.33, 2.9, 5.5, 20.0}) {
    const double m = exact::magnetization_moments(10, 10, 1 / t).abs;
    const double above = exact::magnetization_moments(10, 10, 1 / (t * 1.0001)).abs;
    const auto reading = gauge.from_mean({.value = m, .error = 0});
    // Within what an error of 1e-8 in <|m|> makes of T.
    EXPECT_NEAR(reading.value, t, 1e-8 / std::abs((above - m) / (t * 0.0001)) + 1e-9) << t;
  }
  EXPECT_TRUE(gauge.from_mean({.value = 0.0795, .error = 0}).censored);
}

// Models of many couplings: enumerated where small, summed where all couplings are equal.
TEST(MeanThermometers, ReadModelsOfManyCouplings) {
  for (const auto& model :
       {model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"sigma", 0.8}}),
        model_of("ising-power-law", lattice::Lattice::chain(9),
                 {{"dimension", std::int64_t{1}}, {"sigma", 0.3}, {"coupling", 2.5}, {"field", 0.2}}),
        model_of("ising-infinite-range", lattice::Lattice::chain(12), {{"coupling", 0.7}})}) {
    const exact::Enumeration all(model);
    const EnergyThermometer energy(model, base::silent());
    const MagnetizationThermometer magnetization(model, base::silent());
    // Of the scale of each model's transition.
    const double unit = model->name() == "ising-infinite-range" ? 0.7 : 4;
    for (const double t : {0.7 * unit, unit, 2 * unit, 10 * unit}) {
      const auto means = all.at(t);
      EXPECT_NEAR(energy.from_mean({.value = means.energy, .error = 0}).value, t, 1e-8 * t) << model->name();
      EXPECT_NEAR(magnetization.from_mean({.value = means.abs_magnetization, .error = 0}).value, t, 1e-8 * t)
          << model->name();
    }
    const auto ground = energy.from_mean({.value = all.at(0).energy, .error = 0}, 500);
    EXPECT_TRUE(ground.censored);
    EXPECT_EQ(ground.value, 0);
  }
  const auto large = model_of("ising-infinite-range", lattice::Lattice::chain(1000), {});
  const auto means = exact::curie_weiss(1000, 1, 0, 1.1);
  EXPECT_NEAR(EnergyThermometer(large, base::silent()).from_mean({.value = means.energy, .error = 0}).value,
              1.1, 1e-8);
  const auto opposed = model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"coupling", -1.0}});
  EXPECT_THROW(MagnetizationThermometer(opposed, base::silent()), Error);
  EXPECT_NEAR(EnergyThermometer(opposed, base::silent())
                  .from_mean({.value = exact::Enumeration(opposed).at(2).energy, .error = 0})
                  .value,
              2, 1e-7);
  EXPECT_THROW(
      EnergyThermometer(model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"coupling", 0.0}}),
                        base::silent()),
      Error);
  EXPECT_THROW((void)registry().find("pseudo-likelihood").make(opposed, {}, base::silent()), Error);
}

// Exact <E_b>/N by enumeration.
class EnumeratedBonds {
 public:
  explicit EnumeratedBonds(const std::shared_ptr<const models::Model>& model)
      : sums_(model), per_site_(std::size_t{1} << model->lattice().n_sites()) {
    for (std::size_t i = 0; i < per_site_.size(); ++i)
      for (const auto& [a, b] : model->lattice().bonds())
        per_site_[i] += (((i >> a) & 1) == ((i >> b) & 1) ? 1.0 : -1.0) / model->lattice().n_sites();
  }
  [[nodiscard]] double at(double t) const {
    const auto p = sums_.probabilities(t);
    return std::inner_product(p.begin(), p.end(), per_site_.begin(), 0.0);
  }

 private:
  exact::Enumeration sums_;
  std::vector<double> per_site_;  // by bit pattern
};

TEST(BondEnergyThermometer, InvertsExactCurves) {
  const auto open = lattice::Boundary::open;
  // Closed forms first, then those that are summed: with a field, of long range, open ends.
  for (const auto& model :
       {model_of("ising-square", lattice::Lattice::square(4, 3), {}),
        model_of("ising-square", lattice::Lattice::square(4, 4), {{"coupling", -1.5}}),
        model_of("ising-square", lattice::Lattice::square(3, 3), {{"coupling", -1.0}}),
        model_of("ising-square", lattice::Lattice::square(4, 3, open), {{"field", 0.3}}),
        model_of("ising-chain", lattice::Lattice::chain(9), {{"field", 0.3}}),
        model_of("ising-chain", lattice::Lattice::chain(9, open), {{"coupling", -0.5}}),
        model_of("ising-infinite-range", lattice::Lattice::chain(12), {{"coupling", 3.0}}),
        model_of("ising-infinite-range", lattice::Lattice::chain(12), {{"coupling", -3.0}}),
        model_of("ising-power-law", lattice::Lattice::chain(9),
                 {{"dimension", std::int64_t{1}}, {"sigma", 0.5}}),
        model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"sigma", 0.8}, {"field", 0.2}})}) {
    const BondEnergyThermometer gauge(model, base::silent());
    const EnumeratedBonds bonds(model);
    for (const double t : {1.5, 2.3, 6.0, 20.0}) {
      const auto reading = gauge.from_mean({.value = bonds.at(t), .error = 1e-4});
      EXPECT_NEAR(reading.value, t, 1e-6 * t) << models::to_toml(*model);
      const double d = 1e-4 * t;
      const double slope = (bonds.at(t + d) - bonds.at(t - d)) / (2 * d);
      EXPECT_NEAR(reading.error, 1e-4 / std::abs(slope), 1e-3 * reading.error) << models::to_toml(*model);
    }
  }
  for (const auto& model :
       {model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"coupling", -1.0}}),
        model_of("ising-square", lattice::Lattice::square(4, 4), {{"coupling", -1.0}, {"field", 0.5}})})
    EXPECT_THROW(BondEnergyThermometer(model, base::silent()), Error);
}

TEST(BondEnergyThermometer, KnowsTheSmallestExcitation) {
  const auto model = model_of("ising-power-law", lattice::Lattice::square(4, 4), {{"sigma", 0.8}});
  const auto cold = BondEnergyThermometer(model, base::silent()).from_mean({.value = 2, .error = 0}, 1000);
  EXPECT_TRUE(cold.censored);
  EXPECT_EQ(cold.value, 0);
  EXPECT_NEAR((2 - EnumeratedBonds(model).at(cold.error)) * 16 * 1000, 8, 1e-6);
}

TEST(Thermometers, ReadTrueEnsemblesRight) {
  const auto model = square(8);
  const std::vector<double> temperatures = {1.8, exact::square_critical_temperature, 2.8, 4.0};
  const auto data = sampled(model, temperatures, 2000, 3);
  for (const char* name : {"energy", "magnetization", "bond-energy", "pseudo-likelihood"}) {
    const auto gauge = registry().find(name).make(model, {}, base::silent());
    double last = 0;
    for (const auto& group : ensemble::by_temperature(data)) {
      const auto reading = gauge->read(ensemble::select(data, group.rows));
      testing::expect_within(reading.value, reading.error, group.temperature, name);
      EXPECT_LT(reading.error, 0.1 * group.temperature) << name;
      EXPECT_GT(reading.value, last) << name << " must rise";
      last = reading.value;
    }
    EXPECT_THROW((void)gauge->read(ensemble::from_spins(kernels::PackedSpins(3, 9),
                                                        lattice::Lattice::square(3, 3), nullptr)),
                 Error);
  }
}

TEST(Thermometers, ChainsWithFieldAndOpenEndsHaveExactCurves) {
  const auto model = models::registry()
                         .find("ising-chain")
                         .make(lattice::Lattice::chain(12, lattice::Boundary::open), {{"field", 0.1}});
  const auto data = sampled(model, {1.5}, 4000, 5);
  const auto reading = EnergyThermometer(model, base::silent()).read(data);
  testing::expect_within(reading.value, reading.error, 1.5, "energy of an open chain in a field");
}

TEST(SlowCalibration, IsRightBetweenItsTemperaturesToo) {
  const testing::TemporaryFolder folder;
  setenv("SPINFLOW_CACHE_DIR", folder.path().c_str(), 1);
  const auto model =
      models::registry().find("ising-power-law").make(lattice::Lattice::square(5, 5), {{"sigma", 1.25}});
  // In units of a quarter of sum_r J(r): a quarter into its intervals, where a curve without slopes is off.
  double scale = 0;
  for (const double coupling : model->couplings_by_displacement()) scale += coupling / 4;
  std::vector<double> temperatures;
  for (const double point : {0.13, 0.15, 0.1975, 0.244, 0.281, 0.319, 0.385, 0.4775, 0.5075, 0.6375, 0.7125})
    temperatures.push_back(scale / point);
  const auto data = sampled(model, temperatures, 20000, 11);
  for (const char* name : {"energy", "magnetization", "bond-energy"}) {
    const auto gauge = registry().find(name).make(model, {}, base::silent());
    double squares = 0;
    for (const auto& group : ensemble::by_temperature(data)) {
      const auto reading = gauge->read(ensemble::select(data, group.rows));
      squares += std::pow((reading.value - group.temperature) / reading.error, 2);
      EXPECT_LT(reading.error, 0.03 * group.temperature) << name;
    }
    EXPECT_LT(squares, testing::chi2_limit(static_cast<int>(temperatures.size()))) << name;
  }
  unsetenv("SPINFLOW_CACHE_DIR");
}

TEST(SlowCalibration, MonteCarloCurvesReadOtherSamples) {
  const testing::TemporaryFolder folder;
  setenv("SPINFLOW_CACHE_DIR", folder.path().c_str(), 1);
  // In units of each one's scale.
  const auto read = [](const std::shared_ptr<const models::Model>& model, double unit) {
    const auto data = sampled(model, {1.7 * unit, 2.4 * unit, 3.3 * unit}, 3000, 9);
    for (const char* name : {"energy", "magnetization", "bond-energy"}) {
      const auto gauge = registry().find(name).make(model, {}, base::silent());
      for (const auto& group : ensemble::by_temperature(data)) {
        const auto reading = gauge->read(ensemble::select(data, group.rows));
        testing::expect_within(reading.value, reading.error, group.temperature,
                               fmt::format("{} {}", model->name(), name));
      }
    }
  };
  read(models::registry()
           .find("ising-square")
           .make(lattice::Lattice::square(6, 6, lattice::Boundary::open), {}),
       1);
  read(models::registry().find("ising-power-law").make(lattice::Lattice::square(5, 5), {{"sigma", 1.25}}),
       2.7);
  unsetenv("SPINFLOW_CACHE_DIR");
}

}  // namespace
}  // namespace spinflow::thermometers

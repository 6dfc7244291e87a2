// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/fixed_point.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/flow/step_map.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "testing/testing.hpp"

namespace spinflow::flow {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

using Steps = std::function<thermometers::Reading(int)>;

/// A flow whose energy thermometer reads what it is told.
Trajectory told(const std::string& name, int steps, const Steps& reading) {
  Trajectory start{.name = name};
  for (int k = 0; k <= steps; ++k) {
    start.steps.push_back({.step = k});
    start.steps.back().readings["energy"] = reading(k);
  }
  return start;
}

Steps constant(double t, double error) {
  return [=](int) { return thermometers::Reading{.value = t, .error = error}; };
}

/// AR(1) of variance 1: rho between successive steps.
class Noise {
 public:
  Noise(double rho, base::RandomStream& stream) : rho_(rho), stream_(stream), x_(stream.normal()) {}
  double next() {
    x_ = rho_ * x_ + std::sqrt(1 - rho_ * rho_) * stream_.normal();
    return x_;
  }

 private:
  double rho_;
  base::RandomStream& stream_;
  double x_;
};

std::vector<Trajectory> noisy(int starts, double rho, base::RandomStream& stream, double drift = 0) {
  std::vector<Trajectory> all;
  for (int i = 0; i < starts; ++i) {
    Noise noise(rho, stream);
    all.push_back(told(fmt::format("T = {}", i), 100, [&](int k) {
      return thermometers::Reading{.value = 2.3 + drift * (k - 100) / 25 + 0.1 * noise.next(), .error = 0.1};
    }));
  }
  return all;
}

TEST(Window, IsTheLastQuarterOfTheStepsWithBothEnds) {
  Trajectory flow;
  EXPECT_TRUE(last_quarter(flow).empty());
  for (const std::size_t expected : {1U, 1U, 1U, 1U, 2U, 2U, 2U, 2U, 3U}) {
    flow.steps.push_back({.step = static_cast<int>(flow.steps.size())});
    EXPECT_EQ(last_quarter(flow).size(), expected) << flow.steps.size() - 1 << " steps";
    EXPECT_EQ(last_quarter(flow).back().step, flow.steps.back().step);
  }
  const auto hundred = told("", 100, constant(1, 0.1));
  EXPECT_EQ(last_quarter(hundred).front().step, 75);
}

TEST(Endings, OfALineAreItsMiddleAndItsRise) {
  std::vector<stats::Estimate> line;
  for (int k = 0; k <= 25; ++k) line.push_back({.value = 3 - 0.02 * k, .error = 0.2});
  const auto end = endings({line}).front();
  EXPECT_NEAR(end.mean.value, 2.75, 1e-12);
  EXPECT_NEAR(end.drift.value, -0.5, 1e-12);
  // One step: no drift. Two: their difference, with the errors of both.
  EXPECT_TRUE(std::isnan(endings({{{.value = 1, .error = 0.1}}}).front().drift.value));
  const auto two = endings({{{.value = 1, .error = 0.1}, {.value = 1.5, .error = 0.1}}}).front();
  EXPECT_DOUBLE_EQ(two.drift.value, 0.5);
  EXPECT_DOUBLE_EQ(two.drift.error, 0.1 * std::sqrt(2.0));
  // Chains that do not move: nothing is gained by averaging. What is exact stays so to the last bit.
  EXPECT_DOUBLE_EQ(
      endings({std::vector<stats::Estimate>(26, {.value = 0.1, .error = 0.3})}).front().mean.error, 0.3);
  const auto exact = endings({std::vector<stats::Estimate>(26, {.value = 0.1, .error = 0})}).front();
  EXPECT_EQ(exact.mean.value, 0.1);
  EXPECT_EQ(exact.drift.value, 0);
  EXPECT_TRUE(std::isnan(endings({{}}).front().mean.value));
  EXPECT_TRUE(endings({}).empty());
}

TEST(Endings, TheMeanOverStepsKeepsWhatTheChainsShare) {
  // AR(1) noise of variance 1 along courses of 26 steps, whose means over the steps have a known variance.
  constexpr std::size_t n = 26;
  base::RandomStream stream(3, "test.courses");
  const auto share_with = [&](double rho) {
    std::vector<std::vector<stats::Estimate>> courses(100);
    for (auto& course : courses) {
      Noise noise(rho, stream);
      for (std::size_t i = 0; i < n; ++i) course.push_back({.value = noise.next(), .error = 1});
    }
    // A course without errors has no say.
    courses.push_back(std::vector<stats::Estimate>(n, {.value = 1}));
    return share_of_mean(courses);
  };
  for (const double rho : {0.6, 0.9}) {
    double exact = 1.0 / n;
    for (std::size_t t = 1; t < n; ++t)
      exact += 2.0 / n * (1 - static_cast<double>(t) / n) * std::pow(rho, static_cast<double>(t));
    std::vector<double> shares;
    for (int i = 0; i < 40; ++i) shares.push_back(share_with(rho));
    const auto mean = stats::mean_of_pieces(shares);
    testing::expect_within(mean.value, mean.error, exact, fmt::format("share at rho = {}", rho));
  }
  EXPECT_GE(share_with(0), 1.0 / n);
  EXPECT_LT(share_with(0), 0.2);
  EXPECT_GT(share_with(0.9999999), 0.99);
  EXPECT_EQ(share_of_mean({}), 1);
}

// From six starts the correlation of the steps is known well enough for pulls of 1; without correlation the
// share of the mean cannot be less than seen by chance, so that errors are somewhat wide.
TEST(FixedPoint, ErrorsAreThoseOfChainsThatGoOn) {
  base::RandomStream stream(5, "test.pulls");
  constexpr int flows = 150;
  for (const double rho : {0.0, 0.5, 0.8, 0.9, 0.95}) {
    double common = 0;
    double drifts = 0;
    int settled = 0;
    for (int i = 0; i < flows; ++i) {
      const auto point = fixed_point(noisy(6, rho, stream));
      const auto by = point.by("energy");
      common += std::pow((by.value.value - 2.3) / by.value.error, 2) / flows;
      for (const auto& start : by.starts)
        drifts += std::pow(start.drift.value / start.drift.error, 2) / (6 * flows);
      settled += by.settled ? 1 : 0;
    }
    EXPECT_GT(std::sqrt(common), rho == 0 ? 0.65 : 0.8) << rho;
    EXPECT_LT(std::sqrt(common), 1.3) << rho;
    EXPECT_GT(std::sqrt(drifts), rho == 0 ? 0.75 : 0.85) << rho;
    EXPECT_LT(std::sqrt(drifts), 1.25) << rho;
    EXPECT_GT(settled, flows * 0.97) << rho;
  }
}

TEST(FixedPoint, ADriftIsNotSettled) {
  base::RandomStream stream(6, "test.drift");
  const auto point = fixed_point(noisy(2, 0.5, stream, -1.5));
  const auto by = point.by("energy");
  EXPECT_FALSE(by.settled);
  testing::expect_within(by.drift.value, by.drift.error, -1.5, "the drift");
  EXPECT_NE(by.because.find("it drifts by -1."), std::string::npos) << by.because;
  EXPECT_NE(by.because.find(" over the last 25 steps"), std::string::npos) << by.because;
}

TEST(FixedPoint, StartsThatDisagreeAreNotSettled) {
  const auto cold = told("T = 1", 100, constant(2.1, 0.03));
  const auto hot = told("T = 6", 100, constant(2.4, 0.04));
  const auto apart = fixed_point(std::vector{cold, hot}).by("energy");
  EXPECT_FALSE(apart.settled || apart.agree);
  EXPECT_EQ(apart.because, "starts from T = 1 and T = 6 differ by 0.30(5)");
  EXPECT_DOUBLE_EQ(apart.value.value, 2.25);
  EXPECT_NEAR(apart.value.error, 0.025, 1e-12);
  // Of three, those that lie farthest apart in their errors.
  const auto three = fixed_point(std::vector{told("T = 0", 100, constant(2.0, 1)), cold, hot}).by("energy");
  EXPECT_EQ(three.because, "starts from T = 1 and T = 6 differ by 0.30(5)");

  const auto close = fixed_point(std::vector{cold, told("T = 6", 100, constant(2.2, 0.04))}).by("energy");
  EXPECT_TRUE(close.settled && close.agree);
  EXPECT_EQ(close.because,
            "starts agree (largest difference 0.10(5)), largest drift 0.000(20) over the last 25 steps");
  EXPECT_EQ(close.starts[0].value.value, 2.1);
  EXPECT_EQ(close.starts[1].name, "T = 6");
}

TEST(FixedPoint, OneStartOneStepAndNoStepAreNotSettled) {
  const auto one = fixed_point(std::vector{told("T = 6", 100, constant(2.4, 0.04))}).by("energy");
  EXPECT_FALSE(one.settled);
  EXPECT_EQ(one.because, "only one start, drift 0.000(26) over the last 25 steps");
  EXPECT_EQ(one.value.value, 2.4);
  for (const int steps : {0, 1, 3}) {
    const auto brief =
        fixed_point(std::vector{told("a", steps, constant(2, 0.1)), told("b", steps, constant(2, 0.1))});
    EXPECT_FALSE(brief.by("energy").settled);
    EXPECT_TRUE(brief.by("energy").agree);
    EXPECT_EQ(brief.by("energy").because, "too few steps to see a drift");
  }
  EXPECT_NE(testing::refusal_of([] { (void)fixed_point({}); }), "");
  EXPECT_NE(testing::refusal_of([] { (void)fixed_point(std::vector{Trajectory{}}); }), "");
  EXPECT_NE(
      testing::refusal_of([&] { (void)fixed_point(std::vector{told("a", 1, constant(2, 1))}).by("ising"); }),
      "");
}

TEST(FixedPoint, ReadingsThatAreMissingAreSaidAndLeftOut) {
  const auto good = told("T = 6", 8, constant(2, 0.1));
  const auto bad = told(
      "T = 1", 8, [](int k) { return thermometers::Reading{.value = k == 7 ? nothing : 5, .error = 0.1}; });
  const auto by = fixed_point(std::vector{bad, good}).by("energy");
  EXPECT_EQ(by.value.value, 2);
  EXPECT_FALSE(by.settled);
  EXPECT_EQ(by.because, "no reading in the last steps from T = 1");
  EXPECT_TRUE(std::isnan(by.starts[0].value.value));
  // Outside the window nothing is missing.
  const auto early = told(
      "T = 1", 8, [](int k) { return thermometers::Reading{.value = k == 2 ? nothing : 2, .error = 0.1}; });
  EXPECT_TRUE(fixed_point(std::vector{early, good}).by("energy").settled);
  const auto none = fixed_point(std::vector{bad, bad}).by("energy");
  EXPECT_TRUE(std::isnan(none.value.value) && !none.settled);
  EXPECT_THROW((void)fixed_point(std::vector{good, good}).of("energy"), Error);  // it was not read
  // One configuration has no error.
  const auto alone =
      fixed_point(std::vector{told("a", 8, constant(2, nothing)), told("b", 8, constant(2, nothing))});
  EXPECT_EQ(alone.by("energy").because, "its error is not known");
}

TEST(FixedPoint, MeansAcrossInfinityAreOverTheInverse) {
  base::RandomStream stream(7, "test.hot");
  std::vector<Trajectory> hot;
  for (const char* name : {"T = 1", "T = 6"})
    hot.push_back(told(name, 100, [&](int) {
      return thermometers::reading_of_inverse({.value = 0.002 * stream.normal(), .error = 0.002});
    }));
  const auto by = fixed_point(hot).by("energy");
  EXPECT_TRUE(by.inverse);
  EXPECT_TRUE(by.settled) << by.because;
  EXPECT_GT(by.value.limit, 300);
  EXPECT_EQ(by.because.find("T cannot be told from infinity; starts agree"), 0U) << by.because;
  // T = 200 beside infinity, exactly 2/3 of the inverse.
  const auto mixed = fixed_point(std::vector{told("a", 8, [](int k) {
    return thermometers::reading_of_inverse({.value = k == 7 ? 0 : 0.005, .error = 1e-4});
  })});
  EXPECT_NEAR(mixed.by("energy").value.value, 300, 1e-9);
  const auto all = fixed_point(std::vector{told("a", 8, constant(infinity, nothing))}).by("energy");
  EXPECT_TRUE(std::isinf(all.value.value));
}

TEST(FixedPoint, ABoundOfTheThermometerIsNoFixedPoint) {
  const auto bound = [](int) { return thermometers::Reading{.value = 6, .error = 0, .censored = true}; };
  const auto by = fixed_point(std::vector{told("a", 8, bound), told("b", 8, bound)}).by("energy");
  EXPECT_FALSE(by.settled);
  EXPECT_TRUE(by.value.censored);
  EXPECT_EQ(by.because,
            "from a it meets the bound 6 of what is read; from b it meets the bound 6 of what is read");
  const auto cold = [](int) { return thermometers::Reading{.value = 0, .error = 0.3, .censored = true}; };
  const auto zero = fixed_point(std::vector{told("a", 8, cold), told("b", 8, cold)}).by("energy");
  EXPECT_TRUE(zero.settled && zero.value.censored) << zero.because;
  EXPECT_EQ(zero.value.value, 0);
}

/// Flows of decimation from temperatures of a chain, each step read on its own lattice.
std::vector<Trajectory> decimated(const std::vector<double>& temperatures, int steps) {
  const int sites = 1024;
  const auto model = models::registry().find("ising-chain").make(lattice::Lattice::chain(sites), {});
  const auto data = samplers::sample(
      {.model = model, .temperatures = temperatures, .samples_per_temperature = 400, .seed = 4}, "auto",
      base::silent());
  std::vector<std::unique_ptr<thermometers::EnergyThermometer>> gauges;
  for (int n = sites; n >= sites >> steps; n /= 2) {
    gauges.push_back(
        std::make_unique<thermometers::EnergyThermometer>(model->on(lattice::Lattice::chain(n))));
  }
  const transformations::Decimation map({.factor = 2});
  std::vector<Trajectory> flows;
  for (const auto& group : ensemble::by_temperature(data))
    flows.push_back(iterate({map}, ensemble::select(data, group.rows),
                            fmt::format("T = {}", group.temperature), group.temperature, gauges,
                            {.steps = steps}, base::silent()));
  return flows;
}

TEST(FixedPoint, DecimationOfTheChainEndsAtInfiniteTemperature) {
  // tanh K' = tanh^2 K: from K = 1 the coupling after 6 to 8 steps is below 1e-7.
  const auto point = fixed_point(decimated({1, 2}, 8));
  const auto by = point.by("energy");
  EXPECT_TRUE(by.settled) << by.because;
  EXPECT_TRUE(by.inverse);
  EXPECT_TRUE(std::isfinite(by.value.limit) || std::isinf(by.value.value));
  EXPECT_TRUE(point.of("energy").settled) << point.of("energy").because;
  testing::expect_within(point.of("energy").value.value, point.of("energy").value.error, 0,
                         "energy per site");
}

TEST(FixedPoint, CoinsAreAtRestAfterOneStep) {
  // An RBM without weights answers with independent spins, whatever it is given.
  const auto lattice = lattice::Lattice::square(4, 4);
  const auto model = models::registry().find("ising-square").make(lattice, {});
  const transformations::RbmReconstruct map(networks::random_rbm(lattice, 4, 0, 1));
  std::vector<Trajectory> flows;
  for (const int value : {1, -1}) {
    kernels::PackedSpins spins(500, 16);
    for (std::size_t row = 0; row < 500; ++row)
      for (std::size_t site = 0; site < 16; ++site)
        spins.set(row, site, value > 0 || (row + site) % 2 == 0 ? 1 : -1);
    flows.push_back(iterate({map}, ensemble::from_spins(std::move(spins), lattice, model),
                            value > 0 ? "up" : "striped", 0, {}, {.steps = 80, .seed = 3}, base::silent()));
  }
  const auto point = fixed_point(flows);
  EXPECT_TRUE(point.thermometers.empty());
  EXPECT_TRUE(point.of("energy").settled) << point.of("energy").because;
  EXPECT_TRUE(point.of("abs_magnetization").settled) << point.of("abs_magnetization").because;
  testing::expect_within(point.of("energy").value.value, point.of("energy").value.error, 0,
                         "energy of coins");
  // The mean of |S| over n = 16 coins is n binom(15, 7) / 2^15.
  testing::expect_within(point.of("abs_magnetization").value.value, point.of("abs_magnetization").value.error,
                         6435.0 / 32768, "<|m|> of coins");
  // Steps are independent: the mean of 2 x 21 steps is known far better than one step.
  EXPECT_LT(point.of("energy").value.error, 0.5 * flows[0].steps.back()["energy"].error);
}

Trajectory moved(double from, double to, double error = 0.002) {
  Trajectory start{.name = "", .temperature = from, .steps = std::vector<FlowStep>(2)};
  start.steps[1].step = 1;
  start.steps[1].readings["energy"] = {.value = to, .error = error};
  return start;
}

TEST(StepMap, CrossesOnlyWhereItChangesSign) {
  std::vector<Trajectory> unstable;
  std::vector<Trajectory> above;
  for (const double t : {2.1, 2.2, 2.3, 2.4}) {
    unstable.push_back(moved(t, 2.26 + 1.8 * (t - 2.26)));
    above.push_back(moved(t, 2.9 + 0.3 * (t - 2.9)));
  }
  const auto map = step_map(unstable, "energy", 2.1, 2.45);
  EXPECT_NEAR(map.crossing.value, 2.26, 1e-9);
  EXPECT_NEAR(map.slope.value, 1.8, 1e-9);
  EXPECT_NEAR(map.slope.error, 0.002 * std::sqrt(2.0) / 0.1, 1e-6);
  // A share .6 of the way from 2.2 to 2.3: the errors enter with .4 and .6.
  EXPECT_NEAR(map.crossing.error, 0.002 * std::hypot(0.4, 0.6) / 0.8, 1e-6);
  EXPECT_TRUE(map.because.empty());
  EXPECT_EQ(map.pairs.size(), 4U);
  // Without a crossing no slope: a chord through the ends of a bent map is that of no point.
  const auto none = step_map(above, "energy", 2.1, 2.45);
  EXPECT_TRUE(std::isnan(none.crossing.value));
  EXPECT_TRUE(std::isnan(none.slope.value));
  EXPECT_EQ(none.lowest, 2.1);
  EXPECT_EQ(none.highest, 2.4);
  EXPECT_EQ(none.because, "T' > T everywhere in [2.1, 2.4]");
  const auto narrow = step_map(unstable, "energy", 2.3, 2.3);
  EXPECT_EQ(narrow.pairs.size(), 1U);
  EXPECT_EQ(narrow.because, "fewer than two starts in [2.3, 2.3] are read after one step");
  EXPECT_TRUE(std::isnan(step_map({}).slope.value));
  EXPECT_TRUE(step_map(unstable, "magnetization").pairs.empty());
  // No step, no number, no error: not of the map, or not of the crossing.
  auto odd = unstable;
  odd[0].steps.resize(1);
  odd[1] = moved(2.2, infinity);
  odd[2] = moved(2.3, 2.3, 0);
  EXPECT_EQ(step_map(odd).pairs.size(), 2U);
  EXPECT_TRUE(std::isnan(step_map(odd).crossing.value));
}

TEST(StepMap, OfDecimationIsThatOfTheory) {
  const auto map = step_map(decimated({0.5, 1, 2, 4}, 1));
  ASSERT_EQ(map.pairs.size(), 4U);
  for (const auto& [before, after] : map.pairs) {
    const double k = std::tanh(1 / before);
    testing::expect_within(after.value, after.error, 1 / std::atanh(k * k),
                           fmt::format("T' of T = {}", before));
  }
  EXPECT_EQ(map.because, "T' > T everywhere in [0.5, 4]");
}

}  // namespace
}  // namespace spinflow::flow

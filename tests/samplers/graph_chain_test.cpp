// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/graph_chain.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "enumerated.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "table_model.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

using ModelPointer = std::shared_ptr<const models::Model>;

/// <e>, <m^2>, <m^4>, <|m_k|^2>, <|m|>
using Means = std::array<double, 5>;
constexpr std::array<const char*, 5> names = {"energy", "m^2", "m^4", "|m_k|^2", "|m|"};

/// By summing over all configurations.
class Enumerated {
 public:
  explicit Enumerated(const ModelPointer& model) {
    const auto& lattice = model->lattice();
    const int n = lattice.n_sites();
    std::vector<std::int8_t> spins(static_cast<std::size_t>(n));
    // The spin of the last site is +1: the other half follows by symmetry.
    for (std::size_t c = std::size_t{1} << (n - 1); c < std::size_t{1} << n; ++c) {
      double m = 0;
      std::complex<double> wave_x;
      std::complex<double> wave_y;
      for (int i = 0; i < n; ++i) {
        const int spin = ((c >> i) & 1) != 0 ? 1 : -1;
        spins[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(spin);
        m += static_cast<double>(spin) / n;
        const double turn = 2 * std::numbers::pi;
        wave_x += std::polar(1.0 / n, turn * (i % lattice.lx()) / lattice.lx()) * static_cast<double>(spin);
        wave_y += std::polar(1.0 / n, turn * (i / lattice.lx()) / lattice.ly()) * static_cast<double>(spin);
      }
      const double mk2 =
          lattice.dimension() == 1 ? std::norm(wave_x) : (std::norm(wave_x) + std::norm(wave_y)) / 2;
      values_.push_back({model->energy(spins) / n, m * m, m * m * m * m, mk2, std::abs(m)});
    }
    n_sites_ = n;
  }

  [[nodiscard]] Means at(double inverse_temperature) const {
    Means sums{};
    double norm = 0;
    for (const auto& value : values_) {
      const double weight = std::exp(-inverse_temperature * n_sites_ * (value[0] - values_.back()[0]));
      norm += weight;
      for (std::size_t o = 0; o < sums.size(); ++o) sums[o] += weight * value[o];
    }
    for (auto& sum : sums) sum /= norm;
    return sums;
  }

 private:
  std::vector<Means> values_;
  int n_sites_ = 0;
};

struct Run {
  std::vector<std::vector<GraphMeasurement>> chains;
};

using MakeChain = std::function<std::unique_ptr<GraphChain>(std::size_t index)>;

MakeChain fast(const ModelPointer& model, double inverse_temperature) {
  const auto system = graph_system(model);
  return [=](std::size_t c) {
    return graph_chain(system, inverse_temperature, base::RandomStream(3, "graph test", c));
  };
}

MakeChain slow(const ModelPointer& model, double inverse_temperature) {
  return [=](std::size_t c) {
    return reference::graph_chain(model, inverse_temperature, base::RandomStream(3, "graph test", c));
  };
}

Run run(const MakeChain& make, std::size_t n_chains, std::size_t n_sweeps) {
  Run result;
  for (std::size_t c = 0; c < n_chains; ++c) {
    const auto chain = make(c);
    chain->start();
    for (int sweep = 0; sweep < 30; ++sweep) chain->sweep();
    result.chains.emplace_back();
    for (std::size_t sweep = 0; sweep < n_sweeps; ++sweep) {
      chain->sweep();
      result.chains.back().push_back(chain->measured());
    }
  }
  return result;
}

/// sum x w / sum w over everything, its error from the scatter of independent chains.
void expect_ratio(const Run& run, const std::function<double(const GraphMeasurement&)>& value,
                  const std::function<double(const GraphMeasurement&)>& weight, double exact,
                  const std::string& what) {
  double sum = 0;
  double norm = 0;
  std::vector<std::array<double, 2>> parts;
  for (const auto& chain : run.chains) {
    parts.push_back({0, 0});
    for (const auto& measured : chain) {
      parts.back()[0] += value(measured) * weight(measured);
      parts.back()[1] += weight(measured);
    }
    sum += parts.back()[0];
    norm += parts.back()[1];
  }
  double variance = 0;
  for (const auto& part : parts) variance += std::pow((part[0] - sum / norm * part[1]) / norm, 2);
  testing::expect_within(sum / norm, std::sqrt(variance), exact, what);
}

void expect_exact_means(const ModelPointer& model, double inverse_temperature, const Run& run,
                        const Enumerated& exact, double other_inverse_temperature, const std::string& what) {
  const double log_ratio =
      log_fugacity(*model, other_inverse_temperature) - log_fugacity(*model, inverse_temperature);
  const double typical = static_cast<double>(run.chains[0][0].count);
  for (const bool there : {false, true}) {
    const double at = there ? other_inverse_temperature : inverse_temperature;
    const auto weight = [&](const GraphMeasurement& g) {
      return there ? std::exp(log_ratio * (static_cast<double>(g.count) - typical)) : 1.0;
    };
    const auto means = exact.at(at);
    const std::array<std::function<double(const GraphMeasurement&)>, 5> values = {
        [&](const GraphMeasurement& g) {
          return energy_from_count(*model, at, static_cast<double>(g.count));
        },
        [](const GraphMeasurement& g) { return g.m2; }, [](const GraphMeasurement& g) { return g.m4; },
        [](const GraphMeasurement& g) { return g.mk2; }, [](const GraphMeasurement& g) { return g.abs_m; }};
    for (std::size_t o = 0; o < values.size(); ++o)
      // |m| reweights by the count too: its signs are drawn without regard to K.
      expect_ratio(run, values[o], weight, means[o],
                   what + " " + names[o] + " at K = " + std::to_string(at) + (there ? " reweighted" : ""));
  }
}

struct Case {
  ModelPointer model;
  double inverse_temperature;
};

std::vector<Case> enumerable() {
  return {{power_law("16", 1.5), 0.2},  {power_law("13", 1.25), 0.3}, {power_law("4x4", 3), 0.12},
          {power_law("5x3", 2.5), 0.2}, {power_law("2x6", 3), 0.3},   {power_law("2", 1.5), 0.7},
          {power_law("3", 2), 0.5},     {infinite_range(12), 1.1},    {make_model("4x4"), 0.44},
          {make_model("3x5"), 0.3},     {make_model("2x3"), 0.3},     {make_model("13", 0.5), 1.3}};
}

TEST(GraphChain, MeansAreTheEnumeratedOnes) {
  for (const auto& [model, k] : enumerable())
    expect_exact_means(model, k, run(fast(model, k), 200, 400), Enumerated(model), 0.85 * k,
                       std::string(model->name()) + " " + model->lattice().text());
}

TEST(GraphChain, TheReferenceHasTheSameMeans) {
  for (const auto& [model, k] : enumerable())
    expect_exact_means(model, k, run(slow(model, k), 50, 200), Enumerated(model), 0.85 * k,
                       "reference " + std::string(model->name()) + " " + model->lattice().text());
}

// The checks above can fail.
TEST(GraphChain, AtAnotherTemperatureTheMeansAreOthers) {
  const auto model = power_law("16", 1.5);
  const auto exact = Enumerated(model);
  const auto other = run(fast(model, 0.21), 200, 400);
  double sum = 0;
  for (const auto& chain : other.chains)
    for (const auto& measured : chain) sum += measured.m2 / (200 * 400);
  EXPECT_GT(sum, exact.at(0.2)[1] + 0.01);
}

TEST(GraphChain, TwentySpins) {
  const auto model = power_law("20", 1.75);
  expect_exact_means(model, 0.25, run(fast(model, 0.25), 200, 400), Enumerated(model), 0.29, "chain of 20");
}

TEST(GraphChain, CurieWeiss) {
  // P(M) ~ binomial(N, (N + M)/2) exp(K M^2 / 2N)
  constexpr int n = 700;
  const double k = 1.02;
  double norm = 0;
  double m2 = 0;
  double m4 = 0;
  for (int up = 0; up <= n; ++up) {
    const double m = static_cast<double>(2 * up - n) / n;
    const double weight = std::exp(std::lgamma(n + 1) - std::lgamma(up + 1) - std::lgamma(n - up + 1) -
                                   n * std::numbers::ln2 + k * n * m * m / 2);
    norm += weight;
    m2 += weight * m * m;
    m4 += weight * m * m * m * m;
  }
  const auto model = infinite_range(n);
  const auto measured = run(fast(model, k), 60, 300);
  const auto one = [](const GraphMeasurement&) { return 1.0; };
  expect_ratio(
      measured, [](const GraphMeasurement& g) { return g.m2; }, one, m2 / norm, "m^2");
  expect_ratio(
      measured, [](const GraphMeasurement& g) { return g.m4; }, one, m4 / norm, "m^4");
  expect_ratio(
      measured,
      [&](const GraphMeasurement& g) { return energy_from_count(*model, k, static_cast<double>(g.count)); },
      one, -(m2 / norm - 1.0 / n) / 2, "energy");
}

TEST(GraphChain, NearestNeighbourLimits) {
  const auto one = [](const GraphMeasurement&) { return 1.0; };
  const auto energy = [&](const ModelPointer& model, double k, double exact, const std::string& what) {
    const auto of_count = [&](const GraphMeasurement& g) {
      return energy_from_count(*model, k, static_cast<double>(g.count));
    };
    expect_ratio(run(fast(model, k), 40, 200), of_count, one, exact, what);
  };
  const double critical = 1 / 2.269185314213022;
  const double exact = exact::kaufman(16, 16, critical).energy;
  energy(make_model("16x16"), critical, exact, "square");
  const auto near = std::make_shared<TableModel>(lattice::Lattice::square(16, 16),
                                                 [](int dx, int dy) { return dx + dy == 1 ? 1.0 : 0.0; });
  energy(near, critical, exact, "square as a table");
  // A ring: <e> = -(t + t^(N-1)) / (1 + t^N).
  const double t = std::tanh(0.6);
  const double ring = -(t + std::pow(t, 32)) / (1 + std::pow(t, 33));
  energy(make_model("33"), 0.6, ring, "ring");
  const auto near_ring = std::make_shared<TableModel>(lattice::Lattice::chain(33),
                                                      [](int dx, int) { return dx == 1 ? 1.0 : 0.0; });
  energy(near_ring, 0.6, ring, "ring as a table");
}

/// Of the counts of first sweeps: all spins are up then, so every event counts and their number is Poisson.
void expect_poisson(const ModelPointer& model, double k, double mean) {
  const auto make = fast(model, k);
  constexpr std::size_t n = 6000;
  const auto chain = make(0);
  std::vector<double> counts;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    chain->start();
    chain->sweep();
    counts.push_back(static_cast<double>(chain->measured().count));
    sum += counts.back();
  }
  testing::expect_within(sum / n, std::sqrt(mean / n), mean, "mean number of events");
  // Cells of about sd/4; the probabilities as sums of exp(k ln(mean) - mean - lgamma(k + 1)).
  const double width = std::max(1.0, std::floor(std::sqrt(mean) / 4));
  std::vector<double> expected(1, 0);
  std::vector<double> found;
  for (double k_first = 0; k_first < mean + 12 * std::sqrt(mean) + 20; k_first += width) {
    double probability = 0;
    for (double x = k_first; x < k_first + width; ++x)
      probability += std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
    if (found.empty() || expected.back() * n >= 10) {
      if (!found.empty()) expected.push_back(0);
      found.push_back(0);
    }
    expected.back() += probability;
    for (const double count : counts) found.back() += count >= k_first && count < k_first + width ? 1 : 0;
  }
  double chi2 = 0;
  for (std::size_t c = 0; c + 1 < found.size(); ++c)
    chi2 += std::pow(found[c] - n * expected[c], 2) / (n * expected[c]);
  EXPECT_LT(chi2, testing::chi2_limit(static_cast<int>(found.size()) - 1)) << mean;
}

TEST(GraphChain, TheNumberOfEventsIsPoisson) {
  for (const auto& [size, k] : std::vector<std::pair<std::string, double>>{
           {"5", 0.2}, {"8x8", 0.1}, {"700", 0.2}, {"23x45", 0.2}, {"64", 20}}) {
    const auto model = power_law(size, 2.5);
    double total = 0;
    for (const double coupling : model->couplings_by_displacement()) total += coupling;
    expect_poisson(model, k, k * model->lattice().n_sites() * total);
  }
}

// Of chains with neighbouring indices, and with neighbouring K and the same words.
TEST(GraphChain, ChainsHaveRandomnessOfTheirOwn) {
  const auto model = power_law("8x8", 3);
  const auto all = run(fast(model, 0.1), 40, 1000);
  double sum = 0;
  double n = 0;
  const auto centred = [](const std::vector<GraphMeasurement>& chain, std::size_t i) {
    double mean = 0;
    for (const auto& measured : chain) mean += measured.abs_m / static_cast<double>(chain.size());
    return chain[i].abs_m - mean;
  };
  double variance = 0;
  for (std::size_t c = 0; c + 1 < all.chains.size(); ++c)
    for (std::size_t i = 0; i < 1000; i += 10, ++n) {
      const double a = centred(all.chains[c], i);
      const double b = centred(all.chains[c + 1], i);
      sum += a * b;
      variance += a * a * b * b;
    }
  testing::expect_within(sum / n, std::sqrt(variance) / n, 0, "covariance of neighbours");
}

TEST(GraphChain, BitsDoNotDependOnTheSimdLevel) {
  const auto model = power_law("24x7", 3);
  const auto last = [&] {
    const auto chain = fast(model, 0.1)(0);
    chain->start();
    for (int sweep = 0; sweep < 100; ++sweep) chain->sweep();
    const auto m = chain->measured();
    return std::array<double, 5>{static_cast<double>(m.count), m.m2, m.m4, m.mk2, m.abs_m};
  };
  const auto expected = last();
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(last(), expected); });
}

TEST(GraphChain, WhatItCannotDoIsRefused) {
  const auto negative = std::make_shared<TableModel>(lattice::Lattice::chain(9),
                                                     [](int dx, int) { return dx == 1 ? 1.0 : -0.1; });
  const auto none = std::make_shared<TableModel>(lattice::Lattice::chain(9), [](int, int) { return 0.0; });
  for (const ModelPointer& model : std::vector<ModelPointer>{
           make_model("4x4", -1), make_model("4x4", 0), make_model("4x4", 1, 0.1),
           make_model("4x4", 1, 0, lattice::Boundary::open), power_law("9", 2, 0.1), negative, none}) {
    EXPECT_FALSE(graph_refusal(*model).empty());
    EXPECT_THROW((void)graph_system(model), Error);
  }
}

}  // namespace
}  // namespace spinflow::samplers

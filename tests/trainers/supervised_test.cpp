// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/supervised.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::trainers {
namespace {

// Independent spins whose mean is tanh(1/T): every class knows its temperature, and the best answer is known
// too.
ensemble::Ensemble paramagnets(const std::vector<double>& temperatures, std::size_t n, int n_sites) {
  kernels::PackedSpins spins(n * temperatures.size(), static_cast<std::size_t>(n_sites));
  base::RandomStream stream(5, "test.paramagnets");
  std::vector<double> labels;
  for (const double t : temperatures)
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t c = 0; c < spins.n_columns(); ++c)
        spins.set(labels.size(), c, stream.uniform() < 1 / (1 + std::exp(-2 / t)) ? 1 : -1);
      labels.push_back(t);
    }
  auto result = ensemble::from_spins(std::move(spins), lattice::Lattice::chain(n_sites), nullptr);
  result.temperature = labels;
  return result;
}

class DenseGradients : public ::testing::TestWithParam<networks::Activation> {};

TEST_P(DenseGradients, EqualFiniteDifferences) {
  networks::Dense net = networks::random_dense(lattice::Lattice::chain(7), {6, 5, 3}, GetParam(), 3);
  base::RandomStream stream(3, "test.net");
  for (auto& layer : net.layers)
    for (auto& b : layer.bias) b = static_cast<float>(stream.uniform() - 0.5);
  kernels::PackedSpins v(9, 7);
  std::vector<std::uint32_t> classes(9);
  for (std::size_t r = 0; r < 9; ++r) {
    classes[r] = static_cast<std::uint32_t>(stream.below(3));
    for (std::size_t c = 0; c < 7; ++c) v.set(r, c, stream.uniform() < 0.5 ? 1 : -1);
  }
  const auto gradient = dense_gradient(net, v, classes);
  // Losses come from floats: a step of 2^-8 leaves 1e-7/2^-7 from rounding and less from curvature. With this
  // seed no field is so near zero that a step would cross the kink of relu.
  const float step = 0.00390625f;
  const auto compare = [&](float& parameter, float expected, const std::string& what) {
    const float kept = parameter;
    parameter = kept + step;
    const double above = dense_gradient(net, v, classes).loss;
    parameter = kept - step;
    const double below = dense_gradient(net, v, classes).loss;
    parameter = kept;
    EXPECT_NEAR(expected, (above - below) / (2 * step), 1e-4) << what;
  };
  double largest = 0;
  for (std::size_t l = 0; l < 3; ++l) {
    for (std::size_t i = 0; i < net.layers[l].weights.size(); ++i) {
      compare(net.layers[l].weights[i], gradient.layers[l].weights[i], "weight " + std::to_string(i));
      largest = std::max(largest, std::abs(double{gradient.layers[l].weights[i]}));
    }
    for (std::size_t i = 0; i < net.layers[l].bias.size(); ++i)
      compare(net.layers[l].bias[i], gradient.layers[l].bias[i], "bias " + std::to_string(i));
  }
  EXPECT_GT(largest, 0.05) << "the comparison would prove nothing";
}

INSTANTIATE_TEST_SUITE_P(Both, DenseGradients,
                         ::testing::Values(networks::Activation::tanh, networks::Activation::relu),
                         [](const auto& tested) { return std::string(networks::to_string(tested.param)); });

TEST(DenseGradients, LossOfACertainAnswer) {
  networks::Dense net{.visible = lattice::Lattice::chain(2)};
  net.layers.push_back({.n_in = 2, .n_out = 2, .weights = {50, 50, -50, -50}, .bias = {0, 0}});
  kernels::PackedSpins v(1, 2);
  v.flip(0);
  EXPECT_NEAR(dense_gradient(net, v, std::vector<std::uint32_t>{0}).loss, 0, 1e-6);
  EXPECT_EQ(dense_gradient(net, v, std::vector<std::uint32_t>{0}).accuracy, 1);
  const auto wrong = dense_gradient(net, v, std::vector<std::uint32_t>{1});
  EXPECT_EQ(wrong.accuracy, 0);
  EXPECT_TRUE(std::isfinite(wrong.loss));
  EXPECT_GT(wrong.loss, 50);
}

TEST(Classifier, ComesNearTheBayesBound) {
  const std::vector<double> temperatures = {0.8, 2, 5};
  const auto data = paramagnets(temperatures, 1500, 16);
  const auto trained = train_classifier(data, {.hidden = 16, .epochs = 20}, 1, base::silent());
  // Exact cross-entropy of the number of up spins.
  double bound = 0;
  for (int up = 0; up <= 16; ++up) {
    double total = 0;
    std::vector<double> p;
    for (const double t : temperatures) {
      const double q = 1 / (1 + std::exp(-2 / t));
      p.push_back(std::exp(std::lgamma(17) - std::lgamma(up + 1) - std::lgamma(17 - up) + up * std::log(q) +
                           (16 - up) * std::log(1 - q)));
      total += p.back();
    }
    for (const double x : p) bound -= x / 3 * std::log(x / total);
  }
  const auto& net = trained.net;
  EXPECT_EQ(net.temperatures, temperatures);
  EXPECT_EQ(net.purpose, "classifier");
  double best = 1e9;
  for (const auto& row : net.history) best = std::min(best, row.loss_held_out);
  EXPECT_LT(best, bound + 0.06);
  EXPECT_GT(best, bound - 0.1);
  EXPECT_GT(net.history.back().accuracy_train, 0.55);
  EXPECT_EQ(trained.updates, static_cast<std::int64_t>(net.history.size()) * 40);
}

TEST(Classifier, StopsEarlyAndKeepsTheBest) {
  // 60 rows and 64 units: it learns them by heart, and the held-out loss rises again.
  const auto data = paramagnets({1.5, 2.5}, 30, 30);
  const auto trained = train_classifier(
      data, {.learning_rate = 0.02, .batch_size = 10, .patience = 3, .held_out = 0.3}, 1, base::silent());
  const auto& history = trained.net.history;
  ASSERT_LT(history.size(), 50u);
  std::size_t best = 0;
  for (std::size_t i = 0; i < history.size(); ++i)
    if (history[i].loss_held_out < history[best].loss_held_out) best = i;
  EXPECT_EQ(best + 4, history.size());
}

TEST(Classifier, SameBitsForAnyThreadsAndSimdLevel) {
  const auto data = paramagnets({0.8, 2, 5}, 100, 20);
  const ClassifierOptions options{.hidden = 9, .batch_size = 32, .epochs = 3};
  const auto weights = [&] {
    const auto trained = train_classifier(data, options, 4, base::silent());
    return std::make_pair(trained.net.layers[0].weights, trained.net.history.back().loss_held_out);
  };
  const auto first = weights();
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(weights(), first); });
}

TEST(Classifier, Refusals) {
  auto data = paramagnets({1, 2}, 10, 6);
  EXPECT_THROW((void)train_classifier(data, {.hidden = 0}, 1, base::silent()), Error);
  EXPECT_THROW((void)train_classifier(data, {.activation = "sigmoid"}, 1, base::silent()), Error);
  data.temperature[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)train_classifier(data, {}, 1, base::silent()), Error);
  EXPECT_THROW((void)train_classifier(paramagnets({1}, 10, 6), {}, 1, base::silent()), Error);
  EXPECT_THROW((void)train_classifier(paramagnets({1, 2}, 1, 6), {}, 1, base::silent()), Error);
  EXPECT_THROW((void)train_classifier(paramagnets({}, 1, 6), {}, 1, base::silent()), Error);
}

}  // namespace
}  // namespace spinflow::trainers

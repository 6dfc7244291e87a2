// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/supervised.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/net_score.hpp"
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

/// Targets of `n` random rows: "spins", "number" or "classes", for a net of three outputs (one for numbers).
Targets some_targets(std::string_view kind, std::size_t n) {
  base::RandomStream stream(8, "test.targets");
  Targets targets{.n_outputs = kind == "number" ? 1u : 3u};
  if (kind == "spins") targets.spins = kernels::PackedSpins(n, 3);
  for (std::size_t r = 0; r < n; ++r) {
    if (kind == "classes") targets.classes.push_back(static_cast<std::uint32_t>(stream.below(3)));
    if (kind == "number") targets.numbers.push_back(static_cast<float>(stream.uniform() - 0.5));
    if (kind == "spins")
      for (std::size_t c = 0; c < 3; ++c) targets.spins.set(r, c, stream.uniform() < 0.5 ? 1 : -1);
  }
  return targets;
}

using GradientCase = std::tuple<networks::Activation, std::string, std::size_t>;
class DenseGradients : public ::testing::TestWithParam<GradientCase> {};

TEST_P(DenseGradients, EqualFiniteDifferences) {
  const auto& [activation, kind, depth] = GetParam();
  const Targets targets = some_targets(kind, 9);
  std::vector<std::size_t> sizes = {6, 5};
  sizes.resize(depth);
  sizes.push_back(targets.n_outputs);
  networks::Dense net = networks::random_dense(lattice::Lattice::chain(7), sizes, activation, 3);
  base::RandomStream stream(6, "test.net");
  for (auto& layer : net.layers)
    for (auto& b : layer.bias) b = static_cast<float>(stream.uniform() - 0.5);
  kernels::PackedSpins v(9, 7);
  for (std::size_t r = 0; r < 9; ++r)
    for (std::size_t c = 0; c < 7; ++c) v.set(r, c, stream.uniform() < 0.5 ? 1 : -1);
  const auto gradient = dense_gradient(net, v, targets);
  // Losses come from floats: a step of 2^-8 leaves 1e-7/2^-7 from rounding and less from curvature. With this
  // seed no field is so near zero that a step would cross the kink of relu.
  const float step = 0.00390625f;
  const auto compare = [&](float& parameter, float expected, const std::string& what) {
    const float kept = parameter;
    parameter = kept + step;
    const double above = dense_gradient(net, v, targets).loss;
    parameter = kept - step;
    const double below = dense_gradient(net, v, targets).loss;
    parameter = kept;
    EXPECT_NEAR(expected, (above - below) / (2 * step), 1e-4) << what;
  };
  double largest = 0;
  for (std::size_t l = 0; l <= depth; ++l) {
    for (std::size_t i = 0; i < net.layers[l].weights.size(); ++i) {
      compare(net.layers[l].weights[i], gradient.layers[l].weights[i], "weight " + std::to_string(i));
      largest = std::max(largest, std::abs(double{gradient.layers[l].weights[i]}));
    }
    for (std::size_t i = 0; i < net.layers[l].bias.size(); ++i)
      compare(net.layers[l].bias[i], gradient.layers[l].bias[i], "bias " + std::to_string(i));
  }
  EXPECT_GT(largest, 0.05) << "the comparison would prove nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Every, DenseGradients,
    ::testing::Combine(::testing::Values(networks::Activation::tanh, networks::Activation::relu),
                       ::testing::Values("spins", "number", "classes"),
                       ::testing::Values(std::size_t{0}, std::size_t{1}, std::size_t{2})),
    [](const auto& tested) {
      return std::string(networks::to_string(std::get<0>(tested.param))) + "_" + std::get<1>(tested.param) +
             "_" + std::to_string(std::get<2>(tested.param));
    });

TEST(DenseLoss, OfACertainAnswer) {
  networks::Dense net{.visible = lattice::Lattice::chain(2)};
  net.layers.push_back({.n_in = 2, .n_out = 2, .weights = {50, 50, -50, -50}, .bias = {0, 0}});
  kernels::PackedSpins v(1, 2);
  v.flip(0);
  Targets targets{.n_outputs = 2, .classes = {0}};
  EXPECT_NEAR(dense_gradient(net, v, targets).loss, 0, 1e-6);
  EXPECT_EQ(dense_gradient(net, v, targets).accuracy, 1);
  targets.classes = {1};
  const auto wrong = dense_gradient(net, v, targets);
  EXPECT_EQ(wrong.accuracy, 0);
  EXPECT_TRUE(std::isfinite(wrong.loss));
  EXPECT_GT(wrong.loss, 50);
}

TEST(DenseLoss, OfSpinsAndNumbersByHand) {
  // Outputs (1.5, -1) of the only row (+1, -1).
  networks::Dense net{.visible = lattice::Lattice::chain(2)};
  net.layers.push_back({.n_in = 2, .n_out = 2, .weights = {1, 0, 0, 1}, .bias = {0.5, 0}});
  kernels::PackedSpins v(1, 2);
  v.set(0, 0, 1);
  Targets targets{.n_outputs = 2, .spins = kernels::PackedSpins(1, 2)};
  targets.spins.set(0, 1, 1);  // (-1, +1): both signs wrong
  auto gradient = dense_gradient(net, v, targets);
  EXPECT_FLOAT_EQ(static_cast<float>(gradient.loss), (6.25f + 4) / 2);
  EXPECT_EQ(gradient.accuracy, 0);
  EXPECT_EQ(gradient.layers[0].bias, (std::vector<float>{2.5, -2}));
  targets.spins.flip(0);
  gradient = dense_gradient(net, v, targets);
  EXPECT_FLOAT_EQ(static_cast<float>(gradient.loss), 0.125f);
  EXPECT_EQ(gradient.accuracy, 1);

  net.layers[0] = {.n_in = 2, .n_out = 1, .weights = {1, 0}, .bias = {0.5}};
  gradient = dense_gradient(net, v, {.n_outputs = 1, .numbers = {0.25}});
  EXPECT_FLOAT_EQ(static_cast<float>(gradient.loss), 1.5625f);
  EXPECT_TRUE(std::isnan(gradient.accuracy));
  EXPECT_EQ(gradient.layers[0].bias, (std::vector<float>{2.5}));
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

// One output per spin that copies it, the last one turned round; classes by the larger of two outputs.
TEST(NetScore, ByHand) {
  networks::Dense net{.visible = lattice::Lattice::chain(2)};
  net.layers = {{.n_in = 2, .n_out = 2, .weights = {0.5F, 0, 0, -0.5F}, .bias = {0, 0}}};
  kernels::PackedSpins rows(600, 2);
  for (std::size_t r = 0; r < 600; ++r) {
    rows.set(r, 0, r % 2 == 0 ? 1 : -1);
    rows.set(r, 1, r % 3 == 0 ? 1 : -1);
  }
  Targets spins;
  spins.n_outputs = 2;
  spins.spins = rows;
  const auto score = score_of(networks::DenseForward(net), rows, spins);
  EXPECT_EQ(score.accuracy, 0.5);
  EXPECT_NEAR(score.loss, (0.25 + 2.25) / 2, 1e-12);
  const auto signs = signs_of(net, rows, rows);
  EXPECT_EQ(signs.accuracy, 0.5);
  EXPECT_NEAR(signs.loss, score.loss, 1e-12);
  EXPECT_EQ(signs.spins.spin(0, 1), -1);
  EXPECT_EQ(fraction_equal(signs.spins, rows), 0.5);
  Targets numbers;
  numbers.n_outputs = 1;
  numbers.numbers.assign(600, 0.0);
  networks::Dense one{.visible = lattice::Lattice::chain(2)};
  one.layers = {{.n_in = 2, .n_out = 1, .weights = {0, 0}, .bias = {0.5F}}};
  EXPECT_TRUE(std::isnan(score_of(networks::DenseForward(one), rows, numbers).accuracy));
  EXPECT_NEAR(score_of(networks::DenseForward(one), rows, numbers).loss, 0.25, 1e-12);
}

}  // namespace
}  // namespace spinflow::trainers

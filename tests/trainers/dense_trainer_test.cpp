// SPDX-License-Identifier: Apache-2.0
// Nets trained to compute something of a configuration.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "testing/testing.hpp"
#include "trainers/dense_training.hpp"

namespace spinflow::trainers {
namespace {

/// Exact chains: the product of all bonds of a ring is 1, so their signs are drawn independently, P(aligned)
/// = 1/(1 + exp(-2K)), and drawn again if the product is -1.
ensemble::Ensemble chains(std::size_t n, int n_sites, double coupling) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(n_sites));
  base::RandomStream stream(7, "test.chains");
  const double aligned = 1 / (1 + std::exp(-2 * coupling));
  for (std::size_t r = 0; r < n; ++r) {
    bool closes = false;
    while (!closes) {
      const int first = stream.uniform() < 0.5 ? 1 : -1;
      int spin = first;
      for (std::size_t c = 0; c < spins.n_columns(); ++c) {
        spins.set(r, c, spin);
        if (stream.uniform() >= aligned) spin = -spin;
      }
      closes = spin == first;
    }
  }
  return ensemble::from_spins(std::move(spins), lattice::Lattice::chain(n_sites), nullptr);
}

Targets decimated(const ensemble::Ensemble& data, int b) {
  Targets targets{.name = "decimation:" + std::string(1, static_cast<char>('0' + b))};
  targets.n_outputs = data.spins.n_columns() / static_cast<std::size_t>(b);
  targets.spins = kernels::PackedSpins(data.size(), targets.n_outputs);
  targets.lattice = lattice::Lattice::chain(static_cast<int>(targets.n_outputs));
  for (std::size_t r = 0; r < data.size(); ++r)
    for (std::size_t c = 0; c < targets.n_outputs; ++c)
      targets.spins.set(r, c, data.spins.spin(r, c * static_cast<std::size_t>(b)));
  return targets;
}

Targets magnetizations(const ensemble::Ensemble& data) {
  Targets targets{.name = "magnetization", .n_outputs = 1};
  for (const double m : data.magnetization) targets.numbers.push_back(static_cast<float>(m));
  return targets;
}

TEST(DenseTrainer, ALinearMapLearnsDecimation) {
  const auto data = chains(4000, 16, 0.8);
  for (const char* optimizer : {"adam", "sgd"}) {
    SupervisedOptions options{
        .hidden = {}, .optimizer = optimizer, .learning_rate = 0.03, .batch_size = 100, .updates = 1500};
    if (options.optimizer == "sgd") {
      options.learning_rate = 0.2;
      options.momentum = 0.5;
    }
    const auto trained = train_supervised(data, decimated(data, 4), options, 1, base::silent());
    const auto& net = trained.net;
    ASSERT_EQ(net.layers.size(), 1u);
    EXPECT_GT(net.history.back().accuracy_held_out, 0.9999) << optimizer;
    // The optimum is known: weight 1 from the spin that stays, 0 from the others.
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t i = 0; i < 16; ++i)
        EXPECT_NEAR(net.layers[0].weights[16 * a + i], i == 4 * a ? 1 : 0, 0.02) << optimizer;
    EXPECT_EQ(net.purpose, "decimation:4");
    EXPECT_EQ(net.output, lattice::Lattice::chain(4));
    EXPECT_EQ(std::get<std::int64_t>(net.training.at("updates")), 1500);
    EXPECT_EQ(trained.updates, 1500);
  }
}

TEST(DenseTrainer, AHiddenLayerLearnsWhatNoLinearMapCan) {
  // The sign of s_0 s_1 of free spins is XOR: no linear map beats one half.
  const auto data = chains(4000, 4, 0);
  Targets targets{.name = "product", .n_outputs = 2};
  for (std::size_t r = 0; r < data.size(); ++r)
    targets.classes.push_back(data.spins.spin(r, 0) * data.spins.spin(r, 1) > 0 ? 1u : 0u);
  const auto accuracy = [&](const std::vector<std::int64_t>& hidden, const char* activation) {
    const SupervisedOptions options{
        .hidden = hidden, .activation = activation, .batch_size = 100, .updates = 1000};
    return train_supervised(data, targets, options, 2, base::silent()).net.history.back().accuracy_held_out;
  };
  EXPECT_LT(accuracy({}, "tanh"), 0.6);
  EXPECT_EQ(accuracy({16}, "tanh"), 1);
  EXPECT_EQ(accuracy({16, 8}, "relu"), 1);
}

TEST(DenseTrainer, LearnsANumber) {
  const auto data = chains(2000, 12, 0.5);
  const auto trained = train_supervised(
      data, magnetizations(data), {.hidden = {}, .learning_rate = 0.03, .updates = 1500}, 3, base::silent());
  EXPECT_LT(trained.net.history.back().loss_held_out, 1e-4);
  EXPECT_TRUE(std::isnan(trained.net.history.back().accuracy_held_out));
  EXPECT_FALSE(trained.net.output);
  for (const float w : trained.net.layers[0].weights) EXPECT_NEAR(w, 1.0 / 12, 0.01);
}

TEST(DenseTrainer, TheScheduleEndsAtZero) {
  SupervisedOptions options{.learning_rate = 0.5, .updates = 300};
  EXPECT_EQ(learning_rate_after(options, 0), 0.5);
  EXPECT_NEAR(learning_rate_after(options, 100), 0.5 * (1 + std::cos(M_PI / 3)) / 2, 1e-15);
  EXPECT_NEAR(learning_rate_after(options, 150), 0.25, 1e-15);
  EXPECT_EQ(learning_rate_after(options, 300), 0);
  for (int i = 1; i <= 300; ++i)
    EXPECT_LT(learning_rate_after(options, i), learning_rate_after(options, i - 1));
  options.schedule = "constant";
  EXPECT_EQ(learning_rate_after(options, 299), 0.5);

  // The trainer uses it: the last update of sgd moves by rate * gradient, which the schedule makes small.
  const auto data = chains(200, 8, 0.5);
  const auto last_step = [&](const char* schedule) {
    std::vector<float> before;
    std::vector<float> after;
    const Checkpoints checkpoints{.updates = {19, 20}, .at = [&](std::int64_t update, const auto& net) {
                                    (update == 19 ? before : after) = net.layers[0].weights;
                                  }};
    (void)train_supervised(data, decimated(data, 2),
                           {.hidden = {},
                            .optimizer = "sgd",
                            .learning_rate = 0.1,
                            .schedule = schedule,
                            .batch_size = 50,
                            .updates = 20},
                           1, base::silent(), checkpoints);
    double squares = 0;
    for (std::size_t i = 0; i < before.size(); ++i) squares += std::pow(after[i] - before[i], 2);
    return std::sqrt(squares);
  };
  const double fall = last_step("cosine") / last_step("constant");
  const double factor = (1 + std::cos(M_PI * 19 / 20)) / 2;  // of the rate; gradients differ a little
  EXPECT_GT(fall, factor / 2);
  EXPECT_LT(fall, factor * 2);
}

TEST(DenseTrainer, OneUpdateOfSgdIsTheGradient) {
  // One batch of all training rows: parameters - rate * gradient, then momentum repeats part of the step.
  const auto data = chains(20, 6, 0.5);
  const auto targets = decimated(data, 2);
  std::vector<networks::Dense> nets;
  const Checkpoints checkpoints{.updates = {0, 1, 2},
                                .at = [&](std::int64_t, const auto& net) { nets.push_back(net); }};
  const SupervisedOptions options{.hidden = {5},
                                  .optimizer = "sgd",
                                  .learning_rate = 0.25,
                                  .schedule = "constant",
                                  .momentum = 0.5,
                                  .batch_size = 1000,
                                  .updates = 2,
                                  .held_out = 0.5};
  (void)train_supervised(data, targets, options, 1, base::silent(), checkpoints);
  ASSERT_EQ(nets.size(), 3u);
  // Whichever ten rows were held out, they are the same in both updates: steps tell the gradients.
  std::vector<std::size_t> all(20);
  for (std::size_t r = 0; r < 20; ++r) all[r] = r;
  const std::vector<std::size_t> sizes = {5, 3};
  base::sample_to_front(
      all, 10, base::RandomStream(stream_seed(1, "train dense", sizes, data, targets), "dense.held_out"));
  const std::vector<std::size_t> rows(all.begin() + 10, all.end());
  Targets training{.n_outputs = 3, .spins = targets.spins.gather(rows)};
  const auto spins = data.spins.gather(rows);
  const auto first = dense_gradient(nets[0], spins, training);
  const auto second = dense_gradient(nets[1], spins, training);
  for (std::size_t l = 0; l < 2; ++l)
    for (std::size_t i = 0; i < nets[0].layers[l].weights.size(); ++i) {
      const double w0 = nets[0].layers[l].weights[i];
      const double w1 = nets[1].layers[l].weights[i];
      const double w2 = nets[2].layers[l].weights[i];
      EXPECT_NEAR(w1 - w0, -0.25 * first.layers[l].weights[i], 1e-6);
      EXPECT_NEAR(w2 - w1, 0.5 * (w1 - w0) - 0.25 * second.layers[l].weights[i], 1e-6);
    }
}

TEST(DenseTrainer, AnEpochSeesEveryTrainingRowOnce) {
  // At a tiny rate the steps of one epoch, 5 batches of 8, add up to that of the gradient of all 40 rows.
  const auto data = chains(80, 10, 0.5);
  const auto targets = decimated(data, 2);
  std::vector<networks::Dense> nets;
  const Checkpoints checkpoints{.updates = {0, 5, 10},
                                .at = [&](std::int64_t, const auto& net) { nets.push_back(net); }};
  (void)train_supervised(data, targets,
                         {.hidden = {},
                          .optimizer = "sgd",
                          .learning_rate = 1e-3,
                          .schedule = "constant",
                          .batch_size = 8,
                          .updates = 10,
                          .held_out = 0.5},
                         3, base::silent(), checkpoints);
  std::vector<std::size_t> rows(80);
  for (std::size_t r = 0; r < 80; ++r) rows[r] = r;
  const std::vector<std::size_t> sizes = {5};
  base::sample_to_front(
      rows, 40, base::RandomStream(stream_seed(3, "train dense", sizes, data, targets), "dense.held_out"));
  rows.erase(rows.begin(), rows.begin() + 40);
  const Targets training{.n_outputs = 5, .spins = targets.spins.gather(rows)};
  const auto gradient = dense_gradient(nets.at(0), data.spins.gather(rows), training).layers[0].weights;
  double largest = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    for (const std::size_t epoch : {1u, 2u})
      EXPECT_NEAR((nets[epoch].layers[0].weights[i] - nets[epoch - 1].layers[0].weights[i]) / 5e-3,
                  -gradient[i], 0.02);
    largest = std::max(largest, std::abs(double{gradient[i]}));
  }
  EXPECT_GT(largest, 0.3);
}

TEST(DenseTrainer, StopsEarlyAndKeepsTheBest) {
  // 40 rows and random labels: it learns them by heart, and the held-out loss rises.
  const auto data = chains(60, 24, 0);
  Targets targets{.name = "noise", .n_outputs = 2};
  base::RandomStream stream(4, "test.labels");
  for (std::size_t r = 0; r < 60; ++r) targets.classes.push_back(static_cast<std::uint32_t>(stream.below(2)));
  SupervisedOptions options{.hidden = {64},
                            .learning_rate = 0.01,
                            .schedule = "constant",
                            .batch_size = 20,
                            .updates = 2000,
                            .evaluate_every = 5,
                            .patience = 4};
  const auto stopped = train_supervised(data, targets, options, 1, base::silent());
  const auto& history = stopped.net.history;
  EXPECT_LT(stopped.updates, 2000);
  EXPECT_EQ(stopped.updates, static_cast<std::int64_t>(5 * history.size()));
  std::size_t best = 0;
  for (std::size_t i = 0; i < history.size(); ++i)
    if (history[i].loss_held_out < history[best].loss_held_out) best = i;
  EXPECT_EQ(best + 5, history.size());
  EXPECT_GT(history.back().loss_held_out, 1.001 * history[best].loss_held_out);

  // The net is that of the best evaluation; without patience, of the last update.
  options.updates = history[best].update;
  options.patience = 0;
  const auto again = train_supervised(data, targets, options, 1, base::silent());
  EXPECT_EQ(again.net.layers[0].weights, stopped.net.layers[0].weights);
  options.updates = 100;
  const auto patient = train_supervised(data, targets, options, 1, base::silent());
  EXPECT_EQ(patient.updates, 100);
  EXPECT_NE(patient.net.layers[0].weights, stopped.net.layers[0].weights);
}

TEST(DenseTrainer, WhoLooksMayEndTheTraining) {
  const auto data = chains(100, 8, 0.5);
  const auto targets = decimated(data, 2);
  const SupervisedOptions options{.hidden = {6}, .schedule = "constant", .batch_size = 30, .updates = 45};
  std::vector<std::int64_t> seen;
  const Checkpoints third{.evaluated = [&](const networks::Dense& net) {
    seen.push_back(net.history.back().update);
    return seen.size() == 3;
  }};
  const auto stopped = train_supervised(data, targets, options, 6, base::silent(), third);
  EXPECT_EQ(seen, (std::vector<std::int64_t>{3, 5, 7}));  // 45 updates in 20 parts
  EXPECT_EQ(stopped.updates, 7);
  EXPECT_EQ(stopped.net.history.size(), 3u);
  // The net of the seventh update, bit for bit.
  SupervisedOptions shorter = options;
  shorter.updates = 7;
  const auto seventh = train_supervised(data, targets, shorter, 6, base::silent());
  EXPECT_EQ(stopped.net.layers[0].weights, seventh.net.layers[0].weights);
  // With patience it is the best one so far, as where nobody ends it.
  auto labelled = data;
  for (std::size_t r = 0; r < labelled.size(); ++r) labelled.temperature[r] = r < 50 ? 1 : 2;
  std::size_t epochs = 0;
  const auto classifier = train_classifier(
      labelled, {.hidden = 4}, 1, base::silent(), {.evaluated = [&](const networks::Dense& net) {
        EXPECT_EQ(net.history.back().epoch, static_cast<std::int64_t>(++epochs));
        return epochs == 2;
      }});
  EXPECT_EQ(classifier.net.history.size(), 2u);
  EXPECT_EQ(train_classifier(labelled, {.hidden = 4, .epochs = 2}, 1, base::silent()).net.layers[0].weights,
            classifier.net.layers[0].weights);
}

TEST(DenseTrainer, EvaluationsAndCheckpoints) {
  const auto data = chains(100, 8, 0.5);
  const auto targets = decimated(data, 2);
  std::vector<std::int64_t> seen;
  networks::Dense first{.visible = data.lattice};
  networks::Dense last{.visible = data.lattice};
  const Checkpoints checkpoints{.updates = {0, 3, 45, 99},
                                .at = [&](std::int64_t update, const networks::Dense& net) {
                                  seen.push_back(update);
                                  (update == 0 ? first : last) = net;
                                }};
  const SupervisedOptions options{.hidden = {6}, .batch_size = 30, .updates = 45};
  const auto trained = train_supervised(data, targets, options, 6, base::silent(), checkpoints);
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 3, 45}));
  const std::vector<std::size_t> sizes = {6, 4};
  EXPECT_EQ(first.layers[0].weights,
            networks::random_dense(data.lattice, sizes, networks::Activation::tanh,
                                   stream_seed(6, "train dense", sizes, data, targets))
                .layers[0]
                .weights);
  EXPECT_EQ(first.output, targets.lattice);
  EXPECT_EQ(last.layers[1].weights, trained.net.layers[1].weights);
  // Looking changes nothing.
  const auto blind = train_supervised(data, targets, options, 6, base::silent());
  EXPECT_EQ(blind.net.layers[0].weights, trained.net.layers[0].weights);
  // 75 rows train, two batches of 30 an epoch; 45 updates in 20 parts.
  const auto& history = trained.net.history;
  ASSERT_EQ(history.size(), 20u);
  for (std::size_t i = 0; i < history.size(); ++i) {
    EXPECT_EQ(history[i].update, (45 * static_cast<std::int64_t>(i + 1) + 19) / 20);
    EXPECT_EQ(history[i].epoch, (history[i].update + 1) / 2);
  }
  EXPECT_EQ(train_supervised(data, targets, {.updates = 7}, 1, base::silent()).net.history.size(), 7u);
  EXPECT_EQ(train_supervised(data, targets, {.updates = 7, .evaluate_every = 4}, 1, base::silent())
                .net.history.back()
                .update,
            7);
}

TEST(DenseTrainer, SameBitsForAnyThreadsAndSimdLevel) {
  const auto data = chains(700, 20, 0.6);
  const auto weights = [&] {
    std::vector<std::vector<float>> all;
    for (const SupervisedOptions& options :
         {SupervisedOptions{.hidden = {9}, .batch_size = 33, .updates = 40},
          SupervisedOptions{.hidden = {17, 5},
          .activation = "relu",
          .optimizer = "sgd",
          .momentum = 0.9,
          .batch_size = 33,
          .updates = 40},
          SupervisedOptions{.hidden = {}, .batch_size = 33, .updates = 40}}) {
      for (const auto& targets : {decimated(data, 5), magnetizations(data)}) {
        const auto trained = train_supervised(data, targets, options, 4, base::silent());
        all.push_back(trained.net.layers[0].weights);
        all.push_back(trained.net.layers.back().bias);
        all.push_back({static_cast<float>(trained.net.history.back().loss_held_out)});
      }
    }
    return all;
  };
  const auto first = weights();
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(weights(), first); });
}

TEST(DenseTrainer, Refusals) {
  const auto data = chains(10, 8, 0.5);
  const auto targets = decimated(data, 2);
  const auto refused = [&](const SupervisedOptions& options) {
    return testing::refusal_of([&] { (void)train_supervised(data, targets, options, 1, base::silent()); });
  };
  EXPECT_NE(refused({.hidden = {0}}).find("hidden"), std::string::npos);
  EXPECT_NE(refused({.activation = "sigmoid"}).find("activation"), std::string::npos);
  EXPECT_NE(refused({.learning_rate = std::nan("")}).find("learning_rate"), std::string::npos);
  EXPECT_NE(refused({.schedule = "linear"}).find("schedule"), std::string::npos);
  EXPECT_NE(refused({.momentum = 0.5}).find("momentum has no meaning for adam"), std::string::npos);
  EXPECT_NE(refused({.optimizer = "sgd", .momentum = 1}).find("momentum"), std::string::npos);
  EXPECT_NE(refused({.updates = 0}).find("updates"), std::string::npos);
  EXPECT_NE(refused({.held_out = 0}).find("held_out"), std::string::npos);
  const auto one = chains(1, 8, 0.5);
  EXPECT_NE(testing::refusal_of([&] {
              (void)train_supervised(one, decimated(one, 2), {}, 1, base::silent());
            }).find("leave none to hold out"),
            std::string::npos);
  EXPECT_NE(testing::refusal_of([&] {
              (void)train_supervised(one, targets, {}, 1, base::silent());
            }).find("configuration"),
            std::string::npos);
  EXPECT_NE(testing::refusal_of([&] {
              (void)train_supervised(chains(11, 8, 0.5), targets, {}, 1, base::silent());
            }).find("10 targets for 11"),
            std::string::npos);
  for (const SupervisedOptions& wild :
       {SupervisedOptions{.optimizer = "sgd", .learning_rate = 1e30, .updates = 50},
        SupervisedOptions{.learning_rate = 1e7, .updates = 50}}) {
    try {
      (void)train_supervised(data, targets, wild, 1, base::silent());
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::failure);
      EXPECT_NE(std::string(error.what()).find("at update "), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace spinflow::trainers

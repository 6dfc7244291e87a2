// SPDX-License-Identifier: Apache-2.0
// One seed gives every training random words of its own; trainings that differ in their recipe are paired.
#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/digest.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "testing/testing.hpp"

namespace spinflow::trainers {
namespace {

using Weights = std::vector<float>;

// 200 rows of coins on 4x4; half of them are called hot, half cold.
ensemble::Ensemble rows(std::uint64_t seed) {
  kernels::PackedSpins spins(200, 16);
  base::RandomStream stream(seed, "test.rows");
  for (auto& word : spins.words()) word = stream.next() & 0xffffu;
  auto data = ensemble::from_spins(std::move(spins), lattice::Lattice::square(4, 4), nullptr);
  for (std::size_t r = 0; r < data.size(); ++r) data.temperature[r] = r % 2 == 0 ? 1 : 4;
  return data;
}

/// The initial weights, which a learning rate of 0 leaves as they are.
struct Case {
  std::string name;
  std::function<Weights(const ensemble::Ensemble&, std::int64_t hidden, double epochs)> initial;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

std::vector<Case> all_trainers() {
  std::vector<Case> cases;
  for (const auto& entry : registry().entries())
    cases.push_back(
        {entry.name, [name = entry.name](const auto& data, std::int64_t hidden, double epochs) {
           return train_rbm(data, {.method = name, .hidden = hidden, .learning_rate = 0, .epochs = epochs}, 3)
               .rbm.weights;
         }});
  cases.push_back(
      {"classifier", [](const auto& data, std::int64_t hidden, double epochs) {
         return train_classifier(
                    data, {.hidden = hidden, .learning_rate = 0, .epochs = static_cast<std::int64_t>(epochs)},
                    3, base::silent())
             .net.layers[0]
             .weights;
       }});
  cases.push_back({"dense", [](const auto& data, std::int64_t hidden, double epochs) {
                     Targets targets{.name = "autoencode", .n_outputs = 16, .spins = data.spins};
                     return train_supervised(data, targets,
                                             {.hidden = {hidden},
                                              .learning_rate = 0,
                                              .updates = static_cast<std::int64_t>(epochs)},
                                             3, base::silent())
                         .net.layers[0]
                         .weights;
                   }});
  return cases;
}

class TrainerStreams : public ::testing::TestWithParam<Case> {};

void expect_uncorrelated(const Weights& a, const Weights& b, const char* what) {
  const std::size_t n = std::min(a.size(), b.size());
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < n; ++i) {
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
    ab += double{a[i]} * b[i];
  }
  testing::expect_within(ab / std::sqrt(aa * bb), 1 / std::sqrt(static_cast<double>(n)), 0, what);
}

TEST_P(TrainerStreams, OtherDataAndOtherSizesAreOtherWords) {
  const auto& initial = GetParam().initial;
  const auto data = rows(1);
  const Weights weights = initial(data, 20, 1);
  EXPECT_EQ(weights, initial(data, 20, 1));
  EXPECT_EQ(weights, initial(data, 20, 3)) << "a matter of the recipe";
  expect_uncorrelated(weights, initial(rows(2), 20, 1), "other data");
  expect_uncorrelated(weights, initial(data, 21, 1), "other size");
  auto changed = data;
  changed.spins.set(17, 3, -changed.spins.spin(17, 3));
  expect_uncorrelated(weights, initial(changed, 20, 1), "one spin changed");
}

INSTANTIATE_TEST_SUITE_P(All, TrainerStreams, ::testing::ValuesIn(all_trainers()),
                         [](const auto& tested) { return tested.param.name; });

TEST(TrainerStreams, OtherLabelsAreOtherWords) {
  auto data = rows(1);
  const auto initial = [&] {
    return train_classifier(data, {.hidden = 20, .learning_rate = 0, .epochs = 1}, 3, base::silent())
        .net.layers[0]
        .weights;
  };
  const Weights weights = initial();
  // Scaled temperatures are the same labels.
  for (auto& t : data.temperature) t *= 1e-21;
  EXPECT_EQ(weights, initial());
  std::swap(data.temperature[0], data.temperature[1]);
  expect_uncorrelated(weights, initial(), "labels");
}

TEST(TrainerStreams, ChainsOfTwoTrainingsAreOfOtherWords) {
  // Weights of 0 make every spin of a chain a coin: on common words the chains are equal.
  const networks::Rbm zero = networks::random_rbm(lattice::Lattice::square(4, 4), 8, 0, 1);
  const auto updated = [&](const ensemble::Ensemble& data) {
    RbmTrainer trainer(data.spins, zero, {.learning_rate = 1, .batch_size = 200, .biases = true}, 5);
    trainer.update(1);
    Weights chain_means = trainer.rbm().visible_bias;  // <v> of the data minus <v> of the chains
    for (std::size_t i = 0; i < chain_means.size(); ++i) {
      double mean = 0;
      for (std::size_t r = 0; r < data.size(); ++r) mean += data.spins.spin(r, i) / 200.0;
      chain_means[i] -= static_cast<float>(mean);
    }
    return chain_means;
  };
  auto data = rows(1);
  const Weights before = updated(data);
  data.spins.flip(0);
  const Weights after = updated(data);
  double largest = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    largest = std::max(largest, std::abs(double{before[i]} - after[i]));
  EXPECT_GT(largest, 1e-3);
}

TEST(TrainerStreams, StackLayersAreKeyed) {
  const auto initial = [](const ensemble::Ensemble& data) {
    // Too slow to change, too many to die.
    return train_stack(data,
                       {.hidden = {4},
                        .learning_rate = 1e-12,
                        .final_learning_rate = 1e-12,
                        .shrinkage = 0,
                        .epochs = 1,
                        .initial_sigma = 1},
                       3, base::silent())
        .stack.layers[0]
        .weights;
  };
  const auto sorted = [](Weights weights) {
    std::ranges::sort(weights);
    return weights;
  };
  const auto data = rows(1);
  EXPECT_EQ(initial(data), initial(data));
  EXPECT_NE(sorted(initial(data)), sorted(initial(rows(2))));
}

}  // namespace
}  // namespace spinflow::trainers

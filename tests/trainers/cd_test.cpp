// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/base/digest.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

// Rings with strong neighbour correlations: a Markov chain of +-1.
kernels::PackedSpins correlated_rows(std::size_t n, std::size_t n_columns) {
  kernels::PackedSpins spins(n, n_columns);
  base::RandomStream stream(1, "test.rows");
  for (std::size_t r = 0; r < n; ++r) {
    int s = stream.uniform() < 0.5 ? 1 : -1;
    for (std::size_t c = 0; c < n_columns; ++c) {
      if (stream.uniform() < 0.1) s = -s;
      spins.set(r, c, s);
    }
  }
  return spins;
}

networks::Rbm start(std::size_t n_visible = 20, std::size_t n_hidden = 7) {
  return networks::random_rbm(lattice::Lattice::chain(static_cast<int>(n_visible)), n_hidden, 0.01, 3);
}

const RbmTrainingOptions options{.k = 2,
                                 .learning_rate = 0.05,
                                 .final_learning_rate = 0.01,
                                 .momentum = 0.5,
                                 .shrinkage = 0.02,
                                 .batch_size = 30,
                                 .epochs = 3,
                                 .biases = true,
                                 .held_out = 0.2};

TEST(Cd, ShrinkageMakesExactZerosAndIsDoneAtTheRateOfTheUpdate) {
  const auto data = correlated_rows(500, 20);
  const auto zeros_with = [&](double shrinkage) {
    RbmTrainingOptions wanted = options;
    wanted.shrinkage = shrinkage;
    RbmTrainer trainer(data, start(), wanted, 11);
    trainer.update(1000);
    return std::ranges::count(trainer.rbm().weights, 0.0f);
  };
  EXPECT_EQ(zeros_with(0), 0);
  EXPECT_GT(zeros_with(0.05), 30);  // 60 to 100 of 140 for a dozen seeds
  // Two updates take off lambda times the sum of their rates.
  const networks::Rbm before = start();
  const kernels::PackedSpins down(4, 20);
  RbmTrainer trainer(down, before,
                     {.learning_rate = 1e-3,
                      .final_learning_rate = 2.5e-4,
                      .weight_decay = 0,
                      .shrinkage = 4,
                      .batch_size = 2,
                      .epochs = 1},
                     1);
  // The gradient part is at most 2 |W v| times these rates: of order 1e-4.
  trainer.update(2);
  const auto after = trainer.rbm();
  int checked = 0;
  for (std::size_t i = 0; i < before.weights.size(); ++i) {
    const double w = before.weights[i];
    if (std::abs(w) < 6e-3) continue;
    EXPECT_NEAR(after.weights[i], w - std::copysign(5e-3, w), 5e-4);
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

// Written in the middle of the fourth epoch, when streams were keyed by the seed alone.
TEST(RbmTrainer, TrainingsOfVersion010GoOnToTheSameBits) {
  const auto data = correlated_rows(120, 10);
  const auto finished = [&](const char* file) {
    RbmTrainer trainer = RbmTrainer::resume(data, std::filesystem::path(SPINFLOW_TEST_DATA) / file);
    EXPECT_EQ(trainer.updates(), 17);
    trainer.update(1000);
    EXPECT_TRUE(trainer.done());
    const auto rbm = trainer.rbm();
    EXPECT_EQ(rbm.seed, 11u);
    base::Digest digest;
    for (const auto* numbers : {&rbm.weights, &rbm.visible_bias, &rbm.hidden_bias}) digest.add(*numbers);
    return digest.value();
  };
  EXPECT_EQ(finished("rbm_training_cd_0.1.0.h5"), 0x8996ed23e930f004u);
  EXPECT_EQ(finished("rbm_training_pt_0.1.0.h5"), 0xd996bd035e079513u);
}

// A training that has not begun, as `RbmTrainer::save` writes it, with the given settings.
void write_state(const std::filesystem::path& path, std::size_t n_rows, const base::Values& training) {
  networks::Rbm rbm = start();
  rbm.training = training;
  io::Hdf5Writer file(path);
  io::write_header(file, {.format = "spinflow/rbm-training", .seed = 11});
  networks::write_rbm_group(file, "rbm", rbm);
  file.dataset("velocity", std::vector<float>(rbm.weights.size()));
  file.dataset("visible_velocity", std::vector<float>(rbm.n_visible()));
  file.dataset("hidden_velocity", std::vector<float>(rbm.n_hidden));
  file.attribute("/", "rows", static_cast<std::int64_t>(n_rows));
  file.attribute("/", "updates", std::int64_t{0});
  file.attribute("/", "changed_spins", std::int64_t{0});
  file.attribute("/", "seconds", 0.0);
  file.commit();
}

TEST(Cd, ResumesByCdWhereNoMethodIsNamedAndRefusesAnUnknownOne) {
  const auto data = correlated_rows(500, 20);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "state.h5";
  base::Values training = RbmTrainer(data, start(), options, 11).rbm().training;
  write_state(path, 500, training);
  RbmTrainer named = RbmTrainer::resume(data, path);
  training.erase("method");
  write_state(path, 500, training);
  RbmTrainer unnamed = RbmTrainer::resume(data, path);
  named.update(20);
  unnamed.update(20);
  expect_equal(named.rbm(), unnamed.rbm());
  for (const base::Value& unknown : {base::Value(std::string("pdc")), base::Value(std::int64_t{1})}) {
    training["method"] = unknown;
    write_state(path, 500, training);
    try {
      (void)RbmTrainer::resume(data, path);
      ADD_FAILURE() << "resumed";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      const std::string sentence = error.what();
      EXPECT_TRUE(sentence.starts_with(path.string())) << sentence;
      EXPECT_NE(sentence.find("is unknown"), std::string::npos) << sentence;
    }
  }
}

TEST(Cd, LearnsTheDataAndTheHistoryShowsIt) {
  const auto data = correlated_rows(2000, 16);
  RbmTrainingOptions good{
      .learning_rate = 0.05, .weight_decay = 0, .batch_size = 50, .epochs = 20, .held_out = 0.25};
  RbmTrainer trainer(data, start(16, 12), good, 1);
  EXPECT_EQ(trainer.updates_per_epoch(), 30);
  EXPECT_EQ(trainer.total_updates(), 600);
  const double before = networks::log_likelihood(trainer.rbm(), data, {}, 1).value;
  trainer.update(600);
  const auto rbm = trainer.rbm();
  const double after = networks::log_likelihood(rbm, data, {}, 1).value;
  EXPECT_NEAR(before, -16 * std::log(2), 0.1);
  // Per row: ln 2 for the first spin, and 15 times the entropy of a step that flips with probability 0.1.
  const double entropy = std::log(2) - 15 * (0.1 * std::log(0.1) + 0.9 * std::log(0.9));
  EXPECT_GT(after, -entropy - 1.5);
  EXPECT_LT(after, -entropy + 0.2);
  ASSERT_EQ(rbm.history.size(), 20u);
  EXPECT_LT(rbm.history.back().reconstruction_error, 0.6 * rbm.history.front().reconstruction_error);
  EXPECT_GT(rbm.history.back().pseudo_likelihood_train, rbm.history.front().pseudo_likelihood_train + 2);
  EXPECT_NEAR(rbm.history.back().pseudo_likelihood_train, rbm.history.back().pseudo_likelihood_held_out, 1.0);
  EXPECT_GT(rbm.history.back().weight_norm, rbm.history.front().weight_norm);
}

TEST(Cd, PseudoLikelihoodOfIndependentSpinsIsExact) {
  // Without weights every spin has probability 1/2 whatever the others are.
  const auto data = correlated_rows(100, 20);
  RbmTrainer trainer(data, networks::random_rbm(lattice::Lattice::chain(20), 5, 0, 1),
                     {.learning_rate = 0, .epochs = 1, .held_out = 0}, 1);
  trainer.update(1);
  const auto rbm = trainer.rbm();
  EXPECT_NEAR(rbm.history.back().pseudo_likelihood_train, -20 * std::log(2), 1e-5);
  EXPECT_TRUE(std::isnan(rbm.history.back().pseudo_likelihood_held_out));
  EXPECT_NEAR(rbm.history.back().reconstruction_error, 0.5, 0.05);
}

TEST(Cd, WithoutBiasesTheyStayZero) {
  const auto data = correlated_rows(200, 20);
  RbmTrainer trainer(data, start(), {.epochs = 2}, 1);
  trainer.update(100);
  const auto rbm = trainer.rbm();
  for (const float b : rbm.visible_bias) EXPECT_EQ(b, 0.0f);
  for (const float c : rbm.hidden_bias) EXPECT_EQ(c, 0.0f);
}

TEST(Cd, DivergenceStopsAndSaysWhere) {
  const auto data = correlated_rows(300, 20);
  RbmTrainer trainer(data, start(), {.learning_rate = 1e30, .weight_decay = 1e3, .batch_size = 10}, 1);
  try {
    trainer.update(100);
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::failure);
    EXPECT_NE(std::string(error.what()).find("at update "), std::string::npos) << error.what();
  }
}

TEST(Cd, Refusals) {
  const auto data = correlated_rows(10, 20);
  EXPECT_THROW(RbmTrainer(data, start(19), {}, 1), Error);
  EXPECT_THROW(RbmTrainer(kernels::PackedSpins(0, 20), start(), {}, 1), Error);
  EXPECT_THROW(RbmTrainer(data, start(), {.learning_rate = std::numeric_limits<double>::quiet_NaN()}, 1),
               Error);
  EXPECT_THROW(RbmTrainer(data, start(), {.k = 0}, 1), Error);
  EXPECT_THROW(RbmTrainer(data, start(), {.epochs = 0}, 1), Error);
  const auto ensemble = ensemble::from_spins(data, lattice::Lattice::chain(20), nullptr);
  EXPECT_THROW((void)train_rbm(ensemble, {.hidden = 0}, 1, base::silent()), Error);
  EXPECT_NE(testing::refusal_of([&] { (void)train_rbm(ensemble, {.method = "cp"}, 1); }).find("trainer 'cp'"),
            std::string::npos);
}

TEST(Cd, OptionNamesAreThoseOfTheCommandLine) {
  const auto parsed = rbm_training_options().parse({{"hidden", std::int64_t{16}},
                                                    {"k", std::int64_t{5}},
                                                    {"learning_rate", 0.5},
                                                    {"final_learning_rate", 0.1},
                                                    {"momentum", 0.25},
                                                    {"weight_decay", 0.0},
                                                    {"shrinkage", 0.002},
                                                    {"batch_size", std::int64_t{7}},
                                                    {"epochs", 1.5},
                                                    {"biases", true},
                                                    {"initial_sigma", 0.1},
                                                    {"held_out", 0.1}},
                                                   "test");
  EXPECT_EQ(parsed.hidden, 16);
  EXPECT_EQ(parsed.epochs, 1.5);
  EXPECT_EQ(parsed.shrinkage, 0.002);
  EXPECT_TRUE(parsed.biases);
}

}  // namespace
}  // namespace spinflow::trainers

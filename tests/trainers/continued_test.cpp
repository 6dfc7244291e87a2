// SPDX-License-Identifier: Apache-2.0
// Trainings that go on with the file of a network, and trainings that patience ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

// Spins that are up with the probability 0.6 on a chain of 20.
ensemble::Ensemble biased(std::size_t n, std::uint64_t seed = 1) {
  kernels::PackedSpins spins(n, 20);
  base::RandomStream stream(seed, "test.rows");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < 20; ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  return ensemble::from_spins(std::move(spins), lattice::Lattice::chain(20), nullptr);
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

RbmTrainingOptions options_of_method(const std::string& method, double epochs) {
  return {.method = method,
          .hidden = 7,
          .learning_rate = 0.05,
          .momentum = 0.5,
          .batch_size = 30,
          .epochs = epochs,
          .biases = true,
          .held_out = 0.2};
}

class GoesOn : public ::testing::TestWithParam<std::string> {};

TEST_P(GoesOn, WithTheBitsOfOneLongTraining) {
  const auto data = biased(500);
  const testing::TemporaryFolder folder;
  const auto file = [&](const std::string& name) { return folder.path() / name; };
  const auto whole = train_rbm(data, options_of_method(GetParam(), 5), 11).rbm;
  networks::write_rbm(train_rbm(data, options_of_method(GetParam(), 2), 11).rbm, file("a.h5"));
  auto second = continued_training(data, file("a.h5"), {{"epochs", 1.0}});
  EXPECT_EQ(second.anew, "");
  networks::write_rbm(finished(second.trainer).rbm, file("b.h5"));
  auto third = continued_training(data, file("b.h5"), {{"epochs", 2.0}}, 11);
  const auto parts = finished(third.trainer).rbm;
  expect_equal(whole, parts);
  networks::write_rbm(whole, file("whole.h5"));
  networks::write_rbm(parts, file("parts.h5"));
  EXPECT_EQ(bytes_of(file("whole.h5")), bytes_of(file("parts.h5")));
}

TEST_P(GoesOn, AnewWithOtherDataSeedOrBatches) {
  const auto data = biased(500);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "v.h5";
  const auto first = train_rbm(data, options_of_method(GetParam(), 1), 11).rbm;
  networks::write_rbm(first, path);
  const auto why = [&](const ensemble::Ensemble& rows, const base::Values& changes,
                       std::optional<std::uint64_t> seed = std::nullopt) {
    auto next = continued_training(rows, path, changes, seed);
    EXPECT_EQ(next.trainer.rbm().weights, first.weights);
    EXPECT_TRUE(next.anew.empty() || next.trainer.updates() == 0);
    return next.anew;
  };
  EXPECT_EQ(why(data, {{"learning_rate", 0.01}, {"k", std::int64_t{2}}}), "");
  EXPECT_EQ(why(biased(500, 2), {}), "the configurations differ");
  EXPECT_EQ(why(data, {}, 12), "the seed differs");
  EXPECT_EQ(why(data, {{"batch_size", std::int64_t{10}}}), "batch_size differs");
  EXPECT_EQ(why(data, {{"batch_size", std::int64_t{30}}}), "");
  // A training begun anew has other random words than the first one. With rate 0 the parameters stay, and the
  // fraction of spins that a step changes tells the words apart.
  auto still = options_of_method(GetParam(), 1);
  still.learning_rate = 0;
  RbmTrainer same_words(data.spins, first, still, 11);
  RbmTrainer same_again(data.spins, first, still, 11);
  RbmTrainer anew = begun_at(first, data.spins, still, 11);
  const auto changed = [](RbmTrainer& trainer) {
    return finished(trainer).rbm.history.back().reconstruction_error;
  };
  const double before = changed(same_words);
  EXPECT_EQ(changed(same_again), before);
  EXPECT_NE(changed(anew), before);
  EXPECT_EQ(anew.rbm().weights, first.weights);
  EXPECT_EQ(anew.rbm().seed, 11U);
  const auto* other = GetParam() == "cd" ? "pcd" : "cd";
  EXPECT_EQ(why(data, {{"method", std::string(other)}}), "method differs");
  EXPECT_THROW((void)continued_training(data, path, {{"hidden", std::int64_t{8}}}), Error);
  EXPECT_THROW((void)continued_training(data, path, {{"momentum", 2.0}}), Error);
}

INSTANTIATE_TEST_SUITE_P(Methods, GoesOn, ::testing::ValuesIn(registry().names()));

TEST(ContinuedTraining, TakesNetworksThatNothingIsKnownOf) {
  const auto data = biased(100);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "v.h5";
  const auto start = networks::random_rbm(data.lattice, 5, 0.1, 3);
  networks::write_rbm(start, path);
  const auto next = continued_training(data, path, {});
  EXPECT_EQ(next.anew, "the file has no state of a training");
  EXPECT_EQ(next.trainer.rbm().weights, start.weights);
}

TEST(ContinuedTraining, ADecreasedRateStays) {
  const auto data = biased(300);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "v.h5";
  auto options = options_of_method("cd", 2);
  options.final_learning_rate = 0.005;
  networks::write_rbm(train_rbm(data, options, 1).rbm, path);
  const auto stays = continued_training(data, path, {});
  EXPECT_EQ(stays.trainer.rbm().training.at("learning_rate"), base::Value(0.005));
  EXPECT_EQ(stays.trainer.rbm().training.at("final_learning_rate"), base::Value(0.0));
  const auto rates = [&](const base::Values& changes) {
    const auto training = continued_training(data, path, changes).trainer.rbm().training;
    return std::pair(std::get<double>(training.at("learning_rate")),
                     std::get<double>(training.at("final_learning_rate")));
  };
  EXPECT_EQ(rates({{"learning_rate", 0.001}}), std::pair(0.001, 0.0));
  EXPECT_EQ(rates({{"final_learning_rate", 0.001}}), std::pair(0.005, 0.001));
  // A course that does not change is a constant rate.
  auto course = continued_training(data, path, {{"learning_rate", 0.02}, {"final_learning_rate", 0.02}});
  auto constant = continued_training(data, path, {{"learning_rate", 0.02}, {"final_learning_rate", 0.0}});
  EXPECT_EQ(finished(course.trainer).rbm.weights, finished(constant.trainer).rbm.weights);
  // Stopped half way, it goes on with the rate that it had: the geometric mean of both after half of the
  // updates.
  auto half = begun_training(data, options, 1);
  half.update(half.total_updates() / 2 + 1);
  networks::write_rbm(half.rbm(), path);
  EXPECT_NEAR(rates({}).first, std::sqrt(0.05 * 0.005), 0.1 * 0.05);
}

TEST(Patience, EndsWithTheBestParametersAndIsSavedOnTheWay) {
  const auto data = biased(40);
  auto options = options_of_method("cd", 4000);
  options.batch_size = 10;
  options.held_out = 0.5;
  options.weight_decay = 0;
  options.patience = 4;
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "t.h5";
  auto trainer = begun_training(data, options, 1);
  const auto whole = finished(trainer);
  EXPECT_TRUE(trainer.done());
  ASSERT_LT(trainer.updates(), trainer.total_updates());
  const auto& history = whole.rbm.history;
  const auto best =
      std::ranges::max_element(history, {}, &networks::RbmHistoryRow::pseudo_likelihood_held_out);
  EXPECT_EQ(history.end() - best, 1 + options.patience);
  // The parameters are those of that row.
  auto same = options;
  same.patience = 0;
  auto until_best = begun_training(data, same, 1);
  until_best.update(best->update);
  EXPECT_EQ(until_best.rbm().weights, whole.rbm.weights);
  EXPECT_EQ(whole.rbm.state, nullptr);
  for (const std::int64_t at : {std::int64_t{1}, best->update + 1}) {
    auto first = begun_training(data, options, 1);
    first.update(at);
    first.save(path);
    auto second = RbmTrainer::resume(data.spins, path);
    EXPECT_TRUE(second.same_course(trainer));
    expect_equal(finished(second).rbm, whole.rbm);
  }
}

TEST(Patience, NeedsRowsThatAreHeldOut) {
  EXPECT_NE(testing::refusal_of([] {
              (void)begun_training(biased(40), {.hidden = 3, .patience = 2}, 1);
            }).find("held_out is 0"),
            std::string::npos);
}

TEST(Savepoints, AreSavedOnTheWayAndGoOn) {
  const auto data = biased(300);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "v.h5.training";
  const auto options = options_of_method("pcd", 3);
  auto trainer = begun_training(data, options, 1);
  const auto whole = finished(trainer, base::silent(), {.path = path, .seconds = 0}).rbm;
  auto last = RbmTrainer::resume(data.spins, path);
  EXPECT_GT(last.updates(), 0);
  EXPECT_TRUE(last.same_course(trainer));
  expect_equal(finished(last).rbm, whole);
  EXPECT_FALSE(last.same_course(begun_training(data, options, 2)));
  EXPECT_FALSE(last.same_course(begun_training(biased(300, 2), options, 1)));
  EXPECT_FALSE(last.same_course(begun_training(data, options_of_method("pcd", 4), 1)));
}

TEST(Savepoints, OfAStackAreTakenUpLayerByLayer) {
  kernels::PackedSpins spins(200, 64);
  base::RandomStream stream(1, "test.rows");
  for (std::size_t r = 0; r < 200; ++r)
    for (std::size_t i = 0; i < 64; ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  const auto data = ensemble::from_spins(std::move(spins), lattice::Lattice::square(8, 8), nullptr);
  const StackTrainingOptions options{
      .hidden = {16, 4}, .learning_rate = 0.1, .shrinkage = 0, .batch_size = 20, .epochs = 30};
  const auto whole = train_stack(data, options, 1).stack;
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "k.h5.training";
  // Stopped after the fifth epoch of either layer.
  for (const std::size_t layer : {1u, 2u}) {
    const auto stop = [&](std::size_t at, const networks::Rbm& rbm) -> bool {
      if (at == layer && rbm.history.size() == 5) throw Error(Fault::interrupted, "stopped");
      return false;
    };
    EXPECT_THROW((void)train_stack(data, options, 1, base::silent(), stop, {.path = path, .seconds = 0}),
                 Error);
    EXPECT_TRUE(std::filesystem::exists(layer_savepoints(path, layer).back()));
  }
  const auto resumed = train_stack(data, options, 1, base::silent(), {}, {.path = path, .seconds = 0}).stack;
  for (std::size_t l = 0; l < 2; ++l) expect_equal(resumed.layers[l], whole.layers[l]);
  EXPECT_THROW((void)train_stack(data, options, 2, base::silent(), {}, {.path = path}), Error);
}

}  // namespace
}  // namespace spinflow::trainers

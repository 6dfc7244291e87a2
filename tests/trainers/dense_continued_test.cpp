// SPDX-License-Identifier: Apache-2.0
// Trainings of dense nets that are interrupted and taken up.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "testing/testing.hpp"
#include "trainers/dense_state.hpp"

namespace spinflow::trainers {
namespace {

/// Ends the work after so many updates.
class Interrupting final : public base::Observer {
 public:
  explicit Interrupting(std::uint64_t most) : left_(most) {}
  void advance(std::uint64_t n) override {
    if (n > left_) throw Error(Fault::interrupted, "stopped");
    left_ -= n;
  }

 private:
  std::uint64_t left_;
};

/// Rings of 12 random spins, labelled by two temperatures.
ensemble::Ensemble labelled_rings(std::size_t n) {
  kernels::PackedSpins spins(n, 12);
  base::RandomStream stream(3, "test.rings");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < 12; ++i) spins.set(r, i, stream.uniform() < 0.5 ? 1 : -1);
  auto data = ensemble::from_spins(std::move(spins), lattice::Lattice::chain(12), nullptr);
  data.temperature.clear();
  for (std::size_t r = 0; r < n; ++r) data.temperature.push_back(r % 2 == 0 ? 1 : 2);
  return data;
}

Targets sign_of_first(const ensemble::Ensemble& data) {
  Targets targets{.name = "first", .n_outputs = 1};
  targets.spins = kernels::PackedSpins(data.size(), 1);
  for (std::size_t r = 0; r < data.size(); ++r) targets.spins.set(r, 0, data.spins.spin(r, 0));
  return targets;
}

std::string file_bytes(const networks::Dense& net, const std::filesystem::path& path) {
  networks::write_dense(net, path);
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

using Training = std::function<DenseTraining(base::Observer&, const Savepoint&)>;

/// EXPECTs the same file of a training that is left alone and of one that is stopped in its second update,
/// and again in the second after every update that it was taken up from. It saves itself after the first of
/// them, and, with `when_stopped` = 0, after the second too.
void expect_same_in_pieces(const Training& train) {
  const auto whole = train(base::silent(), {});
  for (const double when_stopped : {0.0, 1e9}) {
    const testing::TemporaryFolder folder;
    const Savepoint savepoint{
        .path = folder.path() / "n.h5.training", .seconds = 0, .when_stopped = when_stopped};
    std::optional<DenseTraining> end;
    std::int64_t pieces = 0;
    for (; !end && pieces < 1000; ++pieces) {
      Interrupting observer(1);
      try {
        end = train(observer, savepoint);
      } catch (const Error& error) {
        ASSERT_EQ(error.fault(), Fault::interrupted) << error.what();
      }
    }
    ASSERT_TRUE(end);
    EXPECT_GE(pieces, when_stopped == 0 ? whole.updates / 2 : whole.updates);
    EXPECT_EQ(end->updates, whole.updates);
    EXPECT_EQ(file_bytes(end->net, folder.path() / "b.h5"), file_bytes(whole.net, folder.path() / "a.h5"));
  }
}

TEST(DenseSavepoints, EveryUpdateCanBeTheLast) {
  const auto data = labelled_rings(40);
  const auto targets = sign_of_first(data);
  const SupervisedOptions usual{.hidden = {5}, .batch_size = 8, .updates = 11, .evaluate_every = 3};
  SupervisedOptions linear = usual;
  linear.hidden = {};
  linear.optimizer = "sgd";
  SupervisedOptions heavy = linear;
  heavy.hidden = {4, 3};
  heavy.momentum = 0.8;
  heavy.learning_rate = 0.1;
  SupervisedOptions patient = usual;
  patient.patience = 3;
  patient.learning_rate = 0.5;
  patient.evaluate_every = 2;
  patient.updates = 40;
  for (const auto& options : {usual, linear, heavy, patient})
    expect_same_in_pieces([&](base::Observer& observer, const Savepoint& savepoint) {
      return train_supervised(data, targets, options, 3, observer, {}, savepoint);
    });
  // That patience ended it is part of the test.
  EXPECT_LT(train_supervised(data, targets, patient, 3).updates, 40);
}

TEST(DenseSavepoints, OfAClassifier) {
  const auto data = labelled_rings(60);
  const ClassifierOptions options{
      .hidden = 6, .learning_rate = 0.1, .batch_size = 10, .epochs = 9, .patience = 2};
  expect_same_in_pieces([&](base::Observer& observer, const Savepoint& savepoint) {
    return train_classifier(data, options, 5, observer, {}, savepoint);
  });
}

TEST(DenseSavepoints, OfAnotherTrainingAreRefused) {
  const auto data = labelled_rings(40);
  const auto targets = sign_of_first(data);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "n.h5.training";
  const SupervisedOptions options{.hidden = {5}, .batch_size = 8, .updates = 20};
  int told = 0;
  const Savepoint savepoint{.path = path, .seconds = 0, .saved = [&] { ++told; }};
  (void)train_supervised(data, targets, options, 3, base::silent(), {}, savepoint);
  EXPECT_GT(told, 0);
  const auto refusal = [&](const SupervisedOptions& other, std::uint64_t seed) {
    return testing::refusal_of(
        [&] { (void)train_supervised(data, targets, other, seed, base::silent(), {}, savepoint); });
  };
  SupervisedOptions slower = options;
  slower.learning_rate = 1e-4;
  for (const auto& text : {refusal(slower, 3), refusal(options, 4)})
    EXPECT_NE(text.find("an unfinished training with other options or configurations"), std::string::npos);
  // What was saved at the end is the end.
  const auto again = train_supervised(data, targets, options, 3, base::silent(), {}, savepoint);
  EXPECT_EQ(again.net.layers[0].weights, train_supervised(data, targets, options, 3).net.layers[0].weights);
  // Damaged: the advice is not to fetch it again.
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_NE(refusal(options, 3).find("; remove it, or use --force to begin anew"), std::string::npos)
      << refusal(options, 3);
}

/// Keeps the warnings.
class Warned final : public base::Observer {
 public:
  void warn(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

TEST(DenseSavepoints, ThatCannotBeWrittenAreToldOnce) {
  const auto data = labelled_rings(40);
  const auto targets = sign_of_first(data);
  const testing::TemporaryFolder folder;
  const Savepoint savepoint{.path = folder.path() / "none" / "n.h5.training", .seconds = 0};
  const SupervisedOptions options{.hidden = {5}, .batch_size = 8, .updates = 20};
  Warned observer;
  const auto trained = train_supervised(data, targets, options, 3, observer, {}, savepoint);
  EXPECT_EQ(trained.net.layers[0].weights, train_supervised(data, targets, options, 3).net.layers[0].weights);
  ASSERT_EQ(observer.lines.size(), 1U);
  EXPECT_NE(
      observer.lines[0].find("nothing of the training can be saved on its way: " + savepoint.path.string()),
      std::string::npos)
      << observer.lines[0];
}

TEST(DenseSavepoints, NumbersThatNoTrainingLeavesAreRefused) {
  const auto data = labelled_rings(40);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "t.h5";
  const DenseCourse course{.where = "test", .words = 7, .updates = 10};
  DenseState state(networks::random_dense(data.lattice, {3, 1}, networks::Activation::tanh, 1), course);
  state.updates = 4;
  state.net.history = {history_row(1, 2, {}, {}), history_row(1, 4, {}, {})};
  state.best_rows = 1;
  const auto taken = [&](const auto& change) {
    DenseState changed(state.net, course);
    changed.updates = state.updates;
    changed.best_rows = state.best_rows;
    change(changed);
    changed.save(path, course.words);
    DenseState read(state.net, course);
    return testing::refusal_of([&] { (void)read.load(path, course); });
  };
  state.save(path, course.words);
  EXPECT_TRUE(DenseState(state.net, course).load(path, course));
  const std::string no_fit = "its updates and its history do not fit each other";
  EXPECT_NE(taken([](DenseState& s) { s.updates = 11; }).find(no_fit), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.updates = 3; }).find(no_fit), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.best_rows = 3; }).find(no_fit), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.net.history[1].update = 2; }).find(no_fit), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.learnt.loss = std::nan(""); }).find(no_fit), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.best.pop_back(); }).find("other layers"), std::string::npos);
  EXPECT_NE(taken([](DenseState& s) { s.best[0].weights[0] = std::nanf(""); }).find("not finite"),
            std::string::npos);
}

// The file with which the fuzzer begins.
TEST(DenseSavepoints, OfThisVersionStayReadable) {
  const DenseCourse course{.where = "training", .words = 7, .updates = 10};
  DenseState state(
      networks::random_dense(lattice::Lattice::square(3, 3), {3, 2}, networks::Activation::tanh, 1), course);
  ASSERT_TRUE(state.load(SPINFLOW_TEST_DATA "/fuzz/training/training-dense.h5", course));
  EXPECT_EQ(state.updates, 5);
  EXPECT_EQ(state.best_rows, 1);
  EXPECT_EQ(state.net.history.size(), 2U);
  EXPECT_EQ(state.learnt.right, 3);
}

}  // namespace
}  // namespace spinflow::trainers

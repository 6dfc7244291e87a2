// SPDX-License-Identifier: Apache-2.0
// A training that several ranks share has the bits of one process.
#include "testing/ranks.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

ensemble::Ensemble rows_of_chain(std::size_t n, std::int64_t n_columns, std::uint64_t seed) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(n_columns));
  base::RandomStream stream(seed, "test.rows");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  return ensemble::from_spins(spins, lattice::Lattice::chain(static_cast<int>(n_columns)), nullptr);
}

std::string bytes_of_file(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

class SharedTraining : public ::testing::TestWithParam<std::string> {
 protected:
  // Neither units nor rows are multiples of the numbers of ranks.
  const ensemble::Ensemble data_ = rows_of_chain(500, 23, 1);

  [[nodiscard]] RbmTrainingOptions options(std::int64_t k, std::int64_t batch_size) const {
    return {.method = GetParam(),
            .hidden = 7,
            .k = k,
            .learning_rate = 0.05,
            .final_learning_rate = 0.01,
            .momentum = 0.5,
            .shrinkage = 0.01,
            .batch_size = batch_size,
            .epochs = 2,
            .biases = true,
            .held_out = 0.2};
  }
  void expect_same_on(std::size_t n_ranks, const RbmTrainingOptions& wanted) const {
    const auto one = train_rbm(data_, wanted, 3).rbm;
    testing::as_ranks(n_ranks, [&](base::Ranks& ranks) {
      RbmTrainer trainer = begun_training(data_, wanted, 3);
      trainer.share_among(ranks);
      const networks::Rbm rbm = finished(trainer).rbm;
      static std::mutex mutex;
      const std::scoped_lock lock(mutex);
      expect_equal(rbm, one);
    });
  }
};

TEST_P(SharedTraining, HasTheBitsOfOneProcess) {
  for (const std::size_t n_ranks : {2u, 3u, 5u}) {
    SCOPED_TRACE(n_ranks);
    expect_same_on(n_ranks, options(1, 30));
    expect_same_on(n_ranks, options(3, 100));
  }
}

TEST_P(SharedTraining, MayHaveFewerRowsThanRanks) { expect_same_on(5, options(1, 2)); }

TEST_P(SharedTraining, SharesBlocksOfRowsThatDrawFromOneStream) {
  auto wide = options(2, 700);
  wide.held_out = 0;
  const auto data = rows_of_chain(700, 23, 2);
  const auto one = train_rbm(data, wide, 3).rbm;
  testing::as_ranks(3, [&](base::Ranks& ranks) {
    RbmTrainer trainer = begun_training(data, wide, 3);
    trainer.share_among(ranks);
    EXPECT_EQ(finished(trainer).rbm.weights, one.weights);
  });
}

TEST_P(SharedTraining, IsSavedByTheFirstRankAndGoesOnAlone) {
  const testing::TemporaryFolder folder;
  const auto wanted = options(2, 30);
  RbmTrainer alone = begun_training(data_, wanted, 3);
  alone.update(9);
  testing::as_ranks(3, [&](base::Ranks& ranks) {
    RbmTrainer trainer = begun_training(data_, wanted, 3);
    trainer.share_among(ranks);
    trainer.update(9);
    trainer.save(folder.path() / ("rank-" + std::to_string(ranks.rank())));
  });
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "rank-1"));
  RbmTrainer resumed = RbmTrainer::resume(data_.spins, folder.path() / "rank-0");
  expect_equal(finished(resumed).rbm, finished(alone).rbm);
  ASSERT_FALSE(bytes_of_file(folder.path() / "rank-0").empty());
}

INSTANTIATE_TEST_SUITE_P(Registry, SharedTraining, ::testing::ValuesIn(registry().names()),
                         [](const auto& tested) { return tested.param; });

TEST(SharedTraining, EndsWithPatienceOnAllRanksAtOnce) {
  const auto data = rows_of_chain(300, 11, 4);
  const RbmTrainingOptions wanted{
      .hidden = 20, .learning_rate = 0.5, .batch_size = 20, .epochs = 60, .held_out = 0.3, .patience = 2};
  const auto one = train_rbm(data, wanted, 3);
  EXPECT_LT(one.updates, 60 * 10);
  testing::as_ranks(2, [&](base::Ranks& ranks) {
    RbmTrainer trainer = begun_training(data, wanted, 3);
    trainer.share_among(ranks);
    const auto shared = finished(trainer);
    EXPECT_EQ(shared.updates, one.updates);
    EXPECT_EQ(shared.rbm.weights, one.rbm.weights);
  });
}

/// Asks to stop from its n-th question on.
class StopsAt final : public base::Observer {
 public:
  explicit StopsAt(int n) : n_(n) {}
  void advance(std::uint64_t) override {
    if (--n_ < 0) throw Error(Fault::interrupted, "asked to stop");
  }

 private:
  int n_;
};

TEST(SharedTraining, StopsOnAllRanksAfterAnUpdateOfTheFirst) {
  const auto data = rows_of_chain(300, 11, 4);
  const RbmTrainingOptions wanted{.method = "pcd", .hidden = 9, .momentum = 0.5, .batch_size = 20};
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "saved";
  testing::as_ranks(3, [&](base::Ranks& ranks) {
    RbmTrainer trainer = begun_training(data, wanted, 3);
    trainer.share_among(ranks);
    StopsAt observer(ranks.rank() == 0 ? 40 : 1000000);
    try {
      (void)finished(trainer, observer, {.path = path, .seconds = 1e9, .when_stopped = 0});
      ADD_FAILURE() << "rank " << ranks.rank() << " goes on";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::interrupted);
    }
  });
  RbmTrainer resumed = RbmTrainer::resume(data.spins, path);
  EXPECT_GT(resumed.updates(), 0);
  EXPECT_LT(resumed.updates(), resumed.total_updates());
  expect_equal(finished(resumed).rbm, train_rbm(data, wanted, 3).rbm);
}

TEST(SharedTraining, EndsOnAllRanksWithTheSameSentence) {
  const auto data = rows_of_chain(60, 11, 4);
  const RbmTrainingOptions diverging{.hidden = 5, .learning_rate = 1e30, .batch_size = 20};
  const auto sentence = [&](base::Ranks& ranks, const RbmTrainingOptions& wanted, const Savepoint& savepoint,
                            std::uint64_t seed) -> std::string {
    try {
      RbmTrainer trainer = begun_training(data, wanted, seed);
      trainer.share_among(ranks);
      (void)finished(trainer, base::silent(), savepoint);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  testing::as_ranks(3, [&](base::Ranks& ranks) {
    EXPECT_TRUE(sentence(ranks, diverging, {}, 1).starts_with("train rbm: a weight")) << ranks.rank();
    // What cannot be saved on the way ends none of them.
    EXPECT_EQ(sentence(ranks, {.hidden = 5, .batch_size = 20},
                       {.path = "/no/folder/of/this/name", .seconds = 0}, 1),
              "none");
    EXPECT_NE(
        sentence(ranks, {.hidden = 5, .batch_size = 20}, {}, 1 + ranks.rank()).find("different options"),
        std::string::npos);
  });
}

}  // namespace
}  // namespace spinflow::trainers

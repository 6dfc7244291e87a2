// SPDX-License-Identifier: Apache-2.0
#include "runs/kept_network.hpp"

#include <gtest/gtest.h>

#include "runs/soup.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/folder_files.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

TEST(KeptNetwork, IsTrainedOnceAndAFailureIsSaid) {
  const testing::TemporaryFolder temporary;
  const io::Settings settings;
  const RunContext context{temporary.path(), settings, "smoke", 1, base::silent()};
  const RunFolder folder(context, "soup");
  int trainings = 0;
  const auto train = [&](const trainers::Savepoint&) {
    ++trainings;
    if (trainings == 1) throw Error(Fault::failure, "it diverged");
    return trainers::RbmTraining{.rbm = networks::random_rbm(lattice::Lattice::square(2, 2), 3, 0.1, 1)};
  };
  const auto failed = kept_rbm(folder, "rbm-a", train);
  EXPECT_FALSE(failed.network);
  EXPECT_EQ(failed.failure, "it diverged");
  const auto made = kept_rbm(folder, "rbm-a", train);
  const auto found = kept_rbm(folder, "rbm-a", train);
  EXPECT_EQ(trainings, 2);
  EXPECT_EQ(made.failure, "");
  ASSERT_TRUE(made.network && found.network);
  EXPECT_EQ(found.network->weights, made.network->weights);
  const auto broken = [&](const trainers::Savepoint&) -> trainers::RbmTraining {
    throw Error(Fault::input, "not ours");
  };
  EXPECT_THROW((void)kept_rbm(folder, "rbm-b", broken), Error);
}

/// Stops a training after some updates, and goes on doing so.
class StopsAfter final : public base::Observer {
 public:
  explicit StopsAfter(std::uint64_t updates) : left_(static_cast<std::int64_t>(updates)) {}
  void advance(std::uint64_t n) override {
    left_ -= static_cast<std::int64_t>(n);
    if (left_ < 0) throw Error(Fault::interrupted, "stopped");
  }

 private:
  std::int64_t left_;
};

TEST(KeptNetwork, AnInterruptedTrainingGoesOn) {
  const auto data =
      ensemble::from_spins(kernels::PackedSpins(64, 16), lattice::Lattice::square(4, 4), nullptr);
  const base::Values options = {{"hidden", std::int64_t{5}}, {"batch_size", std::int64_t{8}}};
  const auto& cd = trainers::registry().find("cd");
  const auto whole = cd.train(data, options, 1, base::silent()).rbm;
  const testing::TemporaryFolder temporary;
  const io::Settings settings;
  const RunContext context{temporary.path(), settings, "smoke", 1, base::silent()};
  const RunFolder folder(context, "soup");
  std::vector<std::int64_t> begun;
  const auto kept = [&](base::Observer& observer) {
    return kept_rbm(folder, "rbm-a", [&](trainers::Savepoint savepoint) {
      begun.push_back(std::filesystem::exists(savepoint.path)
                          ? trainers::RbmTrainer::resume(data.spins, savepoint.path).updates()
                          : 0);
      return cd.train(data, options, 1, observer, savepoint);
    });
  };
  const auto saved = temporary.path() / "rbm-a.h5.training";
  for (int stop = 0; stop < 3; ++stop) {
    StopsAfter observer(20);
    EXPECT_THROW((void)kept(observer), Error);
    EXPECT_TRUE(std::filesystem::exists(saved));
    EXPECT_FALSE(std::filesystem::exists(folder.file("rbm-a")));
    // A run with it can be resumed and replaced.
    io::write_text(temporary.path() / results::recipe_file, "[recipe]\nname = \"soup\"\n");
    EXPECT_TRUE(folders().contents_of(temporary.path()).foreign.empty());
    EXPECT_FALSE(folders().has_no_pieces(temporary.path()));
  }
  const auto made = kept(base::silent());
  EXPECT_EQ(begun, (std::vector<std::int64_t>{0, 21, 42, 63}));
  ASSERT_TRUE(made.network);
  EXPECT_EQ(made.network->weights, whole.weights);
  EXPECT_FALSE(std::filesystem::exists(saved));
  // What a crash of the machine left of a training is no reason to end the run.
  std::filesystem::remove(folder.file("rbm-a"));
  io::write_text(saved, "zeros");
  EXPECT_EQ(kept_rbm(folder, "rbm-a",
                     [&](const trainers::Savepoint& savepoint) {
                       return cd.train(data, options, 1, base::silent(), savepoint);
                     })
                .network->weights,
            whole.weights);
  EXPECT_FALSE(std::filesystem::exists(saved));
}

}  // namespace
}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
#include "runs/kept_network.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

TEST(KeptNetwork, IsTrainedOnceAndAFailureIsSaid) {
  const testing::TemporaryFolder temporary;
  const io::Settings settings;
  const RunContext context{temporary.path(), settings, "smoke", 1, base::silent()};
  const RunFolder folder(context, "soup");
  int trainings = 0;
  const auto train = [&] {
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
  const auto broken = [&]() -> trainers::RbmTraining { throw Error(Fault::input, "not ours"); };
  EXPECT_THROW((void)kept_rbm(folder, "rbm-b", broken), Error);
}

}  // namespace
}  // namespace spinflow::runs

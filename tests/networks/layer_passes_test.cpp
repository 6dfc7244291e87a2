// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/layer_passes.hpp"

#include <gtest/gtest.h>

#include "kernels/dense/activations.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

struct Layers {
  std::size_t n;
  std::size_t n_in;
  std::size_t n_out;
};

struct Problem {
  kernels::PackedSpins given;
  kernels::FloatMatrix rows;
  std::vector<float> bias;
};

Problem random_problem(const Layers& layers) {
  base::RandomStream stream(3, "test.layers");
  Problem problem{kernels::PackedSpins(layers.n, layers.n_in),
                  kernels::FloatMatrix(layers.n_in, layers.n_out), std::vector<float>(layers.n_out)};
  for (std::size_t r = 0; r < layers.n; ++r)
    for (std::size_t i = 0; i < layers.n_in; ++i) problem.given.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  for (std::size_t i = 0; i < layers.n_in; ++i)
    for (auto& w : problem.rows.row(i)) w = static_cast<float>(stream.uniform() / 10 - 0.05);
  for (auto& b : problem.bias) b = static_cast<float>(stream.uniform() - 0.5);
  return problem;
}

// Large enough to be shared: by columns, by rows, by both; and one that is not.
TEST(LayerPasses, HaveTheBitsOfTheKernelsForAnyThreads) {
  const int threads = base::threads();
  base::set_threads(2);
  EXPECT_TRUE(worth_sharing(128, 1024, 256));
  EXPECT_FALSE(worth_sharing(100, 100, 64));
  base::set_threads(1);
  EXPECT_FALSE(worth_sharing(128, 1024, 256));
  base::set_threads(threads);
  for (const Layers layers :
       {Layers{128, 1024, 256}, Layers{4001, 130, 60}, Layers{1001, 250, 130}, Layers{90, 50, 40}}) {
    const Problem problem = random_problem(layers);
    // The first row is left alone.
    kernels::FloatMatrix fields(layers.n, layers.n_out);
    kernels::FloatMatrix means(layers.n, layers.n_out);
    kernels::PackedSpins drawn(layers.n, layers.n_out);
    kernels::LaneRandom random(base::RandomStream(1, "test"));
    kernels::signed_row_sums(problem.given, 1, layers.n, problem.rows, problem.bias, fields);
    kernels::sample_spins(fields, 1, layers.n, random, drawn, &means);
    testing::for_any_threads_and_simd_level([&] {
      kernels::FloatMatrix other_fields(layers.n, layers.n_out);
      kernels::FloatMatrix other_means(layers.n, layers.n_out);
      kernels::PackedSpins other_drawn(layers.n, layers.n_out);
      kernels::LaneRandom other_random(base::RandomStream(1, "test"));
      draw_layer(problem.given, {1, layers.n}, problem.rows, problem.bias, other_fields, other_random,
                 [&](std::size_t first, std::size_t last, kernels::LaneRandom& generator) {
                   kernels::sample_spins(other_fields, first, last, generator, other_drawn, &other_means);
                 });
      EXPECT_EQ(other_fields.unpadded(), fields.unpadded());
      EXPECT_EQ(other_means.unpadded(), means.unpadded());
      EXPECT_EQ(other_drawn, drawn);
      EXPECT_EQ(other_random.state, random.state);
      layer_fields(problem.given, 1, layers.n, problem.rows, {}, other_fields);
      kernels::FloatMatrix without_bias(layers.n, layers.n_out);
      kernels::signed_row_sums(problem.given, 1, layers.n, problem.rows, {}, without_bias);
      EXPECT_EQ(other_fields.unpadded(), without_bias.unpadded());
    });
  }
}

// Each rank draws its rows of the block with the words that they have in the whole block.
TEST(LayerPasses, DrawTheRowsOfAPart) {
  const Problem problem = random_problem({90, 50, 40});
  const auto drawn = [&](const BlockRows& rows, kernels::PackedSpins& spins) {
    kernels::FloatMatrix fields(90, 40);
    kernels::LaneRandom random(base::RandomStream(1, "test"));
    draw_layer(problem.given, rows, problem.rows, problem.bias, fields, random,
               [&](std::size_t first, std::size_t last, kernels::LaneRandom& generator) {
                 kernels::sample_spins(fields, first, last, generator, spins, nullptr);
               });
    return random.state;
  };
  kernels::PackedSpins whole(90, 40);
  kernels::PackedSpins parts(90, 40);
  const auto end = drawn({5, 85}, whole);
  for (const base::Ranks::Part mine : {base::Ranks::Part{0, 30}, {30, 31}, {31, 90}})
    EXPECT_EQ(drawn(rows_of_block(mine, 5, 85), parts), end);
  EXPECT_EQ(parts, whole);
  EXPECT_TRUE(rows_of_block({0, 5}, 5, 85).empty());
  EXPECT_TRUE(rows_of_block({85, 90}, 5, 85).empty());
}

}  // namespace
}  // namespace spinflow::networks

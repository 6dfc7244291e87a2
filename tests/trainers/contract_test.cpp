// SPDX-License-Identifier: Apache-2.0
// What every registered RBM trainer must do: the mean of one update is the enumerated one on 3 visible x 2
// hidden units; the bits depend neither on threads nor on where a training was saved and resumed.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

constexpr std::size_t n_visible = 3;
constexpr std::size_t n_hidden = 2;

double spin(unsigned bits, std::size_t i) { return ((bits >> i) & 1u) != 0 ? 1.0 : -1.0; }

struct Enumerated {
  networks::Rbm rbm;

  [[nodiscard]] double hidden_mean(unsigned v, std::size_t a) const {
    double x = rbm.hidden_bias[a];
    for (std::size_t i = 0; i < n_visible; ++i) x += rbm.weights[a * n_visible + i] * spin(v, i);
    return std::tanh(x);
  }
  [[nodiscard]] double visible_mean(unsigned h, std::size_t i) const {
    double x = rbm.visible_bias[i];
    for (std::size_t a = 0; a < n_hidden; ++a) x += rbm.weights[a * n_visible + i] * spin(h, a);
    return std::tanh(x);
  }
  // P(v' | v) of one step v -> h -> v'.
  [[nodiscard]] double step(unsigned v, unsigned next) const {
    double total = 0;
    for (unsigned h = 0; h < 4; ++h) {
      double p = 1;
      for (std::size_t a = 0; a < n_hidden; ++a) p *= (1 + spin(h, a) * hidden_mean(v, a)) / 2;
      for (std::size_t i = 0; i < n_visible; ++i) p *= (1 + spin(next, i) * visible_mean(h, i)) / 2;
      total += p;
    }
    return total;
  }
  // Mean of (W, b, c) after one update of rate 1.
  [[nodiscard]] std::vector<double> after_update(const std::vector<unsigned>& batch, int k) const {
    std::array<double, 8> data{};
    for (const unsigned v : batch) data[v] += 1.0 / static_cast<double>(batch.size());
    std::array<double, 8> chain = data;
    for (int t = 0; t < k; ++t) {
      std::array<double, 8> moved{};
      for (unsigned v = 0; v < 8; ++v)
        for (unsigned next = 0; next < 8; ++next) moved[next] += chain[v] * step(v, next);
      chain = moved;
    }
    std::vector<double> result(rbm.weights.begin(), rbm.weights.end());
    result.insert(result.end(), rbm.visible_bias.begin(), rbm.visible_bias.end());
    result.insert(result.end(), rbm.hidden_bias.begin(), rbm.hidden_bias.end());
    for (unsigned v = 0; v < 8; ++v) {
      const double p = data[v] - chain[v];
      for (std::size_t a = 0; a < n_hidden; ++a) {
        for (std::size_t i = 0; i < n_visible; ++i)
          result[a * n_visible + i] += p * hidden_mean(v, a) * spin(v, i);
        result[n_hidden * n_visible + n_visible + a] += p * hidden_mean(v, a);
      }
      for (std::size_t i = 0; i < n_visible; ++i) result[n_hidden * n_visible + i] += p * spin(v, i);
    }
    return result;
  }
};

class EveryTrainer : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryTrainer, MeanUpdateIsTheEnumeratedOne) {
  Enumerated exact{networks::random_rbm(lattice::Lattice::chain(n_visible), n_hidden, 0.7, 2)};
  exact.rbm.visible_bias = {0.3f, -0.2f, 0.1f};
  exact.rbm.hidden_bias = {-0.4f, 0.2f};
  const std::vector<unsigned> batch = {7, 7, 7, 0, 3, 5};
  kernels::PackedSpins spins(batch.size(), n_visible);
  for (std::size_t r = 0; r < batch.size(); ++r) spins.row(r)[0] = batch[r];
  const auto& entry = registry().find(GetParam());
  for (const int k : {1, 2}) {
    const auto expected = exact.after_update(batch, k);
    constexpr int n = 6000;
    std::vector<double> sum(expected.size());
    std::vector<double> squares(expected.size());
    for (int seed = 0; seed < n; ++seed) {
      RbmTrainer trainer(spins, exact.rbm,
                         {.method = entry.name,
                          .k = k,
                          .learning_rate = 1,
                          .weight_decay = 0,
                          .batch_size = static_cast<std::int64_t>(batch.size()),
                          .epochs = 1,
                          .biases = true,
                          .method_options = entry.like_cd},
                         static_cast<std::uint64_t>(seed));
      trainer.update(1);
      const networks::Rbm rbm = trainer.rbm();
      std::vector<float> all = rbm.weights;
      all.insert(all.end(), rbm.visible_bias.begin(), rbm.visible_bias.end());
      all.insert(all.end(), rbm.hidden_bias.begin(), rbm.hidden_bias.end());
      ASSERT_EQ(all.size(), expected.size());
      for (std::size_t p = 0; p < all.size(); ++p) {
        sum[p] += all[p];
        squares[p] += double{all[p]} * all[p];
      }
    }
    for (std::size_t p = 0; p < expected.size(); ++p) {
      const double mean = sum[p] / n;
      testing::expect_within(mean, std::sqrt((squares[p] / n - mean * mean) / n), expected[p],
                             "parameter " + std::to_string(p) + ", k = " + std::to_string(k));
    }
  }
}

TEST_P(EveryTrainer, TrainsFromOptionsAndSeed) {
  const auto lattice = lattice::Lattice::chain(6);
  kernels::PackedSpins spins(40, 6);
  for (std::size_t r = 0; r < 40; r += 2) spins.flip(r);
  const auto data = ensemble::from_spins(spins, lattice, nullptr);
  const auto& entry = registry().find(GetParam());
  const base::Values options{{"hidden", std::int64_t{3}}, {"epochs", 2.0}, {"batch_size", std::int64_t{10}}};
  const auto one = entry.train(data, options, 5, base::silent());
  EXPECT_EQ(one.rbm.n_hidden, 3u);
  EXPECT_EQ(one.updates, 8);
  EXPECT_GT(one.updates_per_second, 0);
  EXPECT_EQ(one.rbm.weights, entry.train(data, options, 5, base::silent()).rbm.weights);
  EXPECT_NE(one.rbm.weights, entry.train(data, options, 6, base::silent()).rbm.weights);
  EXPECT_THROW((void)entry.train(data, {{"hiden", std::int64_t{3}}}, 5, base::silent()), Error);
  EXPECT_FALSE(entry.help.empty());
  EXPECT_FALSE(entry.citations.empty());
}

// Rows whose spins are up with the probability 0.6.
kernels::PackedSpins biased_rows(std::size_t n, std::size_t n_columns) {
  kernels::PackedSpins spins(n, n_columns);
  base::RandomStream stream(1, "test.rows");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < n_columns; ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  return spins;
}

networks::Rbm small_start() { return networks::random_rbm(lattice::Lattice::chain(20), 7, 0.05, 3); }

RbmTrainingOptions options_for(const std::string& method) {
  return {.method = method,
          .k = 2,
          .learning_rate = 0.05,
          .final_learning_rate = 0.01,
          .momentum = 0.5,
          .shrinkage = 0.01,
          .batch_size = 30,
          .epochs = 3,
          .biases = true,
          .held_out = 0.2};
}

TEST_P(EveryTrainer, SavedAndResumedEqualsUninterrupted) {
  const auto data = biased_rows(500, 20);
  const auto options = options_for(GetParam());
  RbmTrainer whole(data, small_start(), options, 11);
  whole.update(1000);
  EXPECT_EQ(whole.rbm().training.at("method"), base::Value(GetParam()));
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "state.h5";
  for (const std::int64_t at : {1, 17, 26}) {  // 13 updates are an epoch
    {
      RbmTrainer first(data, small_start(), options, 11);
      first.update(at);
      first.save(path);
    }
    RbmTrainer second = RbmTrainer::resume(data, path);
    EXPECT_EQ(second.updates(), at);
    second.update(1000);
    EXPECT_TRUE(second.done());
    expect_equal(whole.rbm(), second.rbm());
  }
  EXPECT_THROW((void)RbmTrainer::resume(biased_rows(400, 20), path), Error);
}

TEST_P(EveryTrainer, SameBitsForAnyThreadsAndSimdLevel) {
  const auto data = biased_rows(1500, 20);
  RbmTrainingOptions wide = options_for(GetParam());
  wide.batch_size = 600;  // several blocks of rows
  const auto train = [&] {
    RbmTrainer trainer(data, small_start(), wide, 11);
    trainer.update(1000);
    return trainer.rbm();
  };
  const auto first = train();
  testing::for_any_threads_and_simd_level([&] { expect_equal(train(), first); });
}

TEST_P(EveryTrainer, SharesAnUpdateOverThreadsWithTheSameBits) {
  const auto lattice = lattice::Lattice::square(20, 15);
  const auto data = biased_rows(700, 300);
  const auto train = [&] {
    RbmTrainer trainer(data, networks::random_rbm(lattice, 256, 0.1, 1),
                       {.method = GetParam(), .k = 3, .batch_size = 600, .epochs = 2, .biases = true}, 11);
    trainer.update(2);
    return trainer.rbm();
  };
  const auto first = train();
  testing::for_any_threads_and_simd_level([&] { expect_equal(train(), first); });
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryTrainer, ::testing::ValuesIn(registry().names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace spinflow::trainers

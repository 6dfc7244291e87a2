// SPDX-License-Identifier: Apache-2.0
// One seed gives every run random words of its own.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <optional>

#include "enumerated.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

struct Work {
  std::shared_ptr<const models::Model> model;
  double temperature = 1;
};

std::shared_ptr<const models::Model> long_range(const std::string& size, double sigma, double coupling = 1) {
  const bool square = size.find('x') != std::string::npos;
  return models::registry()
      .find("ising-power-law")
      .make(lattice::lattice_from_text(size, square ? 2 : 1, lattice::Boundary::periodic, "test"),
            {{"dimension", std::int64_t{square ? 2 : 1}}, {"sigma", sigma}, {"coupling", coupling}});
}

std::vector<std::string> all_samplers() {
  std::vector<std::string> names;
  for (const auto& entry : registry().entries()) names.push_back(entry.name);
  return names;
}

class Streams : public ::testing::TestWithParam<std::string> {
 protected:
  // Rows that are independent of each other: fewer than 64, and every one has a chain of its own.
  static constexpr std::size_t n_rows = 60;

  std::optional<ensemble::Ensemble> drawn(const Work& run, std::uint64_t seed) {
    const auto& entry = registry().find(GetParam());
    if (!entry.refusal(*run.model).empty()) return {};
    return entry.sample({.model = run.model,
                         .temperatures = {run.temperature},
                         .samples_per_temperature = n_rows,
                         .seed = seed},
                        base::silent());
  }
};

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double ma = 0, mb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / n;
    mb += b[i] / n;
  }
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
    ab += (a[i] - ma) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

// The case was exact-chain at T = 1.0 and 1.1: .83.
TEST_P(Streams, EnergiesOfNeighbouringRunsAreNotCorrelated) {
  const std::vector<std::pair<Work, Work>> pairs = {
      {{make_model("24"), 1.0}, {make_model("24"), 1.1}},                  // temperature
      {{make_model("24"), 1.1}, {make_model("24", 1.1), 1.1}},             // coupling
      {{make_model("24"), 1.1}, {make_model("25"), 1.1}},                  // size
      {{make_model("24", 1, 0.2), 1.1}, {make_model("24", 1, 0.3), 1.1}},  // field
      {{make_model("4x4"), 3.0}, {make_model("4x4"), 3.1}},
      {{long_range("24", 0.9), 4.0}, {long_range("24", 0.9), 4.1}},
  };
  bool compared = false;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    std::vector<double> a, b;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const auto first = drawn(pairs[p].first, seed);
      const auto second = drawn(pairs[p].second, seed);
      if (!first || !second) break;
      a.insert(a.end(), first->energy.begin(), first->energy.end());
      b.insert(b.end(), second->energy.begin(), second->energy.end());
    }
    if (a.empty()) continue;
    compared = true;
    testing::expect_within(correlation(a, b), 1 / std::sqrt(static_cast<double>(a.size())), 0,
                           "correlation of pair " + std::to_string(p));
  }
  EXPECT_TRUE(compared);
}

// On common words two runs so hot draw nearly the same configurations; on their own ones, half of the spins
// agree.
TEST_P(Streams, HotRunsAgreeInHalfOfTheirSpins) {
  const auto compared = [&](const Work& one, const Work& other, const char* what) {
    const auto first = drawn(one, 1);
    const auto second = drawn(other, 1);
    if (!first || !second) return;
    const auto a = first->spins.words();
    const auto b = second->spins.words();
    ASSERT_EQ(a.size(), b.size());
    double different = 0;
    for (std::size_t w = 0; w < a.size(); ++w) different += std::popcount(a[w] ^ b[w]);
    const double n = n_rows * one.model->lattice().n_sites();
    testing::expect_within(different / n, 0.5 / std::sqrt(n), 0.5, what);
  };
  for (const auto* size : {"64", "8x8"}) {
    compared({make_model(size), 1e6}, {make_model(size), 2e6}, "T");
    compared({make_model(size), 1e6}, {make_model(size, 2), 1e6}, "J");
    compared({make_model(size, 1, 1), 1e6}, {make_model(size, 1, 2), 1e6}, "h");
    compared({long_range(size, 1), 1e6}, {long_range(size, 1), 2e6}, "long range, T");
    compared({long_range(size, 1), 1e6}, {long_range(size, 2), 1e6}, "sigma");
    compared({make_model(size), 1e6}, {long_range(size, 1), 1e6}, "model");
  }
  compared({make_model("4x16"), 1e6}, {make_model("16x4"), 1e6}, "shape");
  compared({make_model("64"), 1e6}, {make_model("64", 1, 0, lattice::Boundary::open), 1e6}, "boundary");
}

TEST_P(Streams, TheSameRunHasTheSameWordsAndKeepsItsSeed) {
  for (const Work& run : {Work{make_model("16"), 2}, Work{make_model("6x6"), 3}}) {
    const auto first = drawn(run, 7);
    if (!first) continue;
    EXPECT_EQ(first->spins, drawn(run, 7)->spins);
    EXPECT_NE(first->spins, drawn(run, 8)->spins);
    EXPECT_EQ(first->seed, 7u);
  }
}

TEST_P(Streams, UpdatesOfReplicasAreKeyedToo) {
  const auto& entry = registry().find(GetParam());
  if (!entry.update_replicas) GTEST_SKIP() << "it draws every configuration anew";
  for (const auto* size : {"64", "8x8"}) {
    const auto model = make_model(size);
    if (!entry.refusal(*model).empty()) continue;
    std::vector<kernels::PackedSpins> rows(2, kernels::PackedSpins(n_rows, 64));
    entry.update_replicas(*model, 1e6, rows[0], 30, 5);
    entry.update_replicas(*model, 2e6, rows[1], 30, 5);
    EXPECT_NE(rows[0], rows[1]) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Streams, ::testing::ValuesIn(all_samplers()), [](const auto& tested) {
  std::string name = tested.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace spinflow::samplers

// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/rbm_energies.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

struct Case {
  std::size_t n_visible;
  std::size_t n_hidden;
  double scale;  ///< of weights and biases
};

struct Work {
  RbmRows rbm;
  PackedSpins spins;
};

Work work_of(const Case& c) {
  base::RandomStream random(7, "test.rbm-energies", c.n_hidden);
  const auto draw = [&](std::size_t n) {
    std::vector<float> values(n);
    for (auto& value : values) value = static_cast<float>(c.scale * random.normal());
    return values;
  };
  const auto weights = draw(c.n_visible * c.n_hidden);
  const auto visible = draw(c.n_visible);
  const auto hidden = draw(c.n_hidden);
  PackedSpins spins(11, c.n_visible);
  for (std::size_t r = 0; r < spins.n_rows(); ++r)
    for (std::size_t i = 0; i < c.n_visible; ++i) spins.set(r, i, random.uniform() < 0.5 ? 1 : -1);
  return {RbmRows(weights, visible, hidden), std::move(spins)};
}

// Widths about the vectors', fields about 0 and far beyond exp's range, and more than one product of factors.
const Case cases[] = {{1, 1, 0.5},    {3, 7, 0},     {65, 8, 0.1},   {100, 64, 0.1}, {20, 9, 1},
                      {16, 17, 30.0}, {30, 33, 1e6}, {5, 4099, 0.3}, {129, 15, 1e-9}};

TEST(RbmEnergies, AgreeWithTheirTwins) {
  for (const auto& c : cases) {
    const auto [rbm, spins] = work_of(c);
    SCOPED_TRACE(::testing::Message() << c.n_visible << " " << c.n_hidden << " " << c.scale);
    std::vector<double> fast(9);
    std::vector<double> slow(9);
    free_energies(rbm, spins, 1, 10, fast);
    reference::free_energies(rbm, spins, 1, 10, slow);
    for (std::size_t r = 0; r < 9; ++r)
      EXPECT_NEAR(fast[r], slow[r], 1e-14 * (1 + std::abs(slow[r])) + 1e-13);
    pseudo_log_likelihoods(rbm, spins, 1, 10, fast);
    reference::pseudo_log_likelihoods(rbm, spins, 1, 10, slow);
    const double terms = static_cast<double>(c.n_visible * c.n_hidden);
    for (std::size_t r = 0; r < 9; ++r)
      EXPECT_NEAR(fast[r], slow[r], 1e-13 * terms * (1 + c.scale) + 1e-14 * std::abs(slow[r]));
  }
}

TEST(RbmEnergies, HaveTheSameBitsAtEveryLevelAndInAnyPieces) {
  for (const auto& c : cases) {
    const auto [rbm, spins] = work_of(c);
    std::vector<std::vector<double>> seen;
    const testing::SimdLevelRestored before;
    for (const auto& level : simd_levels()) {
      force_simd_level(level);
      std::vector<double> all(22);
      const std::span out(all);
      free_energies(rbm, spins, 0, 11, out.subspan(0, 11));
      pseudo_log_likelihoods(rbm, spins, 0, 5, out.subspan(11, 5));
      pseudo_log_likelihoods(rbm, spins, 5, 11, out.subspan(16, 6));
      seen.push_back(all);
    }
    for (const auto& other : seen) EXPECT_EQ(other, seen.front());
  }
}

}  // namespace
}  // namespace spinflow::kernels

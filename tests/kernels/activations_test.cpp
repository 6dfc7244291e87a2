// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/activations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

// From -range to range in equal steps, over several rows of an awkward width.
FloatMatrix ramp(double range, std::size_t n_rows = 40, std::size_t n_columns = 103) {
  FloatMatrix fields(n_rows, n_columns);
  const auto n = static_cast<double>(n_rows * n_columns - 1);
  for (std::size_t r = 0; r < n_rows; ++r)
    for (std::size_t c = 0; c < n_columns; ++c)
      fields.row(r)[c] = static_cast<float>(range * (2.0 * static_cast<double>(r * n_columns + c) / n - 1.0));
  return fields;
}

FloatMatrix constant(float x, std::size_t n_rows, std::size_t n_columns) {
  FloatMatrix fields(n_rows, n_columns);
  for (std::size_t r = 0; r < n_rows; ++r) std::fill(fields.row(r).begin(), fields.row(r).end(), x);
  return fields;
}

double greatest_difference(const FloatMatrix& a, const FloatMatrix& b) {
  double greatest = 0;
  for (std::size_t r = 0; r < a.n_rows(); ++r)
    for (std::size_t c = 0; c < a.n_columns(); ++c) {
      const double difference = std::abs(double{a.row(r)[c]} - double{b.row(r)[c]});
      if (!(difference <= greatest)) greatest = difference;  // a NaN stays
    }
  return greatest;
}

TEST(Activations, TanhAgreesWithLibm) {
  for (const double range : {0.01, 1.0, 12.0, 100.0}) {
    const auto fields = ramp(range);
    FloatMatrix fast(40, 103);
    FloatMatrix slow(40, 103);
    tanh_rows(fields, 0, 40, -1.0f, fast);
    reference::tanh_rows(fields, 0, 40, -1.0f, slow);
    EXPECT_LT(greatest_difference(fast, slow), 3e-7) << "fields up to " << range;
  }
}

TEST(Activations, TanhSaturatesAndIsOddAndVanishesAtZero) {
  FloatMatrix fields(
      1, 6, std::vector<float>{0.0f, 1e3f, -1e3f, std::numeric_limits<float>::infinity(), 0.7f, -0.7f});
  tanh_rows(fields, 0, 1, 1.0f, fields);
  EXPECT_EQ(fields.row(0)[0], 0.0f);
  EXPECT_EQ(fields.row(0)[1], 1.0f);
  EXPECT_EQ(fields.row(0)[2], -1.0f);
  EXPECT_EQ(fields.row(0)[3], 1.0f);
  EXPECT_EQ(fields.row(0)[4], -fields.row(0)[5]);
}

TEST(Activations, LogTwoCoshSumsAgreeWithLibm) {
  for (const double range : {0.01, 1.0, 12.0, 1e4}) {
    const auto fields = ramp(range);
    std::vector<double> fast(40);
    std::vector<double> slow(40);
    log_two_cosh_sums(fields, 0, 40, fast);
    reference::log_two_cosh_sums(fields, 0, 40, slow);
    for (std::size_t r = 0; r < 40; ++r) EXPECT_NEAR(fast[r], slow[r], 1e-6 * slow[r]);
  }
}

TEST(Activations, SoftmaxAgreesWithLibmAndSumsToOne) {
  for (const double range : {0.1, 10.0, 1e3}) {
    const auto logits = ramp(range, 40, 25);
    FloatMatrix fast(40, 25);
    FloatMatrix slow(40, 25);
    softmax_rows(logits, 0, 40, fast);
    reference::softmax_rows(logits, 0, 40, slow);
    EXPECT_LT(greatest_difference(fast, slow), 1e-6);
    for (std::size_t r = 0; r < 40; ++r)
      EXPECT_NEAR(std::accumulate(fast.row(r).begin(), fast.row(r).end(), 0.0), 1.0, 1e-6);
  }
}

TEST(Activations, ReluAgreesWithItsTwin) {
  const auto fields = ramp(3.0);
  FloatMatrix fast(40, 103);
  FloatMatrix slow(40, 103);
  relu_rows(fields, 0, 40, fast);
  reference::relu_rows(fields, 0, 40, slow);
  EXPECT_EQ(greatest_difference(fast, slow), 0.0);
}

TEST(SampleSpins, AgreesWithItsTwin) {
  // Both round the same random number against a probability that differs by 3e-7: of 4120 spins, none may
  // differ here.
  const auto fields = ramp(4.0);
  LaneRandom random(base::RandomStream(3, "test.sample"));
  LaneRandom twin = random;
  PackedSpins fast(40, 103);
  PackedSpins slow(40, 103);
  FloatMatrix fast_means(40, 103);
  FloatMatrix slow_means(40, 103);
  sample_spins(fields, 0, 40, random, fast, &fast_means);
  reference::sample_spins(fields, 0, 40, twin, slow, &slow_means);
  EXPECT_EQ(fast, slow);
  EXPECT_EQ(random.state, twin.state);
  EXPECT_LT(greatest_difference(fast_means, slow_means), 3e-7);
}

TEST(SampleSpins, MeansMayBeLeftOutAndRowsTakenInParts) {
  const auto fields = ramp(4.0);
  LaneRandom random(base::RandomStream(4, "test.sample"));
  LaneRandom again = random;
  PackedSpins whole(40, 103);
  PackedSpins parts(40, 103);
  FloatMatrix means(40, 103);
  sample_spins(fields, 0, 40, random, whole, &means);
  sample_spins(fields, 0, 17, again, parts, nullptr);
  sample_spins(fields, 17, 40, again, parts, nullptr);
  EXPECT_EQ(whole, parts);
}

TEST(SampleSpins, HasTheRightMean) {
  for (const float x : {-3.0f, -0.4f, 0.0f, 0.1f, 1.0f, 2.5f}) {
    constexpr std::size_t n = 400;
    const auto fields = constant(x, n, 250);
    PackedSpins spins(n, 250);
    LaneRandom random(base::RandomStream(5, "test.sample"));
    sample_spins(fields, 0, n, random, spins, nullptr);
    double sum = 0;
    for (std::size_t r = 0; r < n; ++r) sum += static_cast<double>(spins.sum(r));
    const double exact = std::tanh(double{x});
    testing::expect_within(sum / (250 * n), std::sqrt((1 - exact * exact) / (250 * n)), exact, "mean spin");
  }
}

TEST(SampleSpins, SaturatesWithoutNan) {
  for (const float x : {12.0f, 1e3f, 3e38f, std::numeric_limits<float>::infinity()}) {
    for (const float sign : {1.0f, -1.0f}) {
      auto fields = constant(sign * x, 200, 64);
      PackedSpins spins(200, 64);
      LaneRandom random(base::RandomStream(6, "test.sample"));
      sample_spins(fields, 0, 200, random, spins, &fields);
      for (std::size_t r = 0; r < 200; ++r) {
        EXPECT_EQ(spins.row(r)[0], sign > 0 ? ~std::uint64_t{0} : 0u);
        EXPECT_EQ(fields.row(r)[r % 64], sign);
      }
    }
  }
}

TEST(SampleSpins, LiteralSpins) {
  // The stream is an interface: seed 1 has drawn these spins in every release.
  LaneRandom random(base::RandomStream(1, "test.sample"));
  PackedSpins spins(1, 64);
  sample_spins(constant(0.25f, 1, 64), 0, 1, random, spins, nullptr);
  EXPECT_EQ(spins.row(0)[0], 0xbe83bbeefe98863du);
}

TEST(Activations, SameBitsAtEverySimdLevel) {
  const auto fields = ramp(9.0);
  struct Results {
    PackedSpins spins{40, 103};
    std::vector<float> means, tanh, softmax;
    std::vector<double> sums = std::vector<double>(40);
    bool operator==(const Results&) const = default;
  };
  const auto compute = [&] {
    Results results;
    FloatMatrix out(40, 103);
    LaneRandom random(base::RandomStream(8, "test.sample"));
    sample_spins(fields, 0, 40, random, results.spins, &out);
    results.means = out.unpadded();
    tanh_rows(fields, 0, 40, 1.0f, out);
    results.tanh = out.unpadded();
    softmax_rows(fields, 0, 40, out);
    results.softmax = out.unpadded();
    log_two_cosh_sums(fields, 0, 40, results.sums);
    return results;
  };
  const auto first = compute();
  const testing::SimdLevelRestored before;
  for (const auto& level : simd_levels()) {
    force_simd_level(level);
    EXPECT_TRUE(compute() == first) << level;
  }
}

}  // namespace
}  // namespace spinflow::kernels

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain_renormalization.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "spinflow/exact/chain.hpp"
#include "testing/testing.hpp"

namespace spinflow::exact {
namespace {

using testing::refusal_of;
constexpr double infinity = std::numeric_limits<double>::infinity();

::testing::Message what(double k, double h, int b) {
  return ::testing::Message() << "K = " << k << ", h = " << h << ", b = " << b;
}

TEST(ChainDecimation, WithoutFieldTheTangentsMultiply) {
  for (const double k : {1e-3, 0.3, 1.0, 1.5, 6.0, -0.2, -1.1})
    for (const int b : {2, 3, 4, 7, 16, 1000}) {
      const auto found = decimated_chain({k, 0}, b).couplings;
      const double exact = std::atanh(std::pow(std::tanh(k), b));
      // artanh of a number next to 1 has fewer digits than we.
      EXPECT_NEAR(found.coupling, exact, 1e-13 * std::abs(exact) * std::exp(2 * std::abs(exact)))
          << what(k, 0, b);
      EXPECT_EQ(found.field, 0);
    }
}

TEST(ChainDecimation, PublishedNumbers) {
  const std::vector<std::pair<int, double>> at_1 = {{2, 0.6625}, {4, 0.3501}, {8, 0.1137}, {16, 0.0128}};
  for (const auto& [b, k] : at_1) EXPECT_NEAR(decimated_chain({1, 0}, b).couplings.coupling, k, 5e-5);
  const auto flow = chain_flow({1.5, 0}, 2, 5);
  const std::vector<double> course = {1.5, 1.1547, 0.8130, 0.4854, 0.2059, 0.0412};
  ASSERT_EQ(flow.size(), course.size());
  for (std::size_t step = 0; step < course.size(); ++step)
    EXPECT_NEAR(flow[step].couplings.coupling, course[step], 5e-5);
}

TEST(ChainDecimation, PartitionFunctionsAgree) {
  for (const double k : {0.0, 1e-8, 0.4, 1.3, 5.0, 30.0, 1000.0, -0.4, -1.3, -5.0, -1000.0})
    for (const double h : {0.0, 1e-9, 0.1, -0.7, 3.0, 40.0, -1000.0})
      for (const int b : {2, 3, 5, 8})
        for (const int blocks : {1, 2, 3, 6}) {
          const auto [couplings, constant] = decimated_chain({k, h}, b);
          const double before = ring_log_partition(blocks * b, {k, h});
          const double after = blocks * constant + ring_log_partition(blocks, couplings);
          EXPECT_NEAR(before, after, 1e-13 * blocks * b * (1 + std::abs(k) + std::abs(h)))
              << what(k, h, b) << ", " << blocks << " blocks";
        }
}

TEST(ChainDecimation, AgreesWithSumsOverTheSpinsThatGo) {
  // The weights of one block by direct sums, in their range.
  for (const double k : {0.0, 0.2, 1.4, -0.3, -2.0})
    for (const double h : {0.0, 0.05, -0.6, 2.0})
      for (const int b : {2, 3, 4, 7}) {
        std::array<double, 4> weights{};
        for (unsigned inner = 0; inner < 1u << (b - 1); ++inner)
          for (unsigned ends = 0; ends < 4; ++ends) {
            int previous = (ends & 2u) != 0 ? 1 : -1;
            const int last = (ends & 1u) != 0 ? 1 : -1;
            double exponent = 0.5 * h * (previous + last);
            for (int i = 0; i < b; ++i) {
              const int spin = i == b - 1 ? last : (inner >> i & 1u) != 0 ? 1 : -1;
              exponent += k * previous * spin + (i == b - 1 ? 0 : h * spin);
              previous = spin;
            }
            weights[ends] += std::exp(exponent);
          }
        const auto found = decimated_chain({k, h}, b);
        const double up = std::log(weights[3]);
        const double down = std::log(weights[0]);
        const double off = std::log(weights[1]);
        EXPECT_NEAR(found.couplings.coupling, (up + down - 2 * off) / 4, 1e-14 * b) << what(k, h, b);
        EXPECT_NEAR(found.couplings.field, (up - down) / 2, 1e-14 * b) << what(k, h, b);
        EXPECT_NEAR(found.constant, (up + down + 2 * off) / 4, 1e-14 * b * (1 + std::abs(k) + std::abs(h)))
            << what(k, h, b);
      }
}

TEST(ChainDecimation, IsASemigroup) {
  for (const double k : {0.7, 3.0, -0.6, -40.0, 1000.0})
    for (const double h : {0.0, 1e-20, 1e-7, 0.2, -2.5, 300.0}) {
      const auto twice = chain_flow({k, h}, 3, 2).back().couplings;
      const auto once = decimated_chain({k, h}, 9).couplings;
      const double allowed = 1e-13 * (1 + std::abs(k) + std::abs(h));
      EXPECT_NEAR(twice.coupling, once.coupling, allowed * std::abs(once.coupling)) << what(k, h, 9);
      EXPECT_NEAR(twice.field, once.field, allowed * std::abs(once.field)) << what(k, h, 9);
    }
}

TEST(ChainDecimation, Limits) {
  EXPECT_NEAR(decimated_chain({1000, 0}, 2).couplings.coupling, 1000 - std::log(2) / 2, 1e-12);
  EXPECT_NEAR(decimated_chain({-1000, 0}, 2).couplings.coupling, 1000 - std::log(2) / 2, 1e-12);
  EXPECT_NEAR(decimated_chain({-1000, 0}, 5).couplings.coupling, -1000 + std::log(5) / 2, 1e-12);
  // Frozen blocks: the field adds up, or all but cancels.
  EXPECT_NEAR(decimated_chain({1000, 0.1}, 4).couplings.field, 0.4, 1e-12);
  EXPECT_NEAR(decimated_chain({-1000, 0.1}, 5).couplings.field, std::atanh(std::tanh(0.1) / 5), 1e-12);
  // Nothing couples the spins.
  EXPECT_EQ(decimated_chain({0, 0.3}, 4).couplings.coupling, 0);
  EXPECT_NEAR(decimated_chain({0, 0.3}, 4).couplings.field, 0.3, 1e-15);
  EXPECT_NEAR(decimated_chain({0, -1000}, 4).couplings.field, -1000, 1e-12);
  EXPECT_NEAR(decimated_chain({0, 0.3}, 4).constant, 3 * std::log(2 * std::cosh(0.3)), 1e-14);
  // A field that holds every spin: the spins that go hold none of theirs to the others.
  EXPECT_NEAR(decimated_chain({1, 1000}, 2).couplings.field, 1000 + 2, 1e-12);
  EXPECT_NEAR(decimated_chain({1, 1000}, 2).couplings.coupling, 0, 1e-300);
  for (const double k : {1e6, -1e6, 1e-300, -1e-300})
    for (const double h : {0.0, 1e6, -1e6, 1e-300})
      for (const int b : {2, 3, 1000001}) {
        const auto [couplings, constant] = decimated_chain({k, h}, b);
        EXPECT_TRUE(std::isfinite(couplings.coupling) && std::isfinite(couplings.field) &&
                    std::isfinite(constant))
            << what(k, h, b);
        for (const double element : chain_decimation_jacobian({k, h}, b))
          EXPECT_TRUE(std::isfinite(element)) << what(k, h, b);
      }
  EXPECT_NE(refusal_of([] { (void)decimated_chain({1, 0}, 1); }).find("factor"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)decimated_chain({infinity, 0}, 2); }).find("1e+06"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)decimated_chain({1, std::nan("")}, 2); }).find("1e+06"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)chain_flow({1, 0}, 2, -1); }).find("steps"), std::string::npos);
}

TEST(ChainDecimation, JacobianIsThatOfFiniteDifferences) {
  for (const double k : {0.3, 1.2, 2.5, -0.4, -1.5})
    for (const double h : {0.0, 1e-6, 0.05, -0.6, 2.0})
      for (const int b : {2, 3, 5, 8}) {
        const auto exact = chain_decimation_jacobian({k, h}, b);
        // A five-point difference.
        const auto slope = [&](bool of_field, bool by_field) {
          constexpr double d = 1e-3;
          const auto f = [&](double steps) {
            const auto found =
                decimated_chain({k + (by_field ? 0 : steps * d), h + (by_field ? steps * d : 0)}, b)
                    .couplings;
            return of_field ? found.field : found.coupling;
          };
          return (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * d);
        };
        EXPECT_NEAR(exact[0], slope(false, false), 1e-8) << what(k, h, b);
        EXPECT_NEAR(exact[1], slope(false, true), 1e-8) << what(k, h, b);
        EXPECT_NEAR(exact[2], slope(true, false), 1e-8) << what(k, h, b);
        EXPECT_NEAR(exact[3], slope(true, true), 1e-8) << what(k, h, b);
      }
}

TEST(ChainDecimation, JacobianWithoutFieldIsTheLimitOfASmallOne) {
  for (const double k : {0.0, 0.3, 1.2, 9.0, 1000.0, -0.4, -1.5, -9.0, -1000.0})
    for (const int b : {2, 3, 16, 25}) {
      const auto without = chain_decimation_jacobian({k, 0}, b);
      const auto with = chain_decimation_jacobian({k, 1e-300}, b);
      for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(without[i], with[i], 1e-13 * b) << what(k, 0, b);
    }
  // dK'/dK stays right where it is far below rounding.
  EXPECT_NEAR(chain_decimation_jacobian({1e-3, 0}, 10)[0] / 1e-26, 1, 1e-5);
}

TEST(ChainDecimation, DividesTheCorrelationLength) {
  EXPECT_NEAR(chain_correlation_length({1, 0}), -1 / std::log(std::tanh(1.0)), 1e-14);
  EXPECT_EQ(chain_correlation_length({0, 0.3}), 0);
  EXPECT_EQ(chain_correlation_length({1000, 0}), infinity);
  for (const double k : {0.3, 2.0, 20.0, -0.4, -3.0})
    for (const double h : {0.0, 1e-8, 0.3, -2.0})
      for (const int b : {2, 3, 8}) {
        const double before = chain_correlation_length({k, h});
        const double after = chain_correlation_length(decimated_chain({k, h}, b).couplings);
        EXPECT_NEAR(after * b / before, 1, 1e-12 * (1 + std::abs(k))) << what(k, h, b);
      }
}

TEST(ChainFixedPoints, AreFixedAndTheirEigenvaluesAreThoseOfTheMap) {
  for (const int b : {2, 3, 8, 9}) {
    const auto points = chain_fixed_points(b);
    ASSERT_EQ(points.size(), b % 2 == 0 ? 2 : 3);
    for (const auto& point : points) {
      // From next to it: K = 1e-8 at 0, e^(-2|K|) = 2e-9 at infinity.
      const double k = point.coupling == 0 ? 1e-8 : std::copysign(10.0, point.coupling);
      const auto moved = decimated_chain({k, 1e-12}, b).couplings;
      EXPECT_NEAR(moved.field / 1e-12, point.magnetic_eigenvalue, 1e-6 * b);
      if (point.coupling == 0) {
        EXPECT_NEAR(moved.coupling / k, point.thermal_eigenvalue, 1e-6);
        EXPECT_TRUE(point.stable);
      } else {
        EXPECT_NEAR(std::exp(2 * (10 - std::abs(moved.coupling))), point.thermal_eigenvalue, 1e-6 * b);
        EXPECT_EQ(std::signbit(moved.coupling), std::signbit(point.coupling));
        EXPECT_FALSE(point.stable);
      }
    }
  }
}

TEST(RingLogPartition, IsThatOfTheDistribution) {
  for (const int n : {2, 3, 8, 15})
    for (const double k : {0.0, 0.5, 3.0, 1000.0, -0.5, -3.0, -1000.0})
      for (const double h : {0.0, 0.2, -2.0, 900.0}) {
        const double exact = chain_distribution(n, k, h, lattice::Boundary::periodic).log_partition;
        EXPECT_NEAR(ring_log_partition(n, {k, h}), exact, 1e-13 * n * (1 + std::abs(k) + std::abs(h)))
            << n << " " << k << " " << h;
      }
}

/// All spins of the ring: P of every state of the block spins.
std::vector<double> block_probabilities(int n, double k, int b) {
  const int m = n / b;
  std::vector<double> p(std::size_t{1} << m);
  double z = 0;
  for (unsigned s = 0; s < 1u << n; ++s) {
    const auto spin = [&](int i) { return (s >> (i % n) & 1u) != 0 ? 1 : -1; };
    double exponent = 0;
    for (int i = 0; i < n; ++i) exponent += k * (spin(i) * spin(i + 1) - (k > 0 ? 1 : -1));
    unsigned state = 0;
    for (int block = 0; block < m; ++block) {
      int sum = 0;
      for (int i = 0; i < b; ++i) sum += spin(block * b + i);
      if (sum > 0) state |= 1u << block;
    }
    p[state] += std::exp(exponent);
    z += std::exp(exponent);
  }
  for (double& x : p) x /= z;
  return p;
}

TEST(Majority, CorrelationIsThatOfAllSpins) {
  for (const auto& [n, b] : {std::pair{9, 3}, {15, 3}, {15, 5}, {12, 3}, {10, 5}, {14, 7}})
    for (const double k : {0.0, 0.2, 1.0, 2.5, -0.3, -1.2}) {
      const int m = n / b;
      const auto p = block_probabilities(n, k, b);
      const auto found = majority_ring_correlation(n, k, b);
      ASSERT_EQ(found.size(), static_cast<std::size_t>(m / 2));
      for (int r = 1; r <= m / 2; ++r) {
        double exact = 0;
        for (unsigned state = 0; state < p.size(); ++state)
          exact += ((state ^ state >> r) & 1u) == 0 ? p[state] : -p[state];
        EXPECT_NEAR(found[static_cast<std::size_t>(r - 1)], exact, 1e-12)
            << n << " " << what(k, 0, b) << " " << r;
      }
    }
}

TEST(Majority, LimitsOfTheCorrelation) {
  for (const double g : majority_ring_correlation(60, 1000, 3)) EXPECT_DOUBLE_EQ(g, 1);
  // Without temperature 20 blocks alternate; of 21, one bond of the 63 is broken.
  const auto even = majority_ring_correlation(60, -1000, 3);
  const auto odd = majority_ring_correlation(63, -1000, 3);
  for (std::size_t r = 1; r <= 10; ++r) {
    const double sign = r % 2 == 0 ? 1 : -1;
    EXPECT_DOUBLE_EQ(even[r - 1], sign);
    EXPECT_NEAR(odd[r - 1], sign * (1 - 2 * static_cast<double>(r) / 21), 1e-15);
  }
  // b K_out -> sinh(2K) / pi for blocks far longer than the correlations.
  for (const double k : {0.5, 1.0, 1.5}) {
    const double limit = std::sinh(2 * k) / std::numbers::pi;
    double previous = infinity;
    for (const int b : {101, 401, 1601}) {
      const double t = majority_ring_correlation(12 * b, k, b).front();
      const double apart = std::abs(b * std::atanh(t) / limit - 1);
      EXPECT_LT(apart, previous / 3);  // like 1/b
      previous = apart;
    }
    EXPECT_LT(previous, 0.02);
  }
  // At b = 21 the corrections are as large as docs/chain-renormalization.md says.
  const std::vector<std::pair<double, double>> at_21 = {{0.5, 0.389}, {1, 1.298}, {1.5, 4.388}};
  for (const auto& [k, b_times_k] : at_21)
    EXPECT_NEAR(21 * std::atanh(majority_ring_correlation(40 * 21, k, 21).front()), b_times_k, 5e-4);
}

TEST(Majority, CouplingsAreThoseOfAllSpins) {
  for (const auto& [n, b] : {std::pair{15, 3}, {6, 3}, {9, 3}, {15, 5}})
    for (const double k : {0.0, 0.3, 1.0, 2.0, -0.7}) {
      const int m = n / b;
      const auto p = block_probabilities(n, k, b);
      const auto coupling = [&](unsigned mask) {
        double sum = 0;
        for (unsigned state = 0; state < p.size(); ++state)
          sum += (std::popcount(mask & ~state) % 2 == 0 ? 1 : -1) * std::log(p[state]);
        return sum / static_cast<double>(p.size());
      };
      const auto found = majority_couplings(n, k, b);
      EXPECT_NEAR(found.nearest, coupling(3) / (m == 2 ? 2 : 1), 1e-12) << n << " " << what(k, 0, b);
      EXPECT_EQ(std::isnan(found.next_nearest), m < 5);
      EXPECT_EQ(std::isnan(found.four_spin), m < 5);
      if (m < 5) continue;
      EXPECT_NEAR(found.next_nearest, coupling(5), 1e-12) << what(k, 0, b);
      EXPECT_NEAR(found.four_spin, coupling(15), 1e-12) << what(k, 0, b);
    }
  const auto cold = majority_couplings(36, 1000, 3);
  EXPECT_TRUE(std::isfinite(cold.nearest) && cold.nearest > 900);
  EXPECT_EQ(majority_couplings(33, 0, 3).nearest, 0);
}

TEST(Majority, BlocksMustFit) {
  EXPECT_NE(refusal_of([] { (void)majority_ring_correlation(12, 1, 4); }).find("odd"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)majority_ring_correlation(10, 1, 3); }).find("whole"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)majority_couplings(3, 1, 3); }).find("whole"), std::string::npos);
  EXPECT_NE(refusal_of([] { (void)majority_couplings(39, 1, 3); }).find("at most 12"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::exact

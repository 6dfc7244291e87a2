// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "spinflow/catalogue/catalogue.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"

namespace spinflow::exact {
namespace {

nlohmann::json reference(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(std::string(SPINFLOW_TEST_DATA) + "/" + name));
}

std::shared_ptr<const models::Model> square(int lx, int ly, const base::Values& options = {}) {
  catalogue::register_all();
  return models::registry().find("ising-square").make(lattice::Lattice::square(lx, ly), options);
}

TEST(Kaufman, TenByTenOfTheDensityOfStates) {
  const auto table = reference("ising10x10.json");
  for (const auto& row : table.at("table")) {
    const double t = row.at("T");
    const auto k = kaufman(10, 10, t > 0 ? 1 / t : INFINITY);
    EXPECT_NEAR(k.energy, row.at("e").get<double>(), 2e-12) << t;
    EXPECT_NEAR(k.specific_heat, row.at("c").get<double>(), 2e-11) << t;
    if (row.at("lnZ").is_null()) continue;
    EXPECT_NEAR(k.log_partition, row.at("lnZ").get<double>(), 2e-9) << t;
  }
}

TEST(Kaufman, CriticalValuesOfManySizes) {
  const auto table = reference("ising_square_tc.json");
  for (const auto& row : table.at("table")) {
    const int l = row.at("L");
    const auto k = kaufman(l, l, 1 / square_critical_temperature);
    EXPECT_NEAR(k.energy, row.at("e").get<double>(), 1e-11) << l;
    EXPECT_NEAR(k.specific_heat, row.at("c").get<double>(), 1e-9) << l;
  }
}

TEST(Kaufman, EnumerationOfSmallAndOddLattices) {
  for (const auto& [lx, ly] :
       std::vector<std::pair<int, int>>{{2, 2}, {3, 3}, {4, 4}, {3, 5}, {5, 4}, {2, 7}}) {
    const Enumeration sums(square(lx, ly));
    for (const double t : {0.5, 1.0, 2.0, square_critical_temperature, 3.0, 10.0, 100.0}) {
      const auto exact = sums.at(t);
      const auto k = kaufman(lx, ly, 1 / t);
      EXPECT_NEAR(k.log_partition, exact.log_partition, 1e-10 * std::abs(exact.log_partition))
          << lx << "x" << ly << " " << t;
      EXPECT_NEAR(k.energy, exact.energy, 1e-10 * std::abs(exact.energy)) << lx << "x" << ly << " " << t;
      EXPECT_NEAR(k.specific_heat, exact.specific_heat, 1e-10 * exact.specific_heat + 1e-13)
          << lx << "x" << ly << " " << t;
    }
  }
}

TEST(Kaufman, LimitsAndTheSeamsOfTheSeries) {
  EXPECT_EQ(kaufman(10, 10, INFINITY).energy, -2);
  EXPECT_EQ(kaufman(10, 10, 0).energy, 0);
  EXPECT_NEAR(kaufman(7, 9, 0).log_partition, 63 * std::log(2.0), 1e-12);
  // Where the formula hands over to the series at both ends, nothing jumps.
  for (const double seam : {1e-4, 1.9}) {
    const auto below = kaufman(10, 10, seam * (1 - 1e-9));
    const auto above = kaufman(10, 10, seam * (1 + 1e-9));
    EXPECT_NEAR(below.energy, above.energy, 1e-8 * std::abs(above.energy));
    EXPECT_NEAR(below.specific_heat / above.specific_heat, 1, 1e-6);
  }
  // The first excitation alone: c = 64 K^2 e^(-8K).
  EXPECT_NEAR(kaufman(10, 10, 4).specific_heat / (64 * 16 * std::exp(-32.0)), 1, 1e-3);
}

TEST(Kaufman, LargeLatticesApproachOnsager) {
  for (const double t : {1.5, 2.0, 2.6, 4.0})
    EXPECT_NEAR(kaufman(256, 256, 1 / t).energy, onsager_energy(1 / t), 1e-9) << t;
  EXPECT_NEAR(onsager_energy(1 / square_critical_temperature), -std::sqrt(2.0), 1e-7);
}

TEST(Magnetization, TenByTenOfTheDensityOfStates) {
  int compared = 0;
  const auto table = reference("ising10x10.json");
  for (const auto& row : table.at("table")) {
    const double t = row.at("T");
    if (t == 0 || compared++ % 4 != 0) continue;
    const auto m = magnetization_moments(10, 10, 1 / t);
    EXPECT_NEAR(m.abs, row.at("absm").get<double>(), 2e-12) << t;
    EXPECT_NEAR(m.second, row.at("m2").get<double>(), 2e-12) << t;
    EXPECT_NEAR(m.fourth, row.at("m4").get<double>(), 2e-12) << t;
  }
  EXPECT_NEAR(magnetization_moments(10, 10, 0).abs, 0.0795892, 1e-7);
  EXPECT_NEAR(magnetization_moments(10, 10, 1 / square_critical_temperature).abs, 0.75627437, 1e-8);
}

TEST(Magnetization, EnumerationOfSmallAndOddLattices) {
  for (const auto& [lx, ly] :
       std::vector<std::pair<int, int>>{{2, 2}, {3, 3}, {4, 4}, {3, 5}, {5, 4}, {2, 7}, {7, 3}}) {
    const Enumeration sums(square(lx, ly));
    for (const double t : {0.7, 2.3, 5.0}) {
      const auto exact = sums.at(t);
      const auto m = magnetization_moments(lx, ly, 1 / t);
      EXPECT_NEAR(m.abs, exact.abs_magnetization, 1e-10) << lx << "x" << ly << " " << t;
      EXPECT_NEAR(m.second, exact.magnetization_2, 1e-10) << lx << "x" << ly << " " << t;
      EXPECT_NEAR(m.fourth, exact.magnetization_4, 1e-10) << lx << "x" << ly << " " << t;
    }
  }
  EXPECT_THROW((void)magnetization_moments(13, 13, 0.4), Error);
}

TEST(Infinite, YangAndCorrelationLength) {
  EXPECT_EQ(yang_magnetization(1 / 2.3), 0);
  EXPECT_NEAR(yang_magnetization(1 / 2.0), 0.9113193, 1e-7);
  // Far above T_c the correlation decays as tanh K per site, up to the factor e^2K.
  EXPECT_NEAR(square_correlation_length(0.05), 1 / (-std::log(std::tanh(0.05)) - 0.1), 1e-12);
  EXPECT_GT(square_correlation_length(0.44068), 1e4);
}

}  // namespace
}  // namespace spinflow::exact

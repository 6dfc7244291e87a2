// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

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

TEST(Kaufman, EveryNumberToTenDigitsAtAnyCoupling) {
  // Kaufman's formula and its derivatives with 250 digits.
  const struct {
    int lx, ly;
    double coupling, log_partition, energy, specific_heat;
  } table[] = {
      {2, 2, 1e-12, 2.772588722239781, -4e-12, 4e-24},
      {2, 2, 1e-06, 2.7725887222477814, -4.0000000000106665e-06, 4.000000000032e-12},
      {2, 2, 0.01, 2.7733888288268207, -0.04001065472344698, 0.00040031940290797787},
      {2, 2, 3.0, 24.693147180786454, -1.999999999546984, 3.2617162448616196e-08},
      {2, 2, 59.0, 472.69314718055995, -2.0, 3.443339130620209e-200},
      {2, 7, 9e-05, 9.704060697939235, -0.0002700000036449999, 2.4300000984149942e-08},
      {2, 7, 4.0, 112.69314718056039, -1.9999999999997466, 3.242028350713804e-11},
      {3, 5, 1e-08, 10.397207708399181, -2.0000000100000002e-08, 2.000000020000001e-16},
      {3, 5, 0.00011, 10.397207889905836, -0.0002200121044380332, 2.4202663464701287e-08},
      {3, 5, 1.95, 59.193149701556756, -1.9999986547324906, 4.095664832389576e-05},
      {3, 5, 6.0, 180.69314718055995, -2.0, 3.2835780473788715e-18},
      {4, 4, 1e-06, 11.090354888975124, -2.0000000000053333e-06, 2.000000000016e-12},
      {4, 4, 0.001, 11.090370888980459, -0.0020000053333696, 2.000016000181335e-06},
      {4, 4, 2.5, 80.6931472135414, -1.999999983508525, 8.246299218856477e-07},
      {4, 4, 10.0, 320.69314718055995, -2.0, 1.1551048882210658e-31},
      {5, 5, 0.0029, 17.328889765474198, -0.005800081439028567, 1.6820708935113273e-05},
      {5, 5, 1.59, 80.19322220790343, -1.999975949549425, 0.0004876839390933518},
      {5, 5, 3.0, 150.69314718150375, -1.9999999996979836, 2.1745376210141705e-08},
      {6, 6, 1e-05, 24.95329850375803, -2.0000000003333334e-05, 2.0000000010000004e-10},
      {6, 6, 0.00011, 24.953298935758035, -0.00022000000443666678, 2.4200001464100057e-08},
      {6, 6, 2.2, 159.09314799874318, -1.99999981815409, 7.042666339681631e-06},
      {6, 6, 20.0, 1440.69314718056, -2.0, 8.339170642451255e-66},
      {6, 100, 1.61, 1932.6946811889038, -1.9999795137723735, 0.00042584098387098954},
      {7, 9, 0.00011, 43.66827313757656, -0.00022000000443666675, 2.420000146410004e-08},
      {7, 9, 1.5, 189.69353619568946, -1.9999504780408943, 0.000894734479221488},
      {7, 9, 3.0, 378.69314718293833, -1.9999999996979836, 2.1745376210141682e-08},
      {10, 10, 1e-12, 69.31471805599453, -2e-12, 2e-24},
      {10, 10, 0.001, 69.31481805607787, -0.0020000033333376, 2.0000100000213336e-06},
      {10, 10, 1.8, 360.69320300296494, -1.999995530867267, 0.00011596993852670016},
      {10, 10, 4.0, 800.6931471805613, -1.9999999999998987, 1.2968112089431485e-11},
      {12, 40, 0.00011, 332.7106524767738, -0.00022000000443666675, 2.420000146410004e-08},
      {12, 40, 1.89, 1815.093277545675, -1.9999978261148728, 6.217129375931718e-05},
      {12, 40, 6.0, 5760.69314718056, -2.0, 3.2835780471929322e-18},
      {256, 256, 0.01, 45432.647771356525, -0.02000333376013496, 0.00020010002134278142},
      {256, 256, 1.59, 208405.369826859, -1.999975949549687, 0.0004876839257054335},
      {256, 256, 1.79, 234619.6127803266, -1.999995158202742, 0.00012425381801864992},
  };
  for (const auto& row : table)
    for (const bool turned : {false, true}) {
      const auto k = turned ? kaufman(row.ly, row.lx, row.coupling) : kaufman(row.lx, row.ly, row.coupling);
      const auto what = ::testing::Message() << row.lx << "x" << row.ly << " K = " << row.coupling;
      EXPECT_NEAR(k.log_partition / row.log_partition, 1, 1e-10) << what;
      EXPECT_NEAR(k.energy / row.energy, 1, 1e-10) << what;
      EXPECT_NEAR(k.specific_heat / row.specific_heat, 1, 1e-10) << what;
    }
}

TEST(Kaufman, LimitsAndTheSeamsOfTheSeries) {
  EXPECT_EQ(kaufman(10, 10, INFINITY).energy, -2);
  EXPECT_EQ(kaufman(10, 10, 0).energy, 0);
  // 2 x 2 sites have two bonds between neighbours: e = -4 K when hot, for 10 x 10 it is -2 K.
  EXPECT_NEAR(kaufman(2, 2, 1e-300).energy / -4e-300, 1, 1e-12);
  EXPECT_NEAR(kaufman(10, 10, 1e-300).energy / -2e-300, 1, 1e-12);
  EXPECT_EQ(kaufman(2, 2, 101).specific_heat, 0);
  EXPECT_NEAR(kaufman(7, 9, 0).log_partition, 63 * std::log(2.0), 1e-12);
  // Where the formula hands over to the series at both ends, nothing jumps.
  for (const double seam : {1e-20, 3e-3, 1.6}) {
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

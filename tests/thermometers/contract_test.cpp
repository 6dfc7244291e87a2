// SPDX-License-Identifier: Apache-2.0
// What every registered thermometer must do: where ensembles are hotter it reads no lower, from one end of
// its range to the other.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/random.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "testing/testing.hpp"

namespace spinflow::thermometers {
namespace {

using Model = std::shared_ptr<const models::Model>;
constexpr std::size_t n_rows = 500;

/// Both ends, and what lies between.
std::vector<double> temperatures_of(std::pair<double, double> range) {
  std::vector<double> all = {range.first};
  for (const double t : {0.5, 1.0, 1.5, 1.9, 2.2, 2.5, 2.9, 3.5, 5.0, 8.0})
    if (t > range.first && t < range.second) all.push_back(t);
  all.push_back(range.second);
  return all;
}

/// A true ensemble of each temperature.
std::vector<ensemble::Ensemble> ensembles_of(const Model& model, const std::vector<double>& temperatures) {
  std::vector<ensemble::Ensemble> all;
  std::vector<double> finite;
  std::ranges::copy_if(temperatures, std::back_inserter(finite), [](double t) { return std::isfinite(t); });
  const auto data = samplers::sample({model, finite, n_rows, 5});
  for (const auto& group : ensemble::by_temperature(data)) all.push_back(ensemble::select(data, group.rows));
  if (std::isfinite(temperatures.back())) return all;
  kernels::PackedSpins coins(n_rows, data.spins.n_columns());
  base::RandomStream stream(5, "test.coins");
  for (std::size_t row = 0; row < n_rows; ++row)
    for (std::size_t i = 0; i < coins.n_columns(); ++i) coins.set(row, i, stream.below(2) == 0 ? 1 : -1);
  all.push_back(ensemble::from_spins(std::move(coins), model->lattice(), model));
  return all;
}

/// Where a reading is lower than that of a colder ensemble by more than their errors; "" if nowhere.
std::string falls(const Thermometer& gauge, const Model& model) {
  const auto temperatures = temperatures_of(gauge.range());
  const auto ensembles = ensembles_of(model, temperatures);
  std::string found;
  stats::Estimate colder{.value = std::numeric_limits<double>::infinity(), .error = 0};
  for (std::size_t i = 0; i < ensembles.size(); ++i) {
    const Reading reading = gauge.read(ensembles[i]);
    if (std::isnan(reading.value)) found += fmt::format(" no reading at T = {};", temperatures[i]);
    auto inverse = inverse_of(reading);  // goes through T = infinity without a jump
    if (!std::isfinite(inverse.error)) inverse.error = 0;
    if (inverse.value > colder.value + testing::z_limit() * std::hypot(inverse.error, colder.error))
      found += fmt::format(" {} at T = {} after {};", reading.value, temperatures[i], 1 / colder.value);
    colder = inverse;
  }
  return found;
}

/// The file of a thermometer that needs one.
std::filesystem::path file_for(const std::string& name, const Model& model,
                               const std::filesystem::path& folder) {
  const auto path = folder / "net.h5";
  if (name != "classifier") ADD_FAILURE() << "say here how the file of " << name << " is made";
  const auto data = samplers::sample({model, {0.5, 1.5, 2.5, 4.0}, 1000, 7});
  networks::write_dense(
      trainers::train_classifier(data, {.hidden = 16, .learning_rate = 0.01, .epochs = 20}, 1).net, path);
  return path;
}

class EveryThermometer : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryThermometer, ReadsNoLowerWhereItIsHotter) {
  const auto& entry = registry().find(GetParam());
  const testing::TemporaryFolder folder;
  for (const auto& [name, lattice] : {std::pair{"ising-square", lattice::Lattice::square(4, 4)},
                                      {"ising-chain", lattice::Lattice::chain(12)}}) {
    const auto model = models::registry().find(name).make(lattice, {});
    const auto file = entry.needs_file ? file_for(entry.name, model, folder.path()) : std::filesystem::path();
    const auto gauge = entry.make(model, file, base::silent());
    EXPECT_LT(gauge->range().first, gauge->range().second);
    EXPECT_EQ(falls(*gauge, model), "") << name;
    EXPECT_EQ(gauge->lattice(), lattice);
    EXPECT_FALSE(entry.help.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryThermometer, ::testing::ValuesIn(registry().names()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

/// Reads the middle of its range too high.
class Bent final : public Thermometer {
 public:
  Bent(const Model& model, double bend)
      : straight_(registry().find("energy").make(model, {}, base::silent())), bend_(bend) {}

  [[nodiscard]] std::string_view name() const override { return "bent"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return straight_->lattice(); }
  [[nodiscard]] std::pair<double, double> range() const override { return straight_->range(); }
  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override {
    Reading reading = straight_->read(ensemble);
    if (reading.value > 2 && reading.value < 2.4) reading.value += bend_;
    return reading;
  }

 private:
  std::unique_ptr<Thermometer> straight_;
  double bend_;
};

TEST(ThermometerContract, FindsAThermometerThatFalls) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(4, 4), {});
  EXPECT_EQ(falls(Bent(model, 0), model), "");
  EXPECT_NE(falls(Bent(model, 1), model), "");
}

}  // namespace
}  // namespace spinflow::thermometers

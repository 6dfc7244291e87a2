// SPDX-License-Identifier: Apache-2.0
// Every observable of the registry: its values by definition, in any order of the rows, with any number of
// threads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/observables/observable.hpp"
#include "testing/testing.hpp"

namespace spinflow::observables {
namespace {

using ensemble::Ensemble;
using lattice::Boundary;
using lattice::Lattice;

constexpr double temperature = 2.5;

std::vector<std::size_t> any_order(std::size_t n, std::uint64_t seed) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::RandomStream random(seed, "test.order");
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

/// Every configuration as often as its probability says, to whole rows, in any order.
Ensemble weighted(const std::string& model_name, const Lattice& lattice, const base::Values& options) {
  const auto model = models::registry().find(model_name).make(lattice, options);
  const auto p = exact::Enumeration(model).probabilities(temperature);
  std::vector<std::uint64_t> rows;
  for (std::size_t state = 0; state < p.size(); ++state)
    rows.insert(rows.end(), static_cast<std::size_t>(std::lround(3000 * p[state])), state);
  kernels::PackedSpins spins(rows.size(), static_cast<std::size_t>(lattice.n_sites()));
  for (std::size_t row = 0; row < rows.size(); ++row) spins.row(row)[0] = rows[row];
  auto ensemble = ensemble::from_spins(std::move(spins), lattice, model);
  ensemble.temperature.assign(rows.size(), temperature);
  return ensemble::select(ensemble, any_order(rows.size(), 1));
}

/// Rows of more than one word, with odd sides.
Ensemble wide(const Lattice& lattice) {
  kernels::PackedSpins spins(400, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream random(1, "test.rows");
  for (std::size_t row = 0; row < spins.n_rows(); ++row)
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, random.uniform() < 0.6 ? 1 : -1);
  const auto* name = lattice.dimension() == 1 ? "ising-chain" : "ising-square";
  auto ensemble =
      ensemble::from_spins(std::move(spins), lattice, models::registry().find(name).make(lattice, {}));
  ensemble.temperature.assign(ensemble.size(), temperature);
  return ensemble;
}

const std::vector<Ensemble>& ensembles() {
  static const std::vector<Ensemble> all = {
      weighted("ising-square", Lattice::square(4, 3), {}),
      weighted("ising-square", Lattice::square(3, 4, Boundary::open), {{"field", 0.3}}),
      weighted("ising-chain", Lattice::chain(9), {{"coupling", -1.0}}),
      weighted("ising-chain", Lattice::chain(11, Boundary::open), {{"field", 0.1}}),
      weighted("ising-power-law", Lattice::chain(10), {{"dimension", std::int64_t{1}}, {"sigma", 0.8}}),
      wide(Lattice::square(10, 9)),
      wide(Lattice::square(7, 11, Boundary::open)),
      wide(Lattice::chain(70))};
  return all;
}

std::string what(const ObservableEntry& entry, const Ensemble& e) {
  return fmt::format("{} of {} on {}", entry.name, e.model->name(), e.lattice.text());
}

std::vector<stats::Estimate> values_of(const ObservableEntry& entry, const ensemble::Rows& rows) {
  std::vector<stats::Estimate> all;
  for (const auto& reading : read(rows, {entry.name}))
    all.insert(all.end(), reading.values.begin(), reading.values.end());
  return all;
}

TEST(ObservableContract, AgreesWithItsDefinition) {
  for (const auto& entry : registry().entries()) {
    ASSERT_TRUE(entry.reference) << entry.name << " says no definition to test it by";
    for (const auto& e : ensembles()) {
      if (!obstacle(entry, e).empty()) continue;
      const auto found = values_of(entry, e);
      const auto expected = entry.reference(e);
      ASSERT_EQ(found.size(), expected.size()) << what(entry, e);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const double bias = 10 * (std::abs(expected[i]) + 0.1) / static_cast<double>(e.size());
        EXPECT_TRUE(std::isfinite(expected[i])) << what(entry, e);
        EXPECT_NEAR(found[i].value, expected[i], 1e-10 + bias) << what(entry, e) << " number " << i;
        EXPECT_GT(found[i].error, 0) << what(entry, e);
      }
    }
  }
}

// Where there is no bias of order 1/n there is no room for it.
TEST(ObservableContract, MeansAreExact) {
  const std::set<std::string> fluctuations = {"sd_energy", "specific_heat",  "binder",
                                              "response",  "susceptibility", "connected_correlation"};
  for (const auto& entry : registry().entries()) {
    if (fluctuations.contains(entry.name)) continue;
    for (const auto& e : ensembles()) {
      if (!obstacle(entry, e).empty()) continue;
      const auto found = values_of(entry, e);
      const auto expected = entry.reference(e);
      for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_NEAR(found[i].value, expected[i], 1e-9) << what(entry, e) << " number " << i;
    }
  }
}

TEST(ObservableContract, AnyOrderOfTheRowsReadsTheSame) {
  for (const auto& e : ensembles()) {
    const ensemble::Rows shuffled(e, any_order(e.size(), 2));
    for (const auto& entry : registry().entries()) {
      const auto found = values_of(entry, shuffled);
      const auto expected = values_of(entry, e);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        // Fits take their errors from blocks of rows, which are others then.
        const bool fit = entry.numbers.front().name == coupling && i == 1;
        EXPECT_NEAR(found[i].value, expected[i].value, 1e-9) << what(entry, e);
        EXPECT_NEAR(found[i].error / expected[i].error, 1, fit ? 0.4 : 1e-6) << what(entry, e) << " " << i;
      }
    }
  }
}

TEST(ObservableContract, SameBitsForAnyNumberOfThreads) {
  const int before = base::threads();
  for (const auto& entry : registry().entries())
    for (const auto& e : ensembles()) {
      base::set_threads(1);
      const auto one = values_of(entry, e);
      base::set_threads(3);
      const auto three = values_of(entry, e);
      ASSERT_EQ(one.size(), three.size());
      for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(one[i].value, three[i].value) << what(entry, e);
        EXPECT_EQ(one[i].error, three[i].error) << what(entry, e);
      }
    }
  base::set_threads(before);
}

TEST(ObservableContract, NamesHaveOneMeaning) {
  // What stands beside the numbers in JSON and in the files of flows.
  std::set<std::string> taken = {"temperature", "n",    "tau_int",      "short_series",
                                 "step",        "name", "thermometers", "kept"};
  for (const auto& entry : registry().entries()) {
    EXPECT_FALSE(entry.help.empty()) << entry.name;
    ASSERT_FALSE(entry.numbers.empty()) << entry.name;
    EXPECT_TRUE(entry.along.empty() || entry.numbers.size() == 1) << entry.name;
    for (const auto& number : entry.numbers) {
      EXPECT_TRUE(taken.insert(number.name).second) << number.name << " has two meanings";
      if (!number.dataset.empty()) {
        EXPECT_TRUE(taken.insert(number.dataset).second) << number.dataset << " has two meanings";
      }
    }
  }
}

TEST(Observables, WithoutAModelThereIsNoEnergyAndOnSquaresNoChain) {
  Ensemble e = ensembles().front();
  e.model = nullptr;
  const auto found = read(e, {"chain", "energy", "bonds"});
  EXPECT_TRUE(std::isnan(found["energy"].value));
  EXPECT_TRUE(std::isfinite(found["bonds"].value));
  EXPECT_FALSE(found.contains("coupling"));
  EXPECT_NE(testing::refusal_of([&] { (void)found["coupling"]; }).find("energy, bonds"), std::string::npos);
}

TEST(Observables, SomeRowsAreTheirEnsemble) {
  const auto& e = ensembles().front();
  const std::vector<std::size_t> rows = {3, 7, 8, 90, 200, 201, 202, 203, 5, 1000, 1500, 2000};
  const auto all = registry().names();
  const auto some = read({e, rows}, all);
  const auto alone = read(ensemble::select(e, rows), all);
  for (const auto& reading : alone)
    for (std::size_t i = 0; i < reading.values.size(); ++i)
      EXPECT_EQ(some.list(reading.name)[i].value, reading.values[i].value) << reading.name;
}

TEST(Observables, AreReadOncePerNameInTheOrderOfTables) {
  const auto found = read(ensembles().front(), {"correlation", "energy", "correlation"});
  std::vector<std::string> names;
  for (const auto& reading : found) names.push_back(reading.name);
  EXPECT_EQ(names, (std::vector<std::string>{"energy", "correlation"}));
  EXPECT_EQ(found.list("correlation").size(), 1U);
  EXPECT_THROW((void)found["correlation"], Error);
  EXPECT_NE(testing::refusal_of([] { (void)read(ensembles().front(), {"enrgy"}); }).find("energy"),
            std::string::npos);
}

}  // namespace
}  // namespace spinflow::observables

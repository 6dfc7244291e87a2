// SPDX-License-Identifier: Apache-2.0
#include "studies/unit_correlations.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/supervised.hpp"

namespace spinflow::studies {
namespace {

ensemble::Ensemble rings() {
  const auto model = models::registry().find("ising-chain").make(lattice::Lattice::chain(8), {});
  return samplers::sample({.model = model, .temperatures = {1.0}, .samples_per_temperature = 200, .seed = 1},
                          "auto");
}

/// A net with 40 hidden units, hardly trained.
networks::Dense net_for(const ensemble::Ensemble& data, const trainers::Targets& targets) {
  trainers::SupervisedOptions options;
  options.hidden = {40};
  options.updates = 5;
  options.batch_size = 20;
  return trainers::train_supervised(data, targets, options, 1).net;
}

TEST(UnitCorrelations, MatricesAreThoseOfTheFirstUnitsAndSurviveTheirTable) {
  const auto rows = rings();
  const auto targets = dense_targets(rows, "decimation:2", "none", 0, "test");
  const auto net = net_for(rows, targets);
  const auto hidden = hidden_correlations("hidden", net, rows);
  const auto outputs = output_correlations("outputs", net, rows);
  EXPECT_EQ(hidden.units, 32u);
  EXPECT_EQ(outputs.units, 4u);
  for (const auto& matrix : {hidden, outputs}) {
    ASSERT_EQ(matrix.values.size(), matrix.units * matrix.units);
    for (std::size_t a = 0; a < matrix.units; ++a)
      for (std::size_t b = 0; b < matrix.units; ++b)
        EXPECT_EQ(matrix.values[a * matrix.units + b], matrix.values[b * matrix.units + a]);
  }
  auto entries = entries_of(hidden);
  std::ranges::move(entries_of(outputs), std::back_inserter(entries));
  const auto record = correlation_entry_record();
  const auto again = matrices_of(record.read(record.table(entries), "kept"));
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].values, hidden.values);
  EXPECT_EQ(again[1].net, "outputs");
  EXPECT_EQ(again[1].units, 4u);
  const auto map = correlation_map(results::HeatMap{.id = "map"}, {hidden, again[0]});
  EXPECT_EQ(map.id, "map");
}

TEST(UnitCorrelations, HiddenUnitsAreReadGivenTheLabel) {
  const auto rows = rings();
  const auto targets = dense_targets(rows, "sign-magnetization", "none", 0, "test");
  const auto net = net_for(rows, targets);
  const auto read = hidden_units(net, rows, targets);
  EXPECT_GT(read.loss, 0);
  EXPECT_GT(read.accuracy, 0);
  EXPECT_LE(read.accuracy, 1);
  // Without classes the label is the sign of M.
  const auto as_spins = dense_targets(rows, "autoencode", "none", 0, "test");
  const auto other = hidden_units(net_for(rows, as_spins), rows, as_spins);
  EXPECT_TRUE(std::isfinite(other.couplings.conditional_covariance.value));
}

}  // namespace
}  // namespace spinflow::studies

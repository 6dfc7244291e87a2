// SPDX-License-Identifier: Apache-2.0
// What every entry of the sampler registry promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "enumerated.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "table_model.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

using lattice::Boundary;

std::vector<std::string> updating_samplers() {
  std::vector<std::string> names;
  for (const auto& entry : registry().entries())
    if (entry.update_replicas) names.push_back(entry.name);
  return names;
}

std::vector<std::shared_ptr<const models::Model>> small_models() {
  return {make_model("3x2"),
          make_model("3x3"),
          make_model("3x3", -1),
          make_model("2x4", 0.9),
          make_model("6x2", -0.7),
          make_model("2x4", 0.7, 0.4),
          make_model("3x3", -1, 0.8),
          make_model("3x2", 1, -0.3, Boundary::open),
          make_model("5"),
          make_model("5", -1),
          make_model("2"),
          make_model("6", 1, 0.5, Boundary::open),
          power_law("9", 1.5),
          power_law("3x3", 3),
          power_law("2x5", 2.5),
          infinite_range(6),
          power_law("7", 1.5, 0.3),
          power_law("2x4", 2.5, 0, -1),
          power_law("9", 1.5, -0.2, -1)};
}

class Updates : public ::testing::TestWithParam<std::string> {
 protected:
  const SamplerEntry& entry() { return registry().find(GetParam()); }
  // An update of tempering is a sweep of every rung: it takes many times as long, and mixes as much better.
  bool is_ladder() { return GetParam() == "tempering"; }
};

std::string label(const models::Model& model, double temperature) {
  return std::string(model.name()) + " " + models::to_toml(model) + " T " + std::to_string(temperature);
}

TEST_P(Updates, LeaveTheEnumeratedDistributionInvariant) {
  const std::size_t n_rows = is_ladder() ? 8000 : 20000;
  for (const auto& model : small_models()) {
    if (!entry().refusal(*model).empty()) continue;
    const exact::Enumeration enumeration(model);
    for (const double temperature : {0.0, 0.8, 2.5, 1e6}) {
      const auto probabilities = enumeration.probabilities(temperature);
      auto rows =
          draw_exactly(probabilities, static_cast<std::size_t>(model->lattice().n_sites()), n_rows, 11);
      entry().update_replicas(*model, temperature, rows, 3, 5);
      const Chi2 chi2 = chi2_of(rows, probabilities);
      EXPECT_LT(chi2.value, testing::chi2_limit(chi2.degrees)) << label(*model, temperature);
    }
  }
}

TEST_P(Updates, ReachTheEnumeratedDistributionFromOneState) {
  for (const auto& model : small_models()) {
    if (!entry().refusal(*model).empty()) continue;
    const exact::Enumeration enumeration(model);
    // A start is forgotten sooner where every flip is taken.
    for (auto [temperature, n_updates] : {std::pair{3.0, 150u}, std::pair{1e6, 60u}}) {
      if (is_ladder()) n_updates /= 2;
      const auto probabilities = enumeration.probabilities(temperature);
      kernels::PackedSpins rows(3000, static_cast<std::size_t>(model->lattice().n_sites()));
      entry().update_replicas(*model, temperature, rows, n_updates, 5);
      const Chi2 chi2 = chi2_of(rows, probabilities);
      EXPECT_LT(chi2.value, testing::chi2_limit(chi2.degrees)) << label(*model, temperature);
    }
  }
}

TEST_P(Updates, ReachEveryGroundStateOfAFrustratedRing) {
  const auto model = make_model("5", -1);
  if (!entry().refusal(*model).empty()) GTEST_SKIP() << entry().refusal(*model);
  const auto probabilities = exact::Enumeration(model).probabilities(0);
  kernels::PackedSpins rows(5000, 5);
  entry().update_replicas(*model, 0, rows, 100, 5);
  const Chi2 chi2 = chi2_of(rows, probabilities);
  EXPECT_LT(chi2.value, testing::chi2_limit(chi2.degrees));
}

// The checks above can fail: half the temperature does not pass them.
TEST_P(Updates, AtAnotherTemperatureGoToAnotherDistribution) {
  const auto models = small_models();
  const auto& model =
      *std::ranges::find_if(models, [&](const auto& some) { return entry().refusal(*some).empty(); });
  const auto probabilities = exact::Enumeration(model).probabilities(2.5);
  auto rows = draw_exactly(probabilities, static_cast<std::size_t>(model->lattice().n_sites()), 20000, 11);
  entry().update_replicas(*model, 1.25, rows, 3, 5);
  const Chi2 chi2 = chi2_of(rows, probabilities);
  EXPECT_GT(chi2.value, 10 * testing::chi2_limit(chi2.degrees));
}

// The mean over many replicas scatters as the mean of independent ones does: no two share random words.
TEST_P(Updates, GiveEveryReplicaRandomnessOfItsOwn) {
  const auto model = make_model("4x4");
  const std::size_t n_groups = 150;
  constexpr std::size_t n_lanes = 512;
  double variance_of_mean = 0;
  double variance = 0;
  const double exact = exact::Enumeration(model).at(2.5).magnetization_2;
  for (std::size_t group = 0; group < n_groups; ++group) {
    kernels::PackedSpins rows(n_lanes, 16);
    entry().update_replicas(*model, 2.5, rows, is_ladder() ? 12 : 40, group);
    double sum = 0;
    for (std::size_t r = 0; r < n_lanes; ++r) {
      const double m = static_cast<double>(rows.sum(r)) / 16;
      sum += m * m - exact;
      variance += (m * m - exact) * (m * m - exact) / static_cast<double>(n_groups * n_lanes);
    }
    variance_of_mean += sum * sum / (n_lanes * n_lanes);
  }
  const double chi2 = variance_of_mean * n_lanes / variance;
  EXPECT_LT(chi2, testing::chi2_limit(static_cast<int>(n_groups)));
  EXPECT_GT(chi2, 2 * static_cast<double>(n_groups) - testing::chi2_limit(static_cast<int>(n_groups)));
}

INSTANTIATE_TEST_SUITE_P(Registry, Updates, ::testing::ValuesIn(updating_samplers()), [](const auto& name) {
  std::string text = name.param;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
});

TEST(Samplers, EveryEntryIsFullyDescribed) {
  EXPECT_GE(registry().entries().size(), 4u);
  for (const auto& entry : registry().entries()) {
    EXPECT_FALSE(entry.help.empty()) << entry.name;
    EXPECT_FALSE(entry.citations.empty()) << entry.name;
    EXPECT_FALSE(entry.update.empty()) << entry.name;
    EXPECT_TRUE(entry.sample && entry.refusal) << entry.name;
  }
}

// `sample` of every entry: configurations of small systems follow the enumerated distribution.
TEST(Samplers, SamplesFollowTheEnumeratedDistribution) {
  for (const auto& entry : registry().entries())
    for (const auto& model : small_models()) {
      if (!entry.refusal(*model).empty()) continue;
      const exact::Enumeration enumeration(model);
      // Single flips alone do not find the ground states of competing couplings: they say so (see
      // sample_test).
      const bool competing = model->nearest_neighbour_coupling()
                                 ? model->lattice().text() == "3x3" && model->field() != 0
                                 : model->couplings_by_displacement()[1] < 0;
      const bool stuck = competing && entry.name != "tempering";
      const SampleRequest request{.model = model,
                                  .temperatures = {2.0, stuck ? 1.0 : 0.0, 0.7},
                                  .samples_per_temperature = 5000,
                                  .seed = 3};
      const auto ensemble = entry.sample(request, base::silent());
      for (std::size_t t = 0; t < 3; ++t) {
        std::vector<std::size_t> rows;
        // Rows of one chain still correlate by some per cent; every third is independent for our purpose.
        const std::size_t step = ensemble.independent_pieces == ensemble::IndependentPieces::chain ? 3 : 1;
        for (std::size_t i = 0; i < 5000; i += step) rows.push_back(5000 * t + i);
        const Chi2 chi2 =
            chi2_of(ensemble.spins.gather(rows), enumeration.probabilities(request.temperatures[t]));
        EXPECT_LT(chi2.value, testing::chi2_limit(chi2.degrees))
            << entry.name << " " << label(*model, request.temperatures[t]);
        EXPECT_EQ(ensemble.temperature[5000 * t], request.temperatures[t]);
        EXPECT_EQ(ensemble.sampling[t].sampler, entry.name);
      }
    }
}

}  // namespace
}  // namespace spinflow::samplers

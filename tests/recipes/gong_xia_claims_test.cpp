// SPDX-License-Identifier: Apache-2.0
// Claims of gong-xia beside the exact RG, on made-up measurements whose verdicts are known.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "recipes/gong_xia_testing.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::gong_xia {
namespace {

using results::Verdict;

Measurements empty(const std::string& test = "300") {
  return {.settings =
              settings_from(resolve("gong-xia", "smoke",
                                    {"cells.seeds=4", "cells.test=" + test, "depth.size=128", "depth.steps=5",
                                     "limits.size=64", "limits.factors=2,8,32", "limits.sizes=16,64"}))};
}

results::Claim rg_claim(const Measurements& m, const std::string& id) { return claim_of(claims_rg(m), id); }

/// How the nets of a cell are off, and their exact map.
struct Off {
  double shift = 0;  ///< of K_out
  double width = 1;  ///< scatter of K_out over seeds, in errors
  double error = 0.002;
  double target_shift = 0;
  double second = 0;  ///< c_2 beyond the nearest-neighbour ring
  double second_error = 0.001;
  double accuracy = 1;
};

/// One cell, a net per seed, about its exact coupling.
void add(std::vector<NetReading>& readings, const std::string& study, const std::string& scheme,
         double coupling, std::int64_t size, std::int64_t factor, const Off& off = {}) {
  const int n = static_cast<int>(size / factor);
  for (std::size_t seed = 0; seed < n_seeds; ++seed) {
    NetReading r{{.accuracy = off.accuracy}, study, scheme, coupling, size, factor, "", seed, 100};
    r.expected = inference::ring_coupling(
        studies::mapped_bond(scheme, static_cast<int>(size), coupling, static_cast<int>(factor)), n);
    r.flipped = r.expected;
    r.output.coupling = {.value = r.expected + off.shift + off.width * scatter[seed] * off.error,
                         .error = off.error};
    r.target.coupling = {.value = r.expected + off.target_shift + scatter[seed] * off.error,
                         .error = off.error};
    if (n >= 4 && std::isfinite(r.output.coupling.value)) {
      const auto ring = exact::ring_correlation(n, r.output.coupling.value, 0, 1);
      const double square = ring[0] * ring[0];
      r.output.correlation_ratio = {
          .value = (ring[1] + off.second + scatter[seed] * off.second_error) / square,
          .error = off.second_error / square};
    }
    readings.push_back(std::move(r));
  }
}

/// The flow of an arm about the exact one, a change of one step apart.
void add_depth(Measurements& m, const std::string& arm, int step, const Off& off) {
  const auto flow = exact::chain_flow({.coupling = m.settings.depth.coupling, .field = 0}, 2, 5);
  for (std::size_t seed = 0; seed < n_seeds; ++seed)
    for (int n = 1; n <= 5; ++n) {
      const Off now = n == step ? off : Off{};
      DepthReading r;
      r.arm = arm;
      r.seed = seed;
      r.step = n;
      r.size = 128 >> n;
      r.accuracy = now.accuracy;
      r.expected = flow[static_cast<std::size_t>(n)].couplings.coupling;
      r.output.coupling = {.value = r.expected + now.shift + scatter[seed] * now.error, .error = now.error};
      r.target.coupling = {.value = r.expected + now.target_shift + scatter[seed] * now.error,
                           .error = now.error};
      m.depth.push_back(std::move(r));
    }
}

TEST(GongXiaClaims, EveryOneHasItsCriterionBeforeTheNumbers) {
  const auto all = claims_rg(empty());
  EXPECT_EQ(all.size(), 11u);
  for (const auto& claim : all) {
    EXPECT_FALSE(claim.criterion.empty()) << claim.id;
    EXPECT_FALSE(claim.statement.empty()) << claim.id;
    EXPECT_EQ(claim.verdict, Verdict::inconclusive) << claim.id << " without any measurement";
  }
}

TEST(GongXiaClaims, CellsAreHeldAgainstTheMargin) {
  for (const auto& [id, scheme, size] :
       {std::tuple{"a1", "decimation", 64}, std::tuple{"a2", "majority", 63}}) {
    const auto claim = [&, scheme = scheme, size = size, id = id](const Off& off) {
      Measurements m = empty();
      const std::int64_t b = scheme == std::string("decimation") ? 4 : 7;
      add(m.cells, "cells", scheme, 0.5, size, b);
      add(m.cells, "cells", scheme, 1, size, b, off);
      // Neither nets before training nor the other scheme have a say.
      add(m.cells, "untrained", scheme, 1, size, b, {.shift = -0.3});
      add(m.cells, "cells", scheme == std::string("decimation") ? "majority" : "decimation", 1,
          size == 64 ? 63 : 64, size == 64 ? 7 : 4, {.shift = 0.1});
      return rg_claim(m, id);
    };
    EXPECT_EQ(claim({}).verdict, Verdict::supported) << id;
    EXPECT_EQ(claim({.shift = 0.02}).verdict, Verdict::contradicted) << id;
    EXPECT_EQ(claim({.shift = -0.02}).verdict, Verdict::contradicted) << id;
    EXPECT_NEAR(claim({.shift = -0.02}).measured, -0.02, 1e-9) << id;
    EXPECT_NEAR(claim({.shift = -0.02}).error, 0.001, 1e-5) << id;  // of four nets with 0.002 each
    // Ten errors of the mean beyond K', and a chi^2 that has no probability: inside the margin all the same.
    EXPECT_EQ(claim({.shift = 0.004, .error = 0.0008}).verdict, Verdict::supported) << id;
    // Near the margin, and with nets that scatter.
    EXPECT_EQ(claim({.shift = 0.008}).verdict, Verdict::inconclusive) << id;
    EXPECT_EQ(claim({.width = 2.6}).verdict, Verdict::inconclusive) << id;
    // Nets that lie together by chance keep the error of their test chains.
    EXPECT_EQ(claim({.width = 0.01, .error = 0.006}).verdict, Verdict::inconclusive) << id;
    EXPECT_EQ(claim({.shift = 0.02, .target_shift = 0.02}).verdict, Verdict::inconclusive) << id;
    EXPECT_EQ(claim({.error = std::numeric_limits<double>::quiet_NaN()}).verdict, Verdict::inconclusive)
        << id;
    EXPECT_EQ(claim({.shift = std::numeric_limits<double>::infinity()}).verdict, Verdict::inconclusive) << id;
  }
}

/// Per-net error of K_out in a cell with so many test chains, about that of a full run at K = 1.5, b = 3.
double error_with(double test_chains) { return 0.0025 * std::sqrt(20000 / test_chains); }

TEST(GongXiaClaims, TestChainsSharpenVerdictsAndDoNotTurnThem) {
  // What nets did at K = 1.5, b = 3: decimate where majority was asked for.
  const double t = std::tanh(1.5);
  const double off = std::atanh(t * t * t) -
                     inference::ring_coupling(exact::majority_ring_correlation(63, 1.5, 3).front(), 21);
  EXPECT_NEAR(off, -0.0162, 1e-4);
  const auto verdicts = [](double test_chains, double shift) {
    Measurements m = empty(fmt::format("{}", test_chains));
    const double error = error_with(test_chains);
    add(m.cells, "cells", "decimation", 1, 64, 4, {.error = error});
    add(m.cells, "cells", "majority", 1, 63, 7, {.error = error});
    add(m.cells, "cells", "majority", 1.5, 63, 3, {.shift = shift, .error = error});
    add_depth(m, "exact", 0, {});
    add_depth(m, "predecessor", 0, {});
    return std::pair{rg_claim(m, "a2").verdict, rg_claim(m, "ab").verdict};
  };
  const std::pair open{Verdict::inconclusive, Verdict::inconclusive};
  const std::pair no{Verdict::contradicted, Verdict::contradicted};
  const std::pair yes{Verdict::supported, Verdict::supported};
  EXPECT_EQ(verdicts(2000, off), open);
  EXPECT_EQ(verdicts(20000, off), no);
  EXPECT_EQ(verdicts(200000, off), no);
  EXPECT_EQ(verdicts(2e7, off), no);
  // A net that errs without harm, and one that does not err.
  for (const double harmless : {0.002, 0.0}) {
    EXPECT_EQ(verdicts(2000, harmless), open);
    EXPECT_EQ(verdicts(20000, harmless), yes);
    EXPECT_EQ(verdicts(200000, harmless), yes);
    EXPECT_EQ(verdicts(2e7, harmless), yes);
  }
}

TEST(GongXiaClaims, TheMarginIsWhatItsReasonSays) {
  const auto s = settings_from(resolve("gong-xia", "full", {}));
  double least = 1;
  for (const double k : s.cells.couplings)
    for (const auto b : s.cells.majority_factors) {
      const int n = static_cast<int>(s.cells.majority_size / b);
      const double majority = inference::ring_coupling(
          exact::majority_ring_correlation(static_cast<int>(s.cells.majority_size), k, static_cast<int>(b))
              .front(),
          n);
      least =
          std::min(least, std::abs(majority - std::atanh(std::pow(std::tanh(k), static_cast<double>(b)))));
    }
  EXPECT_NEAR(least, 0.0162, 5e-5);
  EXPECT_NEAR(s.criteria.number("a1", "margin"), least / 2, 2e-4);
  const auto flow = exact::chain_flow({.coupling = s.depth.coupling, .field = 0}, 2, 5);
  EXPECT_NEAR(flow[4].couplings.coupling - flow[5].couplings.coupling, 0.165, 5e-4);
}

TEST(GongXiaClaims, TheAsymptoteNeedsLongBlocks) {
  const auto verdict = [](double coupling, const Off& off) {
    Measurements m = empty();
    // A smaller block has no say.
    add(m.cells, "cells", "majority", coupling, 63, 3, {.shift = 0.2});
    add(m.cells, "cells", "majority", coupling, 63, 21, off);
    return rg_claim(m, "a3").verdict;
  };
  EXPECT_EQ(verdict(0.5, {}), Verdict::supported);
  EXPECT_EQ(verdict(0.5, {.shift = 0.012}), Verdict::contradicted);
  EXPECT_EQ(verdict(0.5, {.error = 0.01}), Verdict::inconclusive);
  EXPECT_EQ(verdict(1, {}), Verdict::inconclusive);  // 21 spins are no ten correlation lengths
}

TEST(GongXiaClaims, AChainIsToldByItsSecondCorrelation) {
  const auto verdict = [](const Off& majority, const Off& decimation) {
    Measurements m = empty();
    add(m.cells, "cells", "majority", 1, 63, 7, majority);
    add(m.cells, "cells", "majority", 1, 63, 3);
    add(m.cells, "cells", "decimation", 1, 64, 4, decimation);
    // Where K_out drowns in noise the ratio means nothing.
    add(m.cells, "cells", "decimation", 0.5, 64, 16, {.second = 0.3});
    return rg_claim(m, "a4").verdict;
  };
  EXPECT_EQ(verdict({.second = -0.018}, {}), Verdict::supported);
  EXPECT_EQ(verdict({.second = -0.018}, {.second = 0.02}), Verdict::inconclusive);
  // A control that is too noisy to depart is none.
  EXPECT_EQ(verdict({.second = -0.018}, {.second_error = 0.02}), Verdict::inconclusive);
  EXPECT_EQ(verdict({}, {}), Verdict::contradicted);
  EXPECT_EQ(verdict({.second_error = 0.02}, {}), Verdict::inconclusive);
  EXPECT_EQ(verdict({.second = -0.018, .second_error = 0.02}, {}), Verdict::inconclusive);
}

TEST(GongXiaClaims, EachArmOfDepthIsJudgedByItself) {
  const auto verdicts = [](const Off& off) {
    Measurements m = empty();
    add_depth(m, "exact", 0, {});
    add_depth(m, "predecessor", 3, off);
    return std::pair{rg_claim(m, "b1").verdict, rg_claim(m, "b2").verdict};
  };
  EXPECT_EQ(verdicts({}), (std::pair{Verdict::supported, Verdict::supported}));
  EXPECT_EQ(verdicts({.shift = 0.02}), (std::pair{Verdict::supported, Verdict::contradicted}));
  EXPECT_EQ(verdicts({.shift = 0.008}), (std::pair{Verdict::supported, Verdict::inconclusive}));
  EXPECT_EQ(verdicts({.error = 0.01}), (std::pair{Verdict::supported, Verdict::inconclusive}));
  EXPECT_EQ(verdicts({.shift = 0.02, .target_shift = 0.02}),
            (std::pair{Verdict::supported, Verdict::inconclusive}));
}

TEST(GongXiaClaims, DepthTendsToZeroStepByStep) {
  const auto claim = [](int step, const Off& off) {
    Measurements m = empty();
    add_depth(m, "exact", 0, {});
    add_depth(m, "predecessor", step, off);
    return rg_claim(m, "r3");
  };
  EXPECT_EQ(claim(0, {}).verdict, Verdict::supported);
  EXPECT_NEAR(claim(0, {}).measured, 0.0412, 1e-4);
  EXPECT_EQ(claim(2, {.shift = 0.5}).verdict, Verdict::contradicted);  // above step 1
  EXPECT_EQ(claim(5, {.shift = 0.1}).verdict, Verdict::contradicted);  // falls, and ends too high
  EXPECT_EQ(claim(5, {.error = 0.1}).verdict, Verdict::inconclusive);
  EXPECT_EQ(claim(2, {.shift = 0.5, .accuracy = 0.9}).verdict, Verdict::inconclusive);
}

TEST(GongXiaClaims, LargeBlocksTendToZeroAtTheRightRate) {
  const auto claim = [](const Off& middle, const Off& last) {
    Measurements m = empty();
    add(m.limits, "factor", "decimation", 1, 64, 2);
    add(m.limits, "factor", "decimation", 1, 64, 8, middle);
    add(m.limits, "factor", "decimation", 1, 64, 32, last);
    add(m.limits, "size", "decimation", 1, 64, 4, {.shift = 1});
    return rg_claim(m, "r1");
  };
  EXPECT_EQ(claim({}, {}).verdict, Verdict::supported);
  EXPECT_NEAR(claim({}, {}).measured, -std::log(std::tanh(1.0)), 1e-3);
  EXPECT_EQ(claim({}, {.shift = 0.1}).verdict, Verdict::contradicted);
  EXPECT_EQ(claim({.shift = 0.2, .error = 0.0005}, {}).verdict, Verdict::contradicted);  // too slow
  EXPECT_EQ(claim({}, {.error = 0.1}).verdict, Verdict::inconclusive);
  EXPECT_EQ(claim({.accuracy = 0.9}, {.shift = 0.1}).verdict, Verdict::inconclusive);
}

TEST(GongXiaClaims, LongChainsAreReadAtTheLongest) {
  const auto claim = [](const Off& off) {
    Measurements m = empty();
    add(m.limits, "size", "decimation", 1, 16, 4, {.shift = -0.35});
    add(m.limits, "size", "decimation", 1, 64, 4, off);
    return rg_claim(m, "r2");
  };
  EXPECT_EQ(claim({}).verdict, Verdict::contradicted);  // the RG: K' stays
  EXPECT_NEAR(claim({}).measured, 0.3501, 1e-4);
  EXPECT_EQ(claim({.shift = -0.3501}).verdict, Verdict::supported);
  EXPECT_EQ(claim({.shift = -0.33}).verdict, Verdict::inconclusive);
  EXPECT_EQ(claim({.accuracy = 0.98}).verdict, Verdict::inconclusive);
}

TEST(GongXiaClaims, CouplingAndFieldMustBothBeRight) {
  const auto verdict = [](double coupling_shift, double field_shift, double target_shift) {
    Measurements m = empty();
    for (std::size_t seed = 0; seed < n_seeds; ++seed) {
      FieldReading r;
      r.coupling = 1;
      r.field = 0.2;
      r.seed = seed;
      r.accuracy = 1;
      r.expected_coupling = 0.65;
      r.expected_field = 0.4;
      const double noise = 0.002 * scatter[seed];
      r.coupling_out = {.value = 0.65 + coupling_shift + noise, .error = 0.002};
      r.field_out = {.value = 0.4 + field_shift - noise, .error = 0.002};
      r.coupling_target = {.value = 0.65 + noise, .error = 0.002};
      r.field_target = {.value = 0.4 + target_shift - noise, .error = 0.002};
      m.fields.push_back(r);
    }
    return rg_claim(m, "f1").verdict;
  };
  EXPECT_EQ(verdict(0, 0, 0), Verdict::supported);
  EXPECT_EQ(verdict(0.02, 0, 0), Verdict::contradicted);
  EXPECT_EQ(verdict(0, 0.02, 0), Verdict::contradicted);
  EXPECT_EQ(verdict(0, 0.007, 0), Verdict::inconclusive);
  EXPECT_EQ(verdict(0, 0.02, 0.02), Verdict::inconclusive);
}

TEST(GongXiaClaims, TheWordingFollowsTheRule) {
  const auto claim = [](const Off& majority, bool with_depth) {
    Measurements m = empty();
    add(m.cells, "cells", "decimation", 1, 64, 4);
    add(m.cells, "cells", "majority", 1, 63, 7, majority);
    if (with_depth) {
      add_depth(m, "exact", 0, {});
      add_depth(m, "predecessor", 0, {});
    }
    return rg_claim(m, "ab");
  };
  EXPECT_EQ(claim({}, true).verdict, Verdict::supported);
  EXPECT_EQ(claim({}, false).verdict, Verdict::inconclusive);
  const auto failed = claim({.shift = 0.02}, true);
  EXPECT_EQ(failed.verdict, Verdict::contradicted);
  EXPECT_NE(failed.qualification.find("failed: a2 ("), std::string::npos) << failed.qualification;
  EXPECT_NE(failed.qualification.find("what holds: a1 ("), std::string::npos) << failed.qualification;
}

TEST(GongXiaClaims, TablesHoldEveryReadingAndFiguresWhatTheClaimsName) {
  Measurements m = empty();
  for (const double coupling : m.settings.cells.couplings) {
    add(m.cells, "cells", "decimation", coupling, 16, 2);
    add(m.cells, "untrained", "decimation", coupling, 16, 2, {.shift = -0.5});
    add(m.cells, "cells", "majority", coupling, 15, 3);
  }
  add(m.limits, "factor", "decimation", 1, 64, 8);
  add(m.limits, "size", "decimation", 1, 16, 4);
  add_depth(m, "exact", 0, {});
  results::Results results;
  add_rg_tables(m, results);
  for (auto& figure : rg_figures(m)) results.figures.push_back(std::move(figure));
  EXPECT_EQ(results.tables.at("cells").rows.size(), 4 * n_seeds);  // not the untrained
  EXPECT_EQ(results.tables.at("limits").rows.size(), 2 * n_seeds);
  EXPECT_EQ(results.tables.at("depth").rows.size(), 5 * n_seeds);
  EXPECT_EQ(results.tables.at("cell_means").rows.size(), 4u);
  for (const auto& [name, table] : results.tables)
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << name;
  const auto& value = results.values.at("K_out_decimation_K1_b2");
  EXPECT_NEAR(value.value, 0.6625, 1e-4);
  EXPECT_NEAR(value.expected, 0.6625, 1e-4);
  EXPECT_NEAR(results.values.at("K_out_depth_exact_step5").expected, 0.0412, 1e-4);
  for (const auto& claim : claims_rg(m))
    for (const auto& id : claim.evidence)
      EXPECT_TRUE(results.tables.contains(id) ||
                  std::ranges::find(results.figures, id, &results::Figure::id) != results.figures.end())
          << claim.id << ": " << id;
}

}  // namespace
}  // namespace spinflow::recipes::gong_xia

// SPDX-License-Identifier: Apache-2.0
// The recipe gong-xia: its settings, nets that are trained and read, and the whole run.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <set>

#include "recipe_testing.hpp"
#include "recipes/gong_xia/measurements.hpp"
#include "recipes/gong_xia/nets.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/trainers/net_score.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes::gong_xia {
namespace {

namespace fs = std::filesystem;

std::string message(const std::string& override) {
  try {
    (void)resolve("gong-xia", "smoke", {override});
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    return error.what();
  }
  return "accepted";
}

TEST(GongXia, RefusesBadSettingsNamingTheKey) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"network.hidden=16.5", "[network]: hidden = [16.5] is not a list of whole numbers"},
      {"network.hidden=0", "hidden"},
      {"network.hidden=[]", "network.hidden"},
      {"network.hidden=16,1", "network.hidden"},
      {"network.hidden=1025", "network.hidden"},
      {"network.batch_size=500", "network.batch_size"},
      {"network.patience=3", "network.patience"},
      {"network.activation=sine", "activation"},
      {"network.held_out=1", "held_out"},
      {"cells.couplings=1,nan", "couplings"},
      {"cells.couplings=0,1", "couplings"},
      {"cells.couplings=1,0.5", "cells.couplings"},
      {"cells.couplings=[]", "cells.couplings"},
      {"cells.decimation_factors=3", "cells.decimation_factors"},
      {"cells.decimation_factors=16", "cells.decimation_factors"},
      {"cells.decimation_factors=2.5", "[cells]: decimation_factors"},
      {"cells.decimation_factors=4,2", "cells.decimation_factors"},
      {"cells.decimation_size=17", "cells.decimation_factors"},
      {"cells.majority_size=16", "cells.majority_factors"},
      {"cells.majority_factors=4", "cells.majority_factors"},
      {"cells.seeds=0", "seeds"},
      {"depth.steps=4", "depth.factor"},
      {"depth.factor=3", "depth.factor"},
      {"depth.coupling=inf", "coupling"},
      {"course.factor=3", "course.factor"},
      {"course.updates=0,61", "course.updates"},
      {"course.updates=20,20", "course.updates"},
      {"course.depths=0,1.5", "[course]: depths"},
      {"course.widths=[]", "course.widths"},
      {"course.activations=[]", "course.activations"},
      {"course.activations=sine", "activations"},
      {"course.optimizers=[]", "course.optimizers"},
      {"course.optimizers=sgd,sgd", "course.optimizers"},
      {"course.rows=10,400", "course.rows"},
      {"limits.sizes=8,18", "limits.factor"},
      {"limits.factors=3", "limits.factors"},
      {"field.factor=8", "field.factor"},
      {"field.fields=0.2,0.1", "field.fields"},
      {"generic.couplings=1", "generic.couplings"},
      {"generic.targets=[]", "generic.targets"},
      {"generic.targets=decimation", "targets"},
      {"generic.targets=autoencode,autoencode", "generic.targets"},
      {"generic.updates=1000", "generic.updates"},
  };
  for (const auto& [override, key] : bad)
    EXPECT_NE(message(override).find(key), std::string::npos) << override << ": " << message(override);
  for (const char* good : {"network.hidden=8,8", "cells.decimation_factors=2,4,8", "cells.majority_factors=3",
                           "field.fields=-0.2,0,0.2", "course.updates=60"})
    EXPECT_EQ(message(good), "accepted") << good;
}

TEST(GongXia, EveryScaleIsAccepted) {
  EXPECT_EQ(scales("gong-xia"), (std::vector<std::string>{"full", "quick", "smoke"}));
  for (const auto& scale : scales("gong-xia")) EXPECT_NO_THROW((void)resolve("gong-xia", scale, {})) << scale;
}

/// A run's folder that is gone with it.
struct Workplace {
  explicit Workplace(std::uint64_t seed = 1)
      : context{temporary.path(), {}, "smoke", seed, base::silent()}, folder(context, "gong-xia") {}
  testing::TemporaryFolder temporary;
  RunContext context;
  RunFolder folder;
};

NetPlan plan(const std::string& scheme, std::int64_t size, std::int64_t factor, std::size_t seed = 0) {
  NetPlan p;
  p.begin.study = "cells";
  p.begin.scheme = scheme;
  p.begin.coupling = 0.8;
  p.begin.size = size;
  p.begin.factor = factor;
  p.begin.seed = seed;
  p.options.hidden = {24};
  p.options.batch_size = 64;
  p.options.updates = 250;
  p.options.held_out = 0.02;
  p.training = 2000;
  p.test = 4000;
  p.updates = {0, 20, 250};
  return p;
}

/// <S_0 S_1> of blocks by the sum over all states of the ring.
double enumerated(const NetReading& cell) {
  const int n = static_cast<int>(cell.size);
  const int b = static_cast<int>(cell.factor);
  double sum = 0;
  double norm = 0;
  for (unsigned state = 0; state < 1u << n; ++state) {
    const auto spin = [&](int i) { return (state >> (i % n) & 1u) != 0 ? 1 : -1; };
    int bonds = 0;
    for (int i = 0; i < n; ++i) bonds += spin(i) * spin(i + 1);
    const auto block = [&](int a) {
      if (cell.scheme == "decimation") return spin(a * b);
      int total = 0;
      for (int i = 0; i < b; ++i) total += spin(a * b + i);
      return total > 0 ? 1 : -1;
    };
    const double weight = std::exp(cell.coupling * bonds);
    sum += weight * block(0) * block(1);
    norm += weight;
  }
  return sum / norm;
}

double exact_bond(const NetReading& cell) {
  return studies::mapped_bond(cell.scheme, static_cast<int>(cell.size), cell.coupling,
                              static_cast<int>(cell.factor));
}

TEST(GongXia, ExactBondsAgreeWithEnumeration) {
  for (const auto& p : {plan("decimation", 8, 2), plan("decimation", 12, 4), plan("decimation", 12, 6),
                        plan("majority", 9, 3), plan("majority", 15, 5)})
    EXPECT_NEAR(exact_bond(p.begin), enumerated(p.begin), 1e-12) << p.begin.scheme << p.begin.factor;
}

TEST(GongXia, RowsLeaveTheTrainingChainsAskedFor) {
  for (const std::int64_t training : {100, 400, 60000})
    for (const double held_out : {0.02, 0.1, 0.25}) {
      const auto rows = rows_to_draw(training, held_out);
      EXPECT_EQ(rows - std::llround(held_out * static_cast<double>(rows)), training) << held_out;
    }
}

TEST(GongXia, NetsAreReadAtEveryLookBesideTheExactMap) {
  const Workplace run;
  const std::vector<NetPlan> plans = {plan("decimation", 12, 2), plan("majority", 15, 3)};
  const auto readings = read_nets(run.folder, plans);
  ASSERT_EQ(readings.size(), 6u);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto& r = readings[i];
    EXPECT_EQ(r.scheme, plans[i / 3].begin.scheme);
    EXPECT_EQ(r.update, (std::array<std::int64_t, 3>{0, 20, 250})[i % 3]);
    const int n = static_cast<int>(r.size / r.factor);
    const double bond = enumerated(r);
    EXPECT_NEAR(r.expected, inference::ring_coupling(bond, n), 1e-10);
    const double kept = 2 * r.accuracy - 1;
    EXPECT_NEAR(r.flipped, inference::ring_coupling(bond * kept * kept, n), 1e-10);
    // The control is one and the same for every look.
    EXPECT_EQ(r.target.coupling.value, readings[i - i % 3].target.coupling.value);
    testing::expect_within(r.target.coupling.value, r.target.coupling.error, r.expected, r.scheme);
  }
  EXPECT_NEAR(readings[2].expected, std::atanh(std::pow(std::tanh(0.8), 2)), 1e-12);
  for (const std::size_t last : {2, 5}) {
    EXPECT_LT(readings[last - 2].accuracy, 0.8);
    EXPECT_GT(readings[last].accuracy, 0.97);
    EXPECT_LT(readings[last].loss, readings[last - 1].loss);
    EXPECT_NEAR(readings[last].output.coupling.value, readings[last].target.coupling.value, 0.05);
    EXPECT_LT(readings[last].far_ratio, 0.7);
  }
}

TEST(GongXia, IndependentErrorsGiveTheCouplingPredicted) {
  const Workplace run;
  const NetReading cell = plan("decimation", 32, 4).begin;
  const auto drawn = chains(run.folder, cell.size, {cell.coupling}, 0, 20000, "flips", 0);
  auto spins = transformations::Decimation({.factor = cell.factor}).apply(drawn, 0).spins;
  const auto right = spins;
  base::RandomStream random(7, "flips");
  for (std::size_t r = 0; r < spins.n_rows(); ++r)
    for (std::size_t c = 0; c < spins.n_columns(); ++c)
      if (random.uniform() < 0.1) spins.set(r, c, -spins.spin(r, c));
  const double kept = 2 * trainers::fraction_equal(spins, right) - 1;
  EXPECT_NEAR(kept, 0.8, 0.01);
  const auto read =
      inference::chain_coupling(ensemble::from_spins(std::move(spins), lattice::Lattice::chain(8), nullptr));
  testing::expect_within(read->coupling.value, read->coupling.error,
                         inference::ring_coupling(exact_bond(cell) * kept * kept, 8), "flipped");
}

TEST(GongXia, SignsAndLossByHand) {
  // Every second spin; the last output reads its spin upside down.
  networks::Dense net{.visible = lattice::Lattice::chain(8)};
  net.layers = {
      {.n_in = 8, .n_out = 4, .weights = std::vector<float>(32, 0), .bias = std::vector<float>(4, 0)}};
  for (std::size_t a = 0; a < 4; ++a) net.layers[0].weights[8 * a + 2 * a] = a == 3 ? -0.5f : 0.5f;
  const Workplace run;
  const auto rows = chains(run.folder, 8, {0.7}, 0, 1300, "by-hand", 0);
  const auto wanted = transformations::Decimation({.factor = 2}).apply(rows, 0);
  const auto signs = trainers::signs_of(net, rows.spins, wanted.spins);
  EXPECT_EQ(signs.accuracy, 0.75);
  EXPECT_NEAR(signs.loss, (3 * 0.25 + 2.25) / 4, 1e-12);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t a = 0; a < 4; ++a)
      ASSERT_EQ(signs.spins.spin(r, a), (a == 3 ? -1 : 1) * wanted.spins.spin(r, a));
}

TEST(GongXia, ChainsHaveTheirCouplingAndField) {
  const Workplace run;
  const auto rows = chains(run.folder, 16, {0.7}, 0.3, 20000, "field", 0);
  const auto basis = lattice::interactions_from("nearest,field", 1, "test");
  const auto read = inference::pseudo_likelihood_couplings(rows, basis);
  testing::expect_within(read[0].value, read[0].error, 0.7, "K");
  testing::expect_within(read[1].value, read[1].error, 0.3, "h");
}

TEST(GongXia, NoTwoPiecesOfWorkShareChains) {
  const Workplace run;
  const Workplace other(2);
  // Rows of 64 spins at K = 0.3 are never equal by chance.
  std::set<std::uint64_t> seen;
  std::size_t drawn = 0;
  const auto add = [&](const ensemble::Ensemble& rows) {
    for (std::size_t r = 0; r < rows.size(); ++r) seen.insert(rows.spins.row(r)[0]);
    drawn += rows.size();
  };
  for (const char* stream : {"training.cells", "test.cells", "test.size"})
    for (const std::size_t seed : {0, 1}) add(chains(run.folder, 64, {0.3}, 0, 200, stream, seed));
  add(chains(other.folder, 64, {0.3}, 0, 200, "test.cells", 0));
  EXPECT_EQ(seen.size(), drawn);

  // Plans that differ in seed, study or variant alone: other chains, other weights.
  std::vector<NetPlan> plans = {plan("decimation", 12, 2), plan("decimation", 12, 2, 1)};
  plans.push_back(plans.front());
  plans.back().begin.study = "course";
  plans.push_back(plans.front());
  plans.back().begin.variant = "wide";
  std::set<double> targets;
  std::set<double> losses;
  for (const auto& r : read_nets(run.folder, plans)) {
    targets.insert(r.target.coupling.value);
    losses.insert(r.loss);
  }
  EXPECT_EQ(targets.size(), 4u);
  EXPECT_EQ(losses.size(), 12u);
}

TEST(GongXia, ANetThatLearnsItsChainsByHeartIsReadOnOthers) {
  const Workplace run;
  auto p = plan("decimation", 64, 2);
  p.begin.coupling = 0.1;
  p.options.hidden = {128};
  p.options.batch_size = 16;
  p.options.updates = 1000;
  p.training = 30;
  p.test = 30;
  p.updates = {};
  const auto readings = read_nets(run.folder, {p});
  ASSERT_EQ(readings.size(), 1u);
  // Its training chains it would tell without error.
  EXPECT_LT(readings[0].accuracy, 0.95);
}

TEST(GongXia, ReadingsAreKeptAndTheSameForAnyThreadsAndSimdLevel) {
  const std::vector<NetPlan> plans = {plan("decimation", 12, 2), plan("majority", 9, 3),
                                      plan("decimation", 12, 2, 1)};
  const Workplace first;
  const auto expected = read_nets(first.folder, plans);
  ASSERT_EQ(expected.size(), 9u);
  testing::for_any_threads_and_simd_level([&] {
    const Workplace fresh;
    // From nothing, and from the files of the first.
    for (const auto* folder : {&fresh.folder, &first.folder}) {
      const auto readings = read_nets(*folder, plans);
      ASSERT_EQ(readings.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(readings[i].output.coupling.value, expected[i].output.coupling.value);
        EXPECT_EQ(readings[i].loss, expected[i].loss);
        EXPECT_EQ(readings[i].update, expected[i].update);
        EXPECT_EQ(readings[i].seed, expected[i].seed);
      }
    }
  });
}

/// Of the second row.
results::Cell& cell(results::Table& table, const std::string& column) {
  return table.rows.at(1).at(
      static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin()));
}

TEST(GongXia, DamagedReadingsAreRefusedByTheirFile) {
  const Workplace run;
  auto p = plan("decimation", 12, 2);
  p.updates = {0};
  (void)read_nets(run.folder, {p});
  const fs::path path = fs::directory_iterator(run.folder.path())->path();
  const auto good = results::results_from_json(io::read_text(path), path.string());
  const std::vector<std::function<void(results::Table&)>> damages = {
      [](auto& table) { table.rows.pop_back(); },
      [](auto& table) { table.rows[0].resize(3), table.rows[1].resize(3), table.columns.resize(3); },
      [](auto& table) { cell(table, "updates") = 1e300; },
      [](auto& table) { cell(table, "updates") = std::nan(""); },
      [](auto& table) { cell(table, "updates") = 0.5; },
      [](auto& table) { cell(table, "accuracy") = std::string("infinite"); },
      [](auto& table) { cell(table, "accuracy") = std::string(); },
  };
  for (const auto& damage : damages) {
    auto damaged = good;
    damage(damaged.tables.at("records"));
    io::write_text(path, results::to_json(damaged));
    const auto refusal = testing::refusal_of([&] { (void)read_nets(run.folder, {p}); });
    EXPECT_EQ(refusal.rfind(path.string(), 0), 0u) << refusal;
  }
  io::write_text(path, results::to_json(good));
  EXPECT_EQ(read_nets(run.folder, {p}).size(), 2u);
}

TEST(GongXia, DepthIsReadBesideTheExactFlow) {
  const Workplace run;
  auto s = settings_from(resolve("gong-xia", "smoke",
                                 {"network.updates=300", "network.hidden=32", "cells.training=2000",
                                  "cells.test=3000", "cells.seeds=1"}));
  const auto readings = run_depth(run.folder, s);
  ASSERT_EQ(readings.size(), 4u);
  std::set<double> targets;
  for (const auto& r : readings) {
    EXPECT_EQ(r.size, 16 >> r.step);
    EXPECT_NEAR(r.expected, std::atanh(std::pow(std::tanh(1.5), 1 << r.step)), 1e-10);
    testing::expect_within(r.target.coupling.value, r.target.coupling.error, r.expected, r.arm);
    targets.insert(r.target.coupling.value);
    EXPECT_GT(r.accuracy, 0.95) << r.arm << r.step;
    EXPECT_NEAR(r.output.coupling.value, r.expected, 0.3) << r.arm << r.step;
  }
  EXPECT_EQ(targets.size(), 4u);  // start chains of its own for every step and arm
}

TEST(GongXia, FieldsAreReadBesideTheExactFlow) {
  const Workplace run;
  auto s = settings_from(
      resolve("gong-xia", "smoke", {"network.updates=300", "cells.training=2000", "cells.test=3000"}));
  const auto readings = run_fields(run.folder, s);
  ASSERT_EQ(readings.size(), 2u);
  for (const auto& r : readings) {
    testing::expect_within(r.coupling_target.value, r.coupling_target.error, r.expected_coupling, "K'");
    testing::expect_within(r.field_target.value, r.field_target.error, r.expected_field, "h'");
    EXPECT_GT(r.expected_field, r.field);
    EXPECT_LT(r.expected_coupling, r.coupling);
    EXPECT_NEAR(r.field_out.value, r.field_target.value, 0.05);
  }
}

}  // namespace
}  // namespace spinflow::recipes::gong_xia

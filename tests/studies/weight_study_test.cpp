// SPDX-License-Identifier: Apache-2.0
// Figures and tables of the weight study for planted weights whose answers are known.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <set>

#include "spinflow/analysis/weight_analysis.hpp"
#include "spinflow/lattice/displacements.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/weights.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

using lattice::Lattice;

networks::Rbm planted(const Lattice& lattice, const std::vector<std::vector<double>>& rows) {
  networks::Rbm rbm{.visible = lattice, .n_hidden = rows.size()};
  for (const auto& row : rows)
    for (const double w : row) rbm.weights.push_back(static_cast<float>(w));
  rbm.visible_bias.assign(static_cast<std::size_t>(lattice.n_sites()), 0);
  rbm.hidden_bias.assign(rows.size(), 0);
  return rbm;
}

networks::Rbm uniform(const Lattice& lattice) {
  return planted(lattice,
                 std::vector(3, std::vector<double>(static_cast<std::size_t>(lattice.n_sites()), 0.25)));
}

/// A cosine and a sine along x: A(d) = amplitude^2 cos(2 pi dx / Lx).
networks::Rbm waves(const Lattice& lattice, double amplitude) {
  std::vector<std::vector<double>> rows(2);
  for (int y = 0; y < lattice.ly(); ++y)
    for (int x = 0; x < lattice.lx(); ++x) {
      const double phase = 2 * std::numbers::pi * x / lattice.lx();
      rows[0].push_back(amplitude * std::cos(phase));
      rows[1].push_back(amplitude * std::sin(phase));
    }
  return planted(lattice, rows);
}

/// G(d) of a made-up reference.
ReferenceCorrelation reference(const Lattice& lattice, double temperature,
                               const std::function<double(int dx, int dy)>& g) {
  ReferenceCorrelation result{.name = fmt::format("T = {}", temperature), .temperature = temperature};
  const lattice::Displacements all(lattice);
  for (std::size_t d = 0; d < all.size(); ++d)
    result.by_displacement.push_back({.value = g(all.dx(d), all.dy(d)), .error = 0.01});
  for (int r = 1; r <= lattice.lx() / 2; ++r)
    result.by_distance.push_back({.value = 0.5 * (g(r, 0) + g(0, r)), .error = 0.01});
  return result;
}

double number(const results::Table& table, std::size_t row, const std::string& column) {
  const auto at = std::ranges::find(table.columns, column) - table.columns.begin();
  return std::get<double>(table.rows.at(row).at(static_cast<std::size_t>(at)));
}

std::string text(const results::Table& table, std::size_t row, const std::string& column) {
  const auto at = std::ranges::find(table.columns, column) - table.columns.begin();
  return std::get<std::string>(table.rows.at(row).at(static_cast<std::size_t>(at)));
}

std::set<std::string> ids(const results::Results& results) {
  std::set<std::string> all;
  for (const auto& figure : results.figures) all.insert(figure.id);
  return all;
}

const results::Figure& figure(const results::Results& results, const std::string& id) {
  return *std::ranges::find(results.figures, id, &results::Figure::id);
}

TEST(WeightStudy, TablesOfAUniformNetwork) {
  const auto lattice = Lattice::square(6, 6);
  const std::vector<StudiedNetwork> networks = {{.name = "uniform", .rbm = uniform(lattice), .sigma0 = 0.01}};
  results::Results out{.recipe = "test"};
  const auto weights = weight_study(networks, {}, out);
  ASSERT_EQ(weights.size(), 1u);
  const auto& about = out.tables.at("weights_networks");
  ASSERT_EQ(about.rows.size(), 1u);
  EXPECT_NEAR(number(about, 0, "eigenvalue"), 36 * 3 / 16.0, 1e-10);
  EXPECT_NEAR(number(about, 0, "trace"), 36 * 3 / 16.0, 1e-10);
  EXPECT_NEAR(number(about, 0, "uniform_overlap"), 1, 1e-12);
  EXPECT_EQ(number(about, 0, "above_edge"), 1);
  EXPECT_EQ(number(about, 0, "zero_modes"), 33);
  EXPECT_NEAR(number(about, 0, "noise_edge"), 1e-4 * std::pow(6 + std::sqrt(3.0), 2), 1e-12);
  // The null space has no eigenvectors of its own, and hence no rows.
  const auto& spectrum = out.tables.at("weights_spectrum");
  ASSERT_EQ(spectrum.rows.size(), 1u);
  EXPECT_EQ(text(spectrum, 0, "largest_shell"), "(0,0)");
  EXPECT_NEAR(number(spectrum, 0, "|m|_of_sgn"), 1, 1e-12);
  EXPECT_NEAR(number(spectrum, 0, "energy_of_sgn"), -2, 1e-12);
  EXPECT_FALSE(out.tables.contains("weights_likeness"));
  EXPECT_EQ(ids(out),
            (std::set<std::string>{"weights-spectrum", "weights-lambda", "weights-shells",
                                   "weights-eigenvectors", "weights-distance", "weights-displacements",
                                   "weights-patterns", "weights-receptive-fields"}));
}

TEST(WeightStudy, TablesOfPlantedWaves) {
  const auto lattice = Lattice::square(8, 8);
  const std::vector<StudiedNetwork> networks = {{.name = "waves", .rbm = waves(lattice, 2), .sigma0 = 0.1}};
  results::Results out{.recipe = "test"};
  (void)weight_study(networks, {}, out, "my-study");
  const auto& spectrum = out.tables.at("my_study_spectrum");
  ASSERT_EQ(spectrum.rows.size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(number(spectrum, k, "eigenvalue"), 4 * 64 / 2.0, 1e-4);
    EXPECT_EQ(text(spectrum, k, "largest_shell"), "(1,0)");
    EXPECT_NEAR(number(spectrum, k, "overlap"), 1, 1e-6);
    EXPECT_NEAR(number(spectrum, k, "uniform_overlap"), 0, 1e-10);
    // e of the wave as a field: cos(2 pi / 8) along x, 1 along y.
    EXPECT_NEAR(number(spectrum, k, "energy_of_field"), -1 - std::sqrt(0.5), 1e-5);
  }
  const auto& shells = out.tables.at("my_study_shells");
  EXPECT_NEAR(number(shells, 0, "lambda"), 0, 1e-6);
  EXPECT_NEAR(number(shells, 1, "lambda"), 64, 1e-4);  // two of the four modes carry 128
  EXPECT_NEAR(number(shells, 1, "untrained"), 2 * 0.01, 1e-12);
  const auto& distance = out.tables.at("my_study_distance");
  for (std::size_t r = 0; r < distance.rows.size(); ++r)
    EXPECT_NEAR(number(distance, r, "value"),
                2 * (1 + std::cos(std::numbers::pi / 4 * number(distance, r, "r"))), 1e-5);
  EXPECT_TRUE(ids(out).contains("my-study-receptive-fields"));
}

TEST(WeightStudy, SeedsGiveTheCoefficientItsScatterAndTheErrorOfTheReference) {
  const auto square = Lattice::square(6, 6);
  const auto of = reference(square, 2.5, [](int dx, int) { return std::cos(2 * std::numbers::pi * dx / 6); });
  SeedCorrelations seeds;
  seeds.add(waves(square, 0.3), 0.01, of);
  seeds.add(waves(square, 0.6), 0.01, of);
  ASSERT_EQ(seeds.likeness.size(), 2u);
  EXPECT_NEAR(seeds.likeness[0], 1, 1e-6);  // of one shape whatever the amplitude
  seeds.likeness = {0.8, 1.0};
  seeds.reference_error = 0.2;
  EXPECT_NEAR(seeds.coefficient().value, 0.9, 1e-12);
  EXPECT_NEAR(seeds.coefficient().error, std::hypot(0.1, 0.2), 1e-12);
}

TEST(WeightStudy, NamesWhatItMakes) {
  const auto lattice = Lattice::square(6, 6);
  const std::vector<StudiedNetwork> networks = {{.name = "wave", .rbm = waves(lattice, 0.3), .sigma0 = 0.01}};
  const auto falling = [](int dx, int dy) { return 1.0 / (1 + dx + dy); };
  const std::vector references = {reference(lattice, 2, falling), reference(lattice, 3, falling)};
  results::Results out{.recipe = "test"};
  (void)weight_study(networks, references, out, "weights-later");
  auto made = ids(out);
  for (const auto& [name, table] : out.tables) made.insert(name);
  const auto named = weight_study_names("weights-later");
  EXPECT_EQ(made, std::set<std::string>(named.begin(), named.end()));
}

TEST(WeightStudy, LikenessFindsTheCorrelationsThatWerePlanted) {
  const auto lattice = Lattice::square(8, 8);
  const auto along_x = [](int dx, int) { return 0.3 + 0.2 * std::cos(std::numbers::pi / 4 * dx); };
  const auto along_y = [](int, int dy) { return 0.3 + 0.2 * std::cos(std::numbers::pi / 4 * dy); };
  const auto minus_x = [](int dx, int) { return 0.1 - 0.1 * std::cos(std::numbers::pi / 4 * dx); };
  const std::vector<ReferenceCorrelation> references = {
      reference(lattice, 1, along_x), reference(lattice, 2, along_y), reference(lattice, 3, minus_x),
      reference(lattice, 4, [](int, int) { return 0.5; })};
  const std::vector<StudiedNetwork> networks = {{.name = "waves", .rbm = waves(lattice, 2), .sigma0 = 0.1}};
  results::Results out{.recipe = "test"};
  (void)weight_study(networks, references, out);
  const auto& table = out.tables.at("weights_likeness");
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_NEAR(number(table, 0, "pearson"), 1, 1e-6);
  EXPECT_LT(number(table, 1, "pearson"), 0.1);
  EXPECT_NEAR(number(table, 2, "pearson"), -1, 1e-6);
  EXPECT_TRUE(std::isnan(number(table, 3, "pearson"))) << "constant correlations have no shape";
  EXPECT_TRUE(ids(out).contains("weights-likeness"));
}

TEST(SlowWeightStudy, TheErrorOfTheLikenessIsThatOfTheSample) {
  const auto lattice = Lattice::square(6, 6);
  const auto model = models::registry().find("ising-square").make(lattice, {});
  const networks::Rbm rbm = waves(lattice, 1);
  const auto weights = analysis::weight_analysis(rbm, 0.1);
  // Coefficients of independent samples scatter about their mean as their errors say.
  constexpr int samples = 80;
  constexpr int pieces = 20;
  std::vector<stats::Estimate> found;
  for (int s = 0; s < samples; ++s) {
    const auto ensemble = samplers::sample({.model = model,
                                            .temperatures = {3.0},
                                            .samples_per_temperature = 400,
                                            .seed = static_cast<std::uint64_t>(s + 1)},
                                           "auto", base::silent());
    const auto references = reference_correlations(ensemble);
    ASSERT_EQ(references.size(), 1u);
    EXPECT_EQ(references[0].pieces.size(), static_cast<std::size_t>(pieces));
    found.push_back(likeness(rbm, weights, references[0]));
    std::vector<double> g;
    for (const auto& estimate : references[0].by_displacement) g.push_back(estimate.value);
    EXPECT_NEAR(found.back().value, analysis::pearson(lattice, weights.by_displacement, g), 1e-9);
  }
  double mean = 0;
  for (const auto& r : found) mean += r.value / samples;
  double squares = 0;
  double variance = 0;  // that the errors tell; chi^2 with `degrees` of freedom in units of the true one
  for (const auto& r : found) {
    squares += (r.value - mean) * (r.value - mean);
    variance += r.error * r.error / samples;
  }
  constexpr int degrees = samples * (pieces - 1);
  // A bound is broken only if one of its two chi^2 is beyond its quantile: in a right program with at most
  // twice the false-alarm rate.
  EXPECT_LT(squares / variance,
            testing::chi2_limit(samples - 1) * degrees / testing::chi2_lower_limit(degrees));
  EXPECT_GT(squares / variance,
            testing::chi2_lower_limit(samples - 1) * degrees / testing::chi2_limit(degrees));
}

TEST(WeightStudy, RandomWeightsShowNothingAboveTheNoise) {
  const auto lattice = Lattice::square(10, 10);
  const std::vector<StudiedNetwork> networks = {
      {.name = "random", .rbm = networks::random_rbm(lattice, 64, 0.01, 5), .sigma0 = 0.01}};
  results::Results out{.recipe = "test"};
  const auto weights = weight_study(networks, {}, out).front();
  // The largest eigenvalue fluctuates about the edge by a few percent (Tracy and Widom).
  EXPECT_LE(weights.above_edge, 1u);
  EXPECT_NEAR(weights.spectrum.eigenvalues[0] / weights.spectrum.noise_edge, 1, 0.1);
  add_weight_values(weights, out);
  EXPECT_EQ(out.values.at("largest_eigenvalue").value, weights.spectrum.eigenvalues[0]);
  EXPECT_EQ(out.values.at("eigenvalues_above_noise").value, static_cast<double>(weights.above_edge));
  // Over all eigenvectors the overlap with the uniform mode is exactly shared out: 1/N in the mean.
  double sum = 0;
  for (const double overlap : weights.spectrum.uniform_overlap) sum += overlap;
  EXPECT_NEAR(sum, 1, 1e-9);
  // No shape by distance is drawn from noise.
  EXPECT_EQ(figure(out, "weights-distance").csv.find("random,1,"), std::string::npos);
  EXPECT_NE(figure(out, "weights-shells").caption.find("0.01 with the uniform mode"), std::string::npos);
}

TEST(WeightStudy, ImagesHaveOneSymmetricScaleEach) {
  const auto lattice = Lattice::square(4, 4);
  std::vector<double> row(16, 0.0);
  row[0] = 3;
  row[5] = -1.5;
  results::Results out{.recipe = "test"};
  const std::vector<StudiedNetwork> networks = {
      {.name = "n", .rbm = planted(lattice, {row, std::vector<double>(16, -0.1)}), .sigma0 = 0.1}};
  (void)weight_study(networks, {}, out);
  const auto& fields = figure(out, "weights-receptive-fields");
  EXPECT_NE(fields.spec.find(R"("domain":[-1,1])"), std::string::npos);
  // 3 is the end of the scale, -1.5 half way to the other end; the weaker row stands after it, turned
  // positive.
  EXPECT_NE(fields.spec.find("0,1,0,1,1\\n"), std::string::npos) << fields.spec;
  EXPECT_NE(fields.spec.find("1,2,1,2,-0.5\\n"), std::string::npos);
  EXPECT_EQ(fields.csv.substr(0, fields.csv.find('\n')), "row,column,label,x,y,value");
  EXPECT_NE(fields.csv.find("n,1,3.35,0,0,3\n"), std::string::npos) << fields.csv;
  EXPECT_NE(fields.csv.find("n,2,0.4,0,0,0.1"), std::string::npos) << fields.csv;
}

TEST(WeightStudy, OnAChainTheFieldsAreLinesAndOnlyAsManyAsThereAre) {
  const auto lattice = Lattice::chain(9);
  const std::vector<StudiedNetwork> networks = {
      {.name = "chain", .rbm = networks::random_rbm(lattice, 4, 0.1, 2), .sigma0 = 0.1}};
  results::Results out{.recipe = "test"};
  (void)weight_study(networks, {}, out);
  EXPECT_FALSE(ids(out).contains("weights-displacements"));
  for (const char* id : {"weights-eigenvectors", "weights-receptive-fields"}) {
    const auto& csv = figure(out, id).csv;
    EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 4 * 9) << id;
  }
}

TEST(WeightStudy, ACaptionSaysHowManyOfTheFieldsAreShown) {
  const auto lattice = Lattice::square(6, 6);
  const auto caption = [&](std::size_t hidden) {
    const std::vector<StudiedNetwork> networks = {
        {.name = "n", .rbm = networks::random_rbm(lattice, hidden, 0.1, 2), .sigma0 = 0.1}};
    results::Results out{.recipe = "test"};
    (void)weight_study(networks, {}, out);
    return figure(out, "weights-receptive-fields").caption;
  };
  EXPECT_NE(caption(100).find("The first 64 of 100."), std::string::npos) << caption(100);
  EXPECT_EQ(caption(64).find("The first"), std::string::npos) << caption(64);
}

TEST(WeightStudy, WeightsThatVanishAreShownAsSuch) {
  const auto lattice = Lattice::square(3, 3);
  const std::vector<StudiedNetwork> networks = {
      {.name = "dead", .rbm = planted(lattice, {std::vector<double>(9, 0.0)}), .sigma0 = 0}};
  results::Results out{.recipe = "test"};
  const auto weights = weight_study(networks, {}, out).front();
  EXPECT_EQ(weights.spectrum.eigenvalues[0], 0);
  EXPECT_EQ(weights.above_edge, 0u);
  EXPECT_TRUE(out.tables.at("weights_spectrum").rows.empty());
}

TEST(WeightStudy, GroupsShareAPanelAndTheirLastStandsForThem) {
  const auto lattice = Lattice::square(6, 6);
  std::vector<StudiedNetwork> networks;
  for (const char* group : {"V", "L"})
    for (const char* name : {"1 epoch", "30 epochs"})
      networks.push_back({.name = name,
                          .rbm = networks::random_rbm(lattice, 5, 0.1, networks.size()),
                          .sigma0 = 0.1,
                          .group = group});
  results::Results out{.recipe = "test"};
  EXPECT_EQ(weight_study(networks, {}, out).size(), 4u);
  const auto& spectrum = figure(out, "weights-spectrum").csv;
  for (const char* start : {"\nV,1 epoch,", "\nV,30 epochs,", "\nL,1 epoch,", "\nL,30 epochs,"})
    EXPECT_NE(spectrum.find(start), std::string::npos) << start;
  const auto& patterns = figure(out, "weights-patterns").csv;
  EXPECT_NE(patterns.find("\"V, 30 epochs\""), std::string::npos) << patterns.substr(0, 200);
  EXPECT_EQ(patterns.find("1 epoch\""), std::string::npos);
  EXPECT_EQ(out.tables.at("weights_networks").rows.size(), 4u);
  // Names too wide for an image stand above it.
  EXPECT_NE(figure(out, "weights-displacements").csv.find("\n\"A of V, 30 epochs\",1,,"), std::string::npos);
  results::Results named{.recipe = "test"};
  for (auto& network : networks) network.group.clear();
  for (std::size_t i = 0; i < networks.size(); ++i) networks[i].name = fmt::format("n{}", i);
  (void)weight_study(networks, {}, named);
  EXPECT_NE(figure(named, "weights-displacements").csv.find("\nA,4,n3,"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::studies

// SPDX-License-Identifier: Apache-2.0
// Ensembles of more rows than are read at once.
#include "spinflow/ensemble/ensemble_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::ensemble {
namespace {

constexpr std::size_t n_rows = 300001;

// Temperatures 3, 1, 2, unknown, 3, ... in turn.
Ensemble many_rows() {
  const auto lattice = lattice::Lattice::chain(5);
  kernels::PackedSpins spins(n_rows, 5);
  base::RandomStream random(1, "test.rows");
  for (std::size_t row = 0; row < n_rows; ++row) spins.row(row)[0] = random.below(32);
  auto ensemble = from_spins(std::move(spins), lattice,
                             models::registry().find("ising-chain").make(lattice, base::Values{}));
  constexpr double in_turn[] = {3, 1, 2, std::numeric_limits<double>::quiet_NaN()};
  for (std::size_t row = 0; row < n_rows; ++row) {
    ensemble.temperature[row] = in_turn[row % 4];
    ensemble.sweep[row] = static_cast<std::int64_t>(row / 7);
  }
  ensemble.seed = 9;
  return ensemble;
}

std::string refusal_of_both(const std::filesystem::path& path) {
  std::string texts[2];
  try {
    (void)read(path);
  } catch (const Error& error) {
    texts[0] = error.what();
  }
  try {
    (void)read_for_training(path);
  } catch (const Error& error) {
    texts[1] = error.what();
  }
  EXPECT_EQ(texts[0], texts[1]);
  return texts[0];
}

TEST(EnsembleFile, ManyRowsComeBackAsTheyWere) {
  const testing::TemporaryFolder folder;
  const Ensemble e = many_rows();
  write(e, folder.path() / "e.h5");
  const Ensemble back = read(folder.path() / "e.h5");
  EXPECT_EQ(back.spins, e.spins);
  EXPECT_EQ(back.energy, e.energy);
  EXPECT_EQ(back.magnetization, e.magnetization);
  EXPECT_EQ(back.chain, e.chain);
  EXPECT_EQ(back.sweep, e.sweep);
  for (std::size_t row = 0; row < n_rows; ++row)
    ASSERT_TRUE(back.temperature[row] == e.temperature[row] ||
                (std::isnan(back.temperature[row]) && std::isnan(e.temperature[row])));
}

TEST(EnsembleFile, TrainingReadsTheSameSpinsAndNothingElse) {
  const testing::TemporaryFolder folder;
  const Ensemble e = many_rows();
  const auto path = folder.path() / "e.h5";
  write(e, path);
  const Ensemble all = read_for_training(path);
  EXPECT_EQ(all.spins, e.spins);
  EXPECT_EQ(all.lattice, e.lattice);
  EXPECT_EQ(models::to_toml(*all.model), models::to_toml(*e.model));
  EXPECT_EQ(all.seed, 9u);
  EXPECT_TRUE(all.temperature.empty() && all.energy.empty() && all.magnetization.empty() &&
              all.chain.empty() && all.sweep.empty());

  EXPECT_EQ(temperatures(path), (std::vector<double>{1, 2, 3}));
  const auto groups = by_temperature(e);
  std::vector<std::size_t> rows = groups[0].rows;
  rows.insert(rows.end(), groups[2].rows.begin(), groups[2].rows.end());
  // Sorted by temperature, in whatever order they are asked for.
  EXPECT_EQ(read_for_training(path, std::vector<double>{3, 1}).spins, e.spins.gather(rows));
}

TEST(EnsembleFile, TrainingHoldsEveryColumnAgainstTheSpins) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "e.h5";
  const std::size_t last = n_rows - 2;
  Ensemble energy = many_rows();
  energy.energy[last] += 0.1;
  write(energy, path);
  EXPECT_NE(refusal_of_both(path).find("the energy of row 299999 is"), std::string::npos);
  Ensemble magnetization = many_rows();
  magnetization.magnetization[last] -= 0.4;
  write(magnetization, path);
  EXPECT_NE(refusal_of_both(path).find("the magnetization of row 299999 is"), std::string::npos);
  Ensemble temperature = many_rows();
  temperature.temperature[last] = -1;
  write(temperature, path);
  EXPECT_NE(refusal_of_both(path).find("the temperature of row 299999 is -1"), std::string::npos);
  Ensemble chain = many_rows();
  chain.chain.pop_back();
  write(chain, path);
  EXPECT_NE(refusal_of_both(path).find("'chain' has shape (300000) where (300001) belongs"),
            std::string::npos);
}

}  // namespace
}  // namespace spinflow::ensemble

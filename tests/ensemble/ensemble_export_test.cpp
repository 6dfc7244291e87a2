// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble_export.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "io/io_testing.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/models/model.hpp"
#include "testing/testing.hpp"

namespace spinflow::ensemble {
namespace {

using testing::bytes_of;
using testing::expect_error;

/// `n` random rows with temperatures; a few pieces of `export_piece` if it is large.
Ensemble random_rows(const lattice::Lattice& lattice, std::size_t n) {
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  kernels::PackedSpins spins(n, sites);
  base::RandomStream stream(7, "test.export");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < sites; ++i) spins.set(r, i, stream.uniform() < 0.5 ? 1 : -1);
  Ensemble data = from_spins(std::move(spins), lattice, nullptr);
  for (std::size_t r = 0; r < n; ++r) data.temperature[r] = r < n / 2 ? 1.5 : 2.5;
  return data;
}

std::vector<std::uint64_t> words_of(const Ensemble& data) {
  return {data.spins.words().begin(), data.spins.words().end()};
}

TEST(EnsembleExport, RoundTripsGiveTheSameSpinsAndEqualBytes) {
  const testing::TemporaryFolder folder;
  for (const auto& lattice : {lattice::Lattice::square(5, 3), lattice::Lattice::chain(67)}) {
    const Ensemble data = random_rows(lattice, 40);
    for (const std::string ending : {"npy", "npz", "safetensors", "csv", "nc"}) {
      const auto path = folder.path() / ("x." + ending);
      export_ensemble(data, path);
      const std::string once = bytes_of(path);
      export_ensemble(data, path);
      EXPECT_EQ(bytes_of(path), once) << ending;
      const Ensemble back = import_spins(path, {.size = lattice.text()});
      EXPECT_EQ(words_of(back), words_of(data)) << ending;
      EXPECT_EQ(back.lattice, data.lattice) << ending;
      const bool alone = ending == "npy" || ending == "csv";
      EXPECT_EQ(std::isnan(back.temperature[0]), alone) << ending;
      if (!alone) {
        EXPECT_EQ(back.temperature, data.temperature) << ending;
      }
      EXPECT_EQ(import_spins(path, {.size = lattice.text(), .temperature = 3}).temperature[0], 3) << ending;
    }
  }
}

TEST(EnsembleExport, TemperaturesBesideTheSpinsChooseWhatIsTrainedOn) {
  const testing::TemporaryFolder folder;
  const Ensemble data = random_rows(lattice::Lattice::square(5, 3), 41);
  const auto path = folder.path() / "x.npz";
  export_ensemble(data, path);
  EXPECT_EQ(temperatures(path), (std::vector<double>{1.5, 2.5}));
  const std::vector<double> wanted = {2.5};
  const Ensemble part = read_for_training(path, wanted);
  ASSERT_EQ(part.size(), 21u);
  for (std::size_t r = 0; r < 21; ++r)
    EXPECT_TRUE(std::ranges::equal(part.spins.row(r), data.spins.row(20 + r))) << r;
  EXPECT_EQ(read_for_training(path).size(), 41u);
  Ensemble wrong = data;
  wrong.temperature[3] = -1;
  export_ensemble(wrong, path);
  expect_error(Fault::input, path.string(), "its temperature holds -1", [&] { (void)import_spins(path); });
}

TEST(EnsembleExport, SpinsOfManyPieces) {
  const testing::TemporaryFolder folder;
  const Ensemble data = random_rows(lattice::Lattice::chain(1000), 2500);
  for (const std::string name : {"x.npz", "x.nc"}) {
    export_ensemble(data, folder.path() / name);
    EXPECT_EQ(words_of(import_spins(folder.path() / name, {.size = "1000"})), words_of(data)) << name;
  }
}

TEST(EnsembleExport, RefusesWhatItCannotWrite) {
  const testing::TemporaryFolder folder;
  const Ensemble data = random_rows(lattice::Lattice::chain(4), 2);
  const auto path = folder.path() / "x.parquet";
  expect_error(Fault::input, path.string(), "let it end with .npy", [&] { export_ensemble(data, path); });
  expect_error(Fault::input, path.string(), "known: npy, npz", [&] { export_ensemble(data, path, "rbms"); });
  export_ensemble(data, path, "npy");
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace spinflow::ensemble

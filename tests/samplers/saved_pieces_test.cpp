// SPDX-License-Identifier: Apache-2.0
// A sampling that was interrupted anywhere goes on with the same bits.
#include "spinflow/samplers/saved_pieces.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/models/identity.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

namespace fs = std::filesystem;

SampleRequest request_for(const std::string& sampler) {
  const bool chain = sampler == "exact-chain";
  const auto lattice = chain ? lattice::Lattice::chain(70) : lattice::Lattice::square(10, 8);
  const auto& model = models::registry().find(chain ? "ising-chain" : "ising-square");
  return {.model = model.make(lattice, {}),
          .temperatures = {2.1, 2.9, 4.0},
          .samples_per_temperature = 200,
          .seed = 5};
}

void expect_same(const ensemble::Ensemble& a, const ensemble::Ensemble& b) {
  EXPECT_TRUE(std::ranges::equal(a.spins.words(), b.spins.words()));
  EXPECT_EQ(a.chain, b.chain);
  EXPECT_EQ(a.sweep, b.sweep);
  EXPECT_EQ(a.energy, b.energy);
  ASSERT_EQ(a.sampling.size(), b.sampling.size());
  for (std::size_t t = 0; t < a.sampling.size(); ++t) {
    EXPECT_EQ(a.sampling[t].tau_int, b.sampling[t].tau_int);
    EXPECT_EQ(a.sampling[t].burn_in, b.sampling[t].burn_in);
    EXPECT_EQ(a.sampling[t].thinning, b.sampling[t].thinning);
  }
}

/// A user who stops the work at some news of it.
class Stops final : public base::Observer {
 public:
  explicit Stops(int after) : left_(after) {}
  void advance(std::uint64_t) override {
    if (left_-- <= 0) throw Error(Fault::interrupted, "stopped");
  }

 private:
  std::atomic<int> left_;
};

/// Counts pilot runs.
class Pilots final : public base::Observer {
 public:
  void begin(std::string_view what, std::uint64_t, std::string_view) override {
    if (what.find("autocorrelation") != std::string_view::npos ||
        what.find("ladder") != std::string_view::npos)
      ++begun_;
  }
  [[nodiscard]] int begun() const { return begun_; }

 private:
  int begun_ = 0;
};

class SavedPiecesOf : public ::testing::TestWithParam<std::string> {};

TEST_P(SavedPiecesOf, GoOnWhereverTheyWereStopped) {
  const auto request = request_for(GetParam());
  const auto peaceful = sample(request, GetParam());
  const testing::TemporaryFolder folder;
  const fs::path place = folder.path() / "x.h5.sampling";
  for (const int after : {1, 40, 90, 130, 1000000}) {
    SavedPieces saved(place, "work", 0);
    auto interrupted = request;
    interrupted.saved = &saved;
    Stops stops(after);
    try {
      expect_same(sample(interrupted, GetParam(), stops), peaceful);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::interrupted);
    }
  }
  // All is there now, but for exact chains, which are drawn anew. No pilot runs, and no row is drawn.
  auto again = request;
  {
    SavedPieces saved(place, "work", 0);
    again.saved = &saved;
    Pilots pilots;
    expect_same(sample(again, GetParam(), pilots), peaceful);
    EXPECT_EQ(pilots.begun(), 0);
  }
  SavedPieces saved(place, "work", 0);
  again.saved = &saved;
  again.seed = 6;
  const auto other = sample(again, GetParam());
  EXPECT_FALSE(std::ranges::equal(other.spins.words(), peaceful.spins.words()));
  again.saved = nullptr;
  expect_same(other, sample(again, GetParam()));
  saved.remove();
  EXPECT_FALSE(fs::exists(place));
}

INSTANTIATE_TEST_SUITE_P(Samplers, SavedPiecesOf, ::testing::ValuesIn(registry().names()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

// A saved row that was turned over in the file is found so in the result: what is saved is not drawn again.
TEST(SavedPieces, AreWhatIsTaken) {
  auto request = request_for("wolff");
  const auto peaceful = sample(request, "wolff");
  const testing::TemporaryFolder folder;
  const auto place = [&](const char* name) { return folder.path() / name; };
  {
    SavedPieces saved(place("whole"), "work", 0);
    request.saved = &saved;
    static_cast<void>(sample(request, "wolff"));
  }
  const auto seed =
      base::derived_seed(request.seed, fmt::format("sample {} from {}", request.samples_per_temperature,
                                                   models::identity(*request.model, request.temperatures)));
  auto words = SavedPieces(place("whole"), "work", 0).take("wolff", seed, 0);
  ASSERT_TRUE(words);
  (*words)[0] = ~(*words)[0];
  (*words)[1] ^= (std::uint64_t{1} << 16) - 1;  // 80 spins: a word and 16 bits
  SavedPieces(place("turned"), "work", 0).save("wolff", seed, 0, *words);
  SavedPieces turned(place("turned"), "work", 0);
  request.saved = &turned;
  const auto found = sample(request, "wolff");
  for (std::size_t site = 0; site < 80; ++site)
    EXPECT_EQ(found.spins.spin(0, site), -peaceful.spins.spin(0, site));
  EXPECT_EQ(found.magnetization[0], -peaceful.magnetization[0]);
  EXPECT_EQ(found.magnetization[1], peaceful.magnetization[1]);
}

TEST(SavedPieces, DamagedOnesAreToldToRemove) {
  const testing::TemporaryFolder folder;
  const auto place = folder.path() / "x.h5.sampling";
  { SavedPieces(place, "work", 0).save("wolff", 1, 0, std::vector<std::uint64_t>(1000, 7)); }
  const auto part = place / "part-000000.h5";
  ASSERT_TRUE(std::filesystem::exists(part));
  EXPECT_NE(testing::refusal_of([&] {
              const SavedPieces other(place, "other work", 0);
            }).find("an unfinished sampling of another model"),
            std::string::npos);
  std::filesystem::resize_file(part, std::filesystem::file_size(part) / 2);
  const auto said = testing::refusal_of([&] { const SavedPieces damaged(place, "work", 0); });
  EXPECT_NE(said.find("; remove its folder, or use --force to begin anew"), std::string::npos) << said;
  EXPECT_EQ(said.find("fetch"), std::string::npos) << said;
}

TEST(SavedPieces, WithTheDefaultChoiceOfSeveralSamplers) {
  SampleRequest request{
      .model = models::registry().find("ising-square").make(lattice::Lattice::square(40, 16), {}),
      .temperatures = {2.3, 6.0},
      .samples_per_temperature = 40,
      .seed = 5};
  const auto peaceful = sample(request);
  const testing::TemporaryFolder folder;
  const fs::path place = folder.path() / "x.h5.sampling";
  for (int i = 0; i < 2; ++i) {
    SavedPieces saved(place, "work", 0);
    request.saved = &saved;
    expect_same(sample(request), peaceful);
  }
}

TEST(SavedPieces, DamagedFilesAndTwoAtOnceAreRefused) {
  const testing::TemporaryFolder folder;
  const fs::path place = folder.path() / "x.h5.sampling";
  {
    SavedPieces saved(place, "work", 0);
    saved.save("work", 1, 0, {1, 2, 3});
    EXPECT_NE(testing::refusal_of([&] { SavedPieces second(place, "work"); }).find("x.h5.sampling"),
              std::string::npos);
  }
  {
    SavedPieces saved(place, "work", 0);
    EXPECT_EQ(saved.take("work", 1, 0), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(saved.take("work", 1, 0), std::nullopt);
    EXPECT_EQ(saved.take("work", 1, 1), std::nullopt);
    EXPECT_EQ(saved.take("work", 2, 0), std::nullopt);
  }
  EXPECT_NE(testing::refusal_of([&] { SavedPieces other(place, "other work"); }).find("of another model"),
            std::string::npos);
  std::ofstream(place / "part-000000.h5", std::ios::trunc) << "nothing";
  EXPECT_NE(testing::refusal_of([&] { SavedPieces damaged(place, "work"); }).find("part-000000.h5"),
            std::string::npos);
  std::ofstream(place / "own.txt") << "kept";
  SavedPieces::discard(place);
  EXPECT_TRUE(fs::exists(place / "own.txt"));
  EXPECT_FALSE(fs::exists(place / "part-000000.h5"));
}

}  // namespace
}  // namespace spinflow::samplers

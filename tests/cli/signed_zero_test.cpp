// SPDX-License-Identifier: Apache-2.0
// T = -0 is T = 0, J = -0 is J = 0 and h = -0 is h = 0.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "cli/cli_testing.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

class SignedZero : public ::testing::Test {
 protected:
  std::string answer(const std::string& arguments) {
    const auto result = shell("$SPINFLOW " + arguments, folder_.path());
    EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
    return result.out;
  }

  ensemble::Ensemble drawn(const std::string& arguments) {
    (void)answer("sample " + arguments + " -n 70 -o s.h5 --force");
    return ensemble::read(folder_.path() / "s.h5");
  }

  const fs::path& folder() { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

void expect_equal(const ensemble::Ensemble& a, const ensemble::Ensemble& b, const std::string& what) {
  EXPECT_EQ(a.spins, b.spins) << what;
  EXPECT_EQ(a.energy, b.energy) << what;
  ASSERT_EQ(a.temperature, b.temperature) << what;
  for (std::size_t row = 0; row < a.size(); ++row) {
    EXPECT_FALSE(std::signbit(b.temperature[row])) << what;
    if (std::signbit(b.temperature[row])) break;
  }
}

TEST_F(SignedZero, EverySamplerAtMinusZeroDrawsGroundStates) {
  for (const auto& entry : samplers::registry().entries()) {
    bool drew = false;
    for (const auto* model : {"ising-square -L 4x4", "ising-chain -L 12", "ising-power-law -L 3x4"}) {
      const auto& hamiltonian =
          models::registry().find(std::string(model).substr(0, std::string(model).find(' ')));
      const bool chain = hamiltonian.name == "ising-chain";
      const auto lattice = chain ? lattice::Lattice::chain(12) : lattice::Lattice::square(4, 4);
      if (!entry.refusal(*hamiltonian.make(lattice, {})).empty()) continue;
      drew = true;
      const std::string with = fmt::format("{} --sampler {}", model, entry.name);
      const auto zero = drawn(with + " -T 0,1");
      expect_equal(zero, drawn(with + " -T -0,1"), with);
      // Rows of T = 0 come first: all spins are equal in every ground state.
      for (std::size_t row = 0; row < 70; ++row) {
        EXPECT_EQ(std::abs(zero.magnetization[row]), 1) << with;
        if (std::abs(zero.magnetization[row]) != 1) break;
      }
    }
    EXPECT_TRUE(drew) << entry.name;
  }
}

TEST_F(SignedZero, HoweverItIsWritten) {
  const auto zero = drawn("ising-square -L 4x4 -T 0,1");
  for (const auto* list : {"-T -0.0:1:1", "-T=-0,1", "-T=0:1:1", "-T0,1", "-T-0,1"})
    expect_equal(zero, drawn(std::string("ising-square -L 4x4 ") + list), list);
}

// As C++ and bindings hand it over, past the command line.
TEST_F(SignedZero, EveryEntryOfTheLibraryKnowsOneZero) {
  for (const auto& entry : samplers::registry().entries())
    for (const auto* name : {"ising-square", "ising-chain"}) {
      const auto lattice =
          name == std::string("ising-chain") ? lattice::Lattice::chain(12) : lattice::Lattice::square(4, 4);
      const auto model = models::registry().find(name).make(lattice, {});
      if (!entry.refusal(*model).empty()) continue;
      samplers::SampleRequest request{.model = model, .temperatures = {0.0}, .samples_per_temperature = 70};
      const auto zero = entry.sample(request, base::silent());
      request.temperatures = {-0.0};
      expect_equal(zero, entry.sample(request, base::silent()), entry.name);
      expect_equal(zero, samplers::sample(request, entry.name, base::silent()), entry.name);
      if (!entry.update_replicas) continue;
      kernels::PackedSpins up(64, static_cast<std::size_t>(lattice.n_sites()));
      for (std::size_t row = 0; row < 64; ++row) up.set(row, 3, 1);
      auto minus = up;
      entry.update_replicas(*model, 0.0, up, 20, 5);
      entry.update_replicas(*model, -0.0, minus, 20, 5);
      EXPECT_EQ(up, minus) << entry.name;
    }
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(4, 4), {});
  samplers::SampleRequest request{.model = model, .temperatures = {-0.0}, .samples_per_temperature = 70};
  for (const double e : samplers::sample(request, "auto", base::silent()).energy) EXPECT_EQ(e, -2);
}

TEST_F(SignedZero, CouplingsAndFieldsHaveOneZero) {
  expect_equal(drawn("ising-square -L 4x4 -T 2 --field 0"), drawn("ising-square -L 4x4 -T 2 --field=-0"),
               "h");
  expect_equal(drawn("ising-square -L 4x4 -T 0,2 --coupling 0 --field 1"),
               drawn("ising-square -L 4x4 -T -0,2 --coupling=-0.0 --field 1"), "J");
  expect_equal(drawn("ising-square -L 4x4 -T 0,2 --coupling 0"),
               drawn("ising-square -L 4x4 -T -0,2 --coupling=-0"), "J and T");
  expect_equal(drawn("ising-chain -L 12 -T 0,2 --coupling 0 --field 1"),
               drawn("ising-chain -L 12 -T -0,2 --coupling=-0 --field 1"), "chain");
}

TEST_F(SignedZero, MinusZeroIsNoInverseTemperature) {
  expect_refused({{"sample ising-square -L 4 -K -0 -n 4 -o x.h5", "-K = 0 is no inverse"},
                  {"sample ising-square -L 4 -T 0,-0 -n 4 -o x.h5", "given twice"},
                  {"analyze mcrg ising-square -L 8 -T -0 --steps 1", "T = 0 is out of range"},
                  {"analyze mcrg ising-square -L 8 -K -0 --steps 1", "T = inf is out of range"}});
  EXPECT_EQ(answer("analyze rg ising-chain -K 0.5 --field 0"),
            answer("analyze rg ising-chain -K 0.5 --field=-0"));
  EXPECT_EQ(answer("analyze rg ising-chain -K 0"), answer("analyze rg ising-chain -K -0"));
}

TEST_F(SignedZero, RowsAreChosenAndLabelledByIt) {
  (void)drawn("ising-square -L 4x4 -T -0,2");
  (void)answer("train rbm s.h5 --hidden 4 --epochs 1 -o v.h5");
  EXPECT_EQ(answer("train rbm s.h5 --hidden 4 --epochs 1 --temperatures 0 --json -o a.h5 | grep -v second | "
                   "grep -v output"),
            answer("train rbm s.h5 --hidden 4 --epochs 1 --temperatures=-0 --json -o b.h5 | grep -v second "
                   "| grep -v output"));
  EXPECT_EQ(answer("flow v.h5 --start s.h5 --start-temperature 0 --steps 1 --json"),
            answer("flow v.h5 --start s.h5 --start-temperature=-0 --steps 1 --json"));
  EXPECT_EQ(answer("measure s.h5").find("-0 "), std::string::npos);
}

// A file of another program.
TEST_F(SignedZero, AFileWithMinusZeroIsReadAsZero) {
  auto data = drawn("ising-square -L 4x4 -T 0");
  for (double& t : data.temperature) t = -0.0;
  for (auto& record : data.sampling) record.temperature = -0.0;
  ensemble::write(data, folder() / "minus.h5");
  const auto back = ensemble::read(folder() / "minus.h5");
  for (const double t : back.temperature) ASSERT_FALSE(std::signbit(t));
  EXPECT_FALSE(std::signbit(back.sampling.front().temperature));
  EXPECT_EQ(answer("measure s.h5"), answer("measure minus.h5"));
}

}  // namespace
}  // namespace spinflow::program_tests

// SPDX-License-Identifier: Apache-2.0
// spinflow import: spins of other programs.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "io/io_testing.hpp"

namespace spinflow::program_tests {
namespace {

using nlohmann::json;

/// The spins of s.h5 as other programs keep them.
constexpr const char* other_files = R"(
import h5py, numpy as np
f = h5py.File("s.h5", "r")
s = f["spins"][:64]
np.save("square.npy", s); np.save("flat.npy", s.reshape(64, 16)); np.save("last.npy", np.moveaxis(s, 0, -1))
np.savetxt("rows.csv", s.reshape(64, 16), delimiter=",", fmt="%d")
np.savez("two.npz", a=(s > 0), b=np.zeros((3, 4)))
np.save("two.npy", s.reshape(64, 2, 8)); np.save("half.npy", s * 0.5); np.save("ring.npy", f["spins"][:64, 0])
)";

class Import : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
    std::filesystem::copy_file(workshop() / "s.h5", folder_.path() / "s.h5");
    ASSERT_EQ(testing::run_python(folder_.path(), other_files), 0);
  }
  [[nodiscard]] json answer(const std::string& line) const {
    const auto result = shell("$SPINFLOW " + line + " --json", folder_.path());
    EXPECT_EQ(result.status, 0) << result.err;
    return json::parse(result.out, nullptr, false);
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Import, GivesTheEnergiesOfTheSameSpins) {
  const auto own = answer("measure s.h5").at("groups").at(0);
  for (const std::string from : {"square.npy", "flat.npy -L 4x4", "rows.csv -L 4x4", "two.npz --array a"}) {
    const std::string line = "import " + from + " -T 1 --model ising-square -o x.h5 --force";
    EXPECT_EQ(answer(line).at("lattice"), "4x4");
    const auto group = answer("measure x.h5").at("groups").at(0);
    EXPECT_EQ(group.at("temperature"), 1.0);
    EXPECT_EQ(group.at("energy").at("value"), own.at("energy").at("value")) << from;
    EXPECT_EQ(group.at("abs_magnetization").at("value"), own.at("abs_magnetization").at("value")) << from;
  }
  EXPECT_EQ(answer("import flat.npy -L 16 -o ring.h5").at("model"), nullptr);
  EXPECT_EQ(answer("import flat.npy -N 16 --model ising-power-law --sigma 1.5 -T 2 -o long.h5").at("model"),
            "ising-power-law");
  EXPECT_EQ(answer("import rows.csv -L 8x2 --boundary open -o open.h5").at("boundary"), "open");
}

TEST_F(Import, RefusesWhatCannotBeMeant) {
  expect_refused({{"import flat.npy -o x.h5", "say which lattice the 16 numbers of a row are"},
                  {"measure flat.npy", "say which lattice the 16 numbers of a row are"},
                  {"import flat.npy -L 5x3 -o x.h5", "a lattice of 5x3 has 15 sites"},
                  {"import two.npy -L 4x4 -o x.h5", "has the axes (n, Ly, Lx)"},
                  {"import last.npy -o x.h5", "numpy.moveaxis"},
                  {"import half.npy -o x.h5", "holds 0.5"},
                  {"import two.npz -o x.h5", "say which one: a, b"},
                  {"import two.npz --array c -o x.h5", "it has a, b"},
                  {"import square.npy --array a -o x.h5", "leave the name out"},
                  {"import square.npy --coupling 2 -o x.h5", "coupling"},
                  {"import flat.npy -L 16 --model ising-square -o x.h5", "ising-square has 2 dimensions"},
                  {"import square.npy -T -1 -o x.h5", "-T = -1"},
                  {"import s.h5 -o x.h5", "as it is"},
                  {"import square.npy", "-o"}},
                 folder_.path());
}

}  // namespace
}  // namespace spinflow::program_tests

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
import h5py, numpy as np, zipfile
with zipfile.ZipFile("net.pt", "w") as z: z.writestr("net/data.pkl", "a pickle")
f = h5py.File("s.h5", "r")
s = f["spins"][:64]
np.save("square.npy", s); np.save("flat.npy", s.reshape(64, 16)); np.save("last.npy", np.moveaxis(s, 0, -1)); np.save("turned.npy", s.reshape(64, 16).T)
np.savetxt("rows.csv", s.reshape(64, 16), delimiter=",", fmt="%d")
np.savez("two.npz", a=(s > 0), b=np.zeros((3, 4)))
np.savez("net.npz", components_=np.random.default_rng(1).normal(0, 0.1, (3, 16)), intercept_visible_=np.zeros(16), intercept_hidden_=np.zeros(3))
np.save("two.npy", s.reshape(64, 2, 8)); np.save("half.npy", s * 0.5); np.save("ring.npy", f["spins"][:64, 0])
)";

class Import : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
    for (const std::string name : {"s.h5", "v.h5", "k.h5"})
      std::filesystem::copy_file(workshop() / name, folder_.path() / name);
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
  for (const std::string from :
       {"square.npy", "flat.npy -L 4x4", "flat.npy -L 4", "rows.csv -L 4x4", "two.npz --array a"}) {
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
                  {"import turned.npy -L 4x4 -o x.h5", "the sample seems to be the last axis"},
                  {"import last.npy -L 4x4 -o x.h5", "the sample seems to be the last axis"},
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
                  {"import net.npz -o x.h5", "it holds an RBM"},
                  {"import square.npy", "-o"}},
                 folder_.path());
}

TEST_F(Import, AnRbmOfAnotherProgramFlowsLikeAnyOther) {
  const auto imported = answer("import rbm net.npz -L 4x4 -o net.h5");
  EXPECT_EQ(imported.at("program"), "scikit-learn");
  EXPECT_EQ(imported.at("hidden"), 3);
  EXPECT_EQ(imported.at("visible_units"), "0 and 1");
  EXPECT_EQ(answer("inspect net.h5").at("lattice"), "4x4");
  (void)answer("flow net.h5 --start s.h5 --start-temperature 2 --steps 3");
  const auto said = shell("$SPINFLOW import rbm net.npz -o chain.h5", folder_.path());
  EXPECT_NE(said.out.find("periodic chain (-L"), std::string::npos) << said.out;
  expect_refused({{"import rbm square.npy -o x.h5", "it holds no arrays by name"},
                  {"import rbm two.npz -o x.h5", "it has no matrix of weights"},
                  {"import rbm v.h5 -o x.h5", "as it is"},
                  {"import rbm net.npz -L 5x5 -o x.h5", "a lattice of 5x5 has 25 sites"},
                  {"import rbm net.npz --update 3 -o x.h5", "it has no update 3"},
                  {"import rbm net.pt -o x.h5", "torch.save wrote it"},
                  {"import net.pt -o x.h5", "torch.save wrote it"},
                  {"import rbm missing.npz -o x.h5", "there is no such file"},
                  {"import rbm net.npz", "-o"}},
                 folder_.path());
}

/// What numpy and h5py find in exported files.
constexpr const char* look = R"(
import h5py, numpy as np
own = h5py.File("s.h5", "r")
spins = own["spins"][:]
assert (np.load("x.npy") == spins).all()
z = np.load("x.npz")
assert (z["spins"] == spins).all() and (z["temperature"] == own["temperature"][:]).all() and z["chain"].dtype == "int32"
assert (np.loadtxt("x.csv", delimiter=",") == spins.reshape(len(spins), -1)).all()
nc = h5py.File("x.nc", "r")
assert (nc["spins"][:] == spins).all() and (nc["energy"][:] == own["energy"][:]).all()
assert [d[0].name for d in nc["spins"].dims] == ["/sample", "/y", "/x"] and nc["energy"].dims[0][0].name == "/sample"
assert h5py.h5ds.is_scale(nc["x"].id) and not h5py.h5ds.is_scale(nc["energy"].id)
v = h5py.File("v.h5", "r"); W = v["weights"][:].astype(float)
r = h5py.File("r.h5", "r"); p = r[[k for k in r if k.startswith("update_")][0]]["params"]
assert r["model_type"][()].decode() == "BBRBM"
assert np.allclose(p["weight_matrix"][:], 4 * W.T) and np.allclose(p["vbias"][:], 2 * (v["visible_bias"][:] - W.sum(0)))
w = np.load("w.npz")
assert (w["weights"] == v["weights"][:]).all() and list(w["unit_values"]) == [-1, 1] and list(w["visible_shape"]) == [4, 4]
)";

TEST_F(Import, OtherProgramsReadWhatIsExported) {
  for (const std::string file : {"x.npy", "x.npz", "x.csv", "x.nc", "x.safetensors"})
    EXPECT_EQ(answer("export s.h5 -o " + file).at("content"), "192 configurations on 4x4 sites");
  EXPECT_EQ(answer("export v.h5 -o w.npz").at("format"), "npz");
  EXPECT_EQ(answer("export v.h5 --as rbms -o r.h5").at("format"), "rbms");
  EXPECT_EQ(testing::run_python(folder_.path(), look), 0);
  EXPECT_EQ(answer("import x.safetensors -o back.h5").at("configurations"), 192);
  EXPECT_EQ(answer("measure back.h5").at("groups").size(), 3u);
  EXPECT_EQ(answer("export s.h5 --temperatures 2 -o t.csv").at("content"), "64 configurations on 4x4 sites");
  EXPECT_EQ(answer("import rbm r.h5 -L 4x4 -o back_v.h5").at("program").get<std::string>().substr(0, 4),
            "rbms");
  expect_refused({{"export s.h5 -o s.parquet", "let it end with .npy"},
                  {"export s.h5 --as rbms -o s.rbms", "it cannot be written as rbms"},
                  {"export s.h5 --units spin -o s.npz", "spins are written as -1 and 1"},
                  {"export s.h5 -o x.npz", "--force"},
                  {"export v.h5 -o v.csv", "let it end with .npz"},
                  {"export v.h5 --as rbms --units spin -o q.h5", "no units -1 and 1"},
                  {"export v.h5 --temperatures 2 -o q.npz", "it belongs to configurations"},
                  {"export s.h5 --temperatures 9 -o q.npz", "it has T = 1, 2, 3"},
                  {"export k.h5 -o k.npz", "spinflow/stack"},
                  {"export net.npz -o y.npz", "none named spins"}},
                 folder_.path());
}

}  // namespace
}  // namespace spinflow::program_tests

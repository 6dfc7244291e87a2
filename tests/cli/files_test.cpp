// SPDX-License-Identifier: Apache-2.0
// Files between commands and between programs: the chain of steps by hand, h5py, foreign and damaged files.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

TEST(SlowFiles, EachStepByHandFeedsTheNext) {
  const testing::TemporaryFolder folder;
  for (const char* line :
       {"sample ising-square -L 10 -T 0:6:2 -n 100 --seed 1 -o spins.h5",
        "train rbm spins.h5 --hidden 64 --method cd --k 1 --learning-rate 0.01 --weight-decay 0.1 "
        "--batch-size 100 --epochs 2 --no-biases --initial-sigma 0.01 --seed 1 -o v.h5",
        "train classifier spins.h5 --epochs 2 -o t.h5",
        "flow v.h5 --start spins.h5 --start-temperature 6 --chains 100 --steps 3 --thermometer "
        "energy,magnetization,classifier=t.h5 --keep 3 -o flow.h5",
        "measure spins.h5", "inspect flow.h5"}) {
    const auto result = shell(std::string("$SPINFLOW ") + line, folder.path());
    ASSERT_EQ(result.status, 0) << line << "\n" << result.err;
    EXPECT_EQ(result.err, "") << line;
    EXPECT_NE(result.out, "") << line;
  }
  // The values spelled out above are the defaults.
  const auto same = shell(
      "$SPINFLOW train rbm spins.h5 --epochs 2 --json -o d.h5 && "
      "$SPINFLOW flow v.h5 --start spins.h5 --steps 3 --json > one && "
      "$SPINFLOW flow d.h5 --start spins.h5 --steps 3 --json > two && cmp one two",
      folder.path());
  EXPECT_EQ(same.status, 0) << same.out << same.err;
}

TEST(SlowFiles, ForceReplacesTheCriticalPointsOfARunToo) {
  const testing::TemporaryFolder folder;
  const std::string run =
      "$SPINFLOW run short-sighted --scale smoke --set models.use=nearest --set "
      "models.critical_couplings=0.44 "
      "--set models.critical_coupling_errors=0 --set stack.updates=20 -o run";
  ASSERT_EQ(shell(run, folder.path()).status, 0);
  const auto whole = content_of(folder.path());
  ASSERT_TRUE(fs::exists(folder.path() / "run" / "critical-nearest" / "series.h5"));
  EXPECT_EQ(shell(run, folder.path()).status, 2);
  // What is no part of the run is told, whichever folder it lies in.
  std::ofstream(folder.path() / "run" / "critical-nearest" / "notes.txt") << "mine";
  const auto refused = shell(run + " --force", folder.path());
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("critical-nearest/notes.txt"), std::string::npos) << refused.err;
  fs::remove(folder.path() / "run" / "critical-nearest" / "notes.txt");
  const auto replaced = shell(run + " --force", folder.path());
  EXPECT_EQ(replaced.status, 0) << replaced.err;
  EXPECT_EQ(content_of(folder.path()), whole);
}

TEST(Files, EveryCommandHelps) {
  for (const char* command : {"run",
                              "recipes",
                              "report",
                              "compare",
                              "sample",
                              "train",
                              "train rbm",
                              "train stack",
                              "train classifier",
                              "flow",
                              "measure",
                              "critical",
                              "analyze",
                              "analyze weights",
                              "analyze couplings",
                              "analyze correlators",
                              "analyze scaling",
                              "analyze mcrg",
                              "inspect",
                              "models",
                              "verify",
                              "doctor",
                              "cite",
                              "completion"}) {
    const auto result = shell(std::string("$SPINFLOW ") + command + " --help", workshop());
    EXPECT_EQ(result.status, 0) << command;
    EXPECT_EQ(result.err, "") << command;
    EXPECT_NE(result.out.find("spinflow " + std::string(command)), std::string::npos) << result.out;
  }
}

TEST(Files, PythonReadsThem) {
  if (shell("/usr/bin/python3 -c 'import h5py, numpy'", workshop()).status != 0)
    GTEST_SKIP() << "/usr/bin/python3 has no h5py";
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "read.py") << R"(import h5py, json, sys
s = h5py.File(sys.argv[1], 'r')
spins = s['spins'][...]
assert spins.dtype == 'int8' and spins.shape == (192, 4, 4) and set(spins.flat) == {-1, 1}
assert sorted(set(s['temperature'][...])) == [1.0, 2.0, 3.0]
m = s['magnetization'][...]
assert (abs(spins.mean(axis=(1, 2)) - m) < 1e-12).all()
v = h5py.File(sys.argv[2], 'r')
assert v['weights'].shape == (6, 16) and v['visible_bias'].shape == (16,) and v['hidden_bias'].shape == (6,)
k = h5py.File(sys.argv[3], 'r')
assert sorted(k) == ['layer_0'] and k['layer_0/weights'].shape == (4, 16)
assert k['layer_0/hidden_bias'].shape == (4,) and k['layer_0'].attrs['dimension'] == 2
assert k['layer_0/history/update'].shape == (2,)
def text(x): return x.decode() if isinstance(x, bytes) else str(x)
print(json.dumps([text(f.attrs['format']) for f in (s, v, k)]))
)";
  const auto read =
      shell("/usr/bin/python3 '" + (folder.path() / "read.py").string() + "' s.h5 v.h5 k.h5", workshop());
  ASSERT_EQ(read.status, 0) << read.err;
  EXPECT_EQ(json::parse(read.out), json::parse(R"(["spinflow/ensemble", "spinflow/rbm", "spinflow/stack"])"));
}

/// Every `stride`-th pair of a bad file and a command that reads it.
void expect_bad_files_refused(std::size_t stride) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"s.h5", "v.h5", "k.h5", "t.h5"}) {
    fs::copy(workshop() / name, folder.path() / name);
    std::ostringstream whole;
    whole << std::ifstream(workshop() / name, std::ios::binary).rdbuf();
    for (const int tenths : {1, 5, 9})
      std::ofstream(folder.path() / ("cut" + std::to_string(tenths) + name), std::ios::binary)
          << whole.str().substr(0, whole.str().size() * static_cast<std::size_t>(tenths) / 10);
  }
  std::ofstream(folder.path() / "empty.h5");
  std::ofstream(folder.path() / "text.h5") << "\x89HDF\r\n\x1a\n and no more";
  fs::create_directory(folder.path() / "folder.h5");
  std::vector<std::string> bad = {"empty.h5", "text.h5", "folder.h5", "missing.h5", "/dev/null", "."};
  for (const char* name : {"s.h5", "v.h5", "k.h5", "t.h5"})
    for (const int tenths : {1, 5, 9}) bad.push_back("cut" + std::to_string(tenths) + name);
  if (shell("/usr/bin/python3 -c \"import h5py; h5py.File('foreign.h5', 'w')['x'] = [1.0, 2.0]\"",
            folder.path())
          .status == 0)
    bad.emplace_back("foreign.h5");
  const auto before = content_of(folder.path());
  std::size_t pair = 0;
  for (const auto& name : bad)
    for (const std::string& line :
         {"measure " + name, "inspect " + name, "train rbm " + name + " -o x.h5",
          "train stack " + name + " -o x.h5", "train classifier " + name + " -o x.h5",
          "train dense " + name + " --target autoencode -o x.h5", "flow " + name + " --start s.h5 -o x.h5",
          "flow v.h5 --start " + name + " -o x.h5",
          "flow v.h5 --start s.h5 --thermometer classifier=" + name + " -o x.h5", "analyze scaling " + name,
          "report " + name}) {
      if (pair++ % stride != 0) continue;
      const auto result = shell("$SPINFLOW " + line, folder.path());
      EXPECT_EQ(result.status, 2) << line << "\n" << result.err;
      EXPECT_EQ(result.out, "") << line;
      EXPECT_TRUE(result.err.starts_with("spinflow: ") && std::ranges::count(result.err, '\n') == 1)
          << line << "\n"
          << result.err;
      EXPECT_EQ(content_of(folder.path()), before) << line;
    }
}

// 4 and the number of commands have no common factor: each command meets a fourth of the files.
TEST(Files, ForeignAndDamagedFilesAreRefused) { expect_bad_files_refused(4); }

TEST(SlowFiles, ForeignAndDamagedFilesAreRefusedByEveryReader) { expect_bad_files_refused(1); }

TEST(Files, AReaderThatGoesAwayAmidALongAnswerIsNoError) {
  const auto result = shell(
      "bash -o pipefail -c '$SPINFLOW flow v.h5 --start s.h5 --steps 400 --json | head -1'", workshop());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "{\n");
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace spinflow::program_tests

// SPDX-License-Identifier: Apache-2.0
// Small files that claim much: refused, or read, within the memory and the time that small files take.
#include <gtest/gtest.h>

#include <string>

#include "cli/cli_testing.hpp"
#include "io/io_testing.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::program_tests {
namespace {

/// AddressSanitizer reserves terabytes of addresses, so that there only time and answers are tested.
#ifdef __SANITIZE_ADDRESS__
const std::string little_memory;
#else
const std::string little_memory = "ulimit -v 900000; ";
#endif

/// Python that makes files whose arrays have gigabytes of one value, by writing one deflated chunk many
/// times.
const std::string claims = R"(
import h5py, numpy as np, zlib

def fill(f, name, shape, dtype, value, chunk_rows):
    chunk = (min(chunk_rows, shape[0]),) + tuple(shape[1:])
    d = f.create_dataset(name, shape, dtype, chunks=chunk, compression="gzip", compression_opts=1)
    packed = zlib.compress(np.full(chunk, value, dtype).tobytes(), 9)
    for row in range(0, shape[0], chunk[0]):
        d.id.write_direct_chunk((row,) + (0,) * (len(shape) - 1), packed)

def begin(name, format):
    f = h5py.File(name, "w")
    text = lambda key, value, where=f: where.attrs.create(key, np.bytes_(value))
    for key, value in dict(format=format, software="spinflow 0.1.0", command="made up", model="", boundary="periodic",
                           units="spin", lattice="4x4", training="", independent_pieces="sample").items():
        text(key, value) if value else f.attrs.create(key, np.array(b"", "S1"))
    f.attrs["format_version"] = np.int64(1)
    f.attrs["seed"] = np.uint64(1)
    f.attrs["dimension"] = np.int64(2)
    return f

def ensemble(name, shape, spin):
    f = begin(name, "spinflow/ensemble")
    rows = 2**20 // (int(np.prod(shape[1:])))
    fill(f, "spins", shape, "i1", spin, max(rows, 1))
    for column, dtype, value in (("temperature", "f8", 1), ("energy", "f8", np.nan), ("magnetization", "f8", 1),
                                 ("chain", "i4", 0), ("sweep", "i8", 0)):
        fill(f, column, shape[:1], dtype, value, 2**17)
    return f

with ensemble("zeros.h5", (2**19, 64, 64), 0) as f: pass
with ensemble("pairs.h5", (2, 2**22), 1) as f:
    f.attrs["model"] = np.bytes_('[model]\nname = "ising-power-law"\nlattice = "4194304"\nboundary = "periodic"\n'
                                 'dimension = 1\nsigma = 1.0\ncoupling = 1.0\nfield = 0.0\nimages = "sum"\n')
with begin("rbm.h5", "spinflow/rbm") as f:
    fill(f, "weights", (2**26, 16), "f4", 0, 2**14)
    fill(f, "hidden_bias", (2**26,), "f4", 0, 2**18)
    f["visible_bias"] = np.zeros(16, "f4")
with begin("history.h5", "spinflow/rbm") as f:
    f["weights"] = np.zeros((2, 16), "f4")
    f["hidden_bias"] = np.zeros(2, "f4")
    f["visible_bias"] = np.zeros(16, "f4")
    fill(f, "history/update", (2**27,), "i8", 0, 2**17)
with begin("flow.h5", "spinflow/flow") as f:
    f.attrs["starts"] = np.int64(1)
    g = f.create_group("start_0000")
    g.attrs["name"] = np.bytes_("x")
    g.attrs["temperature"] = 1.0
    fill(f, "start_0000/step", (2**27,), "i8", 0, 2**17)
with begin("chunk.h5", "spinflow/rbm") as f:
    d = f.create_dataset("weights", (2**25, 16), "f4", chunks=(2**25, 16), compression="gzip")
    d.id.write_direct_chunk((0, 0), bytes(2**22))
)";

TEST(ClaimedSizes, SmallFilesCostLittle) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), claims), 0);
  struct Case {
    const char* file;
    const char* names;
  };
  for (const auto& [file, names] :
       {Case{"zeros.h5", "'spins' holds 0 in row 0"}, Case{"rbm.h5", "no trained net"},
        Case{"history.h5", "'history/update' is no history"},
        Case{"flow.h5", "is no list of 1 to 1000000 steps"},
        Case{"chunk.h5", "has chunks of more than 268435456 bytes"}})
    for (const std::string command : {"inspect ", "measure "}) {
      // Each claims a gigabyte or more.
      const auto result = shell(little_memory + "$SPINFLOW " + command + file, folder.path());
      EXPECT_EQ(result.status, 2) << command << file << result.err;
      if (command == "inspect ") {
        EXPECT_NE(result.err.find(names), std::string::npos) << file << ": " << result.err;
      }
    }
  // The energies of these configurations would take minutes each, but nobody asks for them.
  const auto pairs = shell("$SPINFLOW inspect pairs.h5", folder.path());
  EXPECT_EQ(pairs.status, 0) << pairs.err;
  EXPECT_NE(pairs.out.find("4194304"), std::string::npos) << pairs.out;
}

TEST(ClaimedSizes, OfAnRbmWithoutTheWeights) {
  const std::string path = SPINFLOW_TEST_DATA "/rbm_16384x16384.h5";
  for (const std::string command : {"inspect ", "analyze weights ", "flow "}) {
    const auto result =
        shell(little_memory + "$SPINFLOW " + command + path + (command == "flow " ? " --start s.h5" : ""),
              workshop());
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_NE(result.err.find("for a lattice of 16384x16384"), std::string::npos) << result.err;
  }
}

TEST(ClaimedSizes, ASeriesOfOneAxis) {
  const auto result = shell("$SPINFLOW inspect " SPINFLOW_TEST_DATA "/series_one_axis.h5", workshop());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("has 1 axes where 3 belong"), std::string::npos) << result.err;
}

TEST(ClaimedSizes, AMillionTemperaturesAreCheckedInOrder) {
  // A comparison of all pairs would take an hour.
  const auto result = shell("$SPINFLOW sample ising-square -L 4 -T 1:1000000:1,7 -n 1 -o x.h5", workshop());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("the temperature 7 is given twice"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace spinflow::program_tests

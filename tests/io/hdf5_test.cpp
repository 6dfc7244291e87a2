// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/hdf5.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "io/io_testing.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/file_header.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

using testing::bytes_of;
using testing::expect_error;
using testing::put_bytes;

std::vector<std::int8_t> many_spins(std::size_t n) {
  std::vector<std::int8_t> spins(n);
  base::RandomStream stream(1, "test.spins");
  for (auto& spin : spins) spin = stream.below(2) == 0 ? -1 : 1;
  return spins;
}

void write_example(const std::filesystem::path& path, std::size_t rows = 300) {
  Hdf5Writer file(path);
  write_header(
      file,
      {.format = "spinflow/example", .seed = ~std::uint64_t{0}, .command = "test", .model = "[model]\n"});
  file.create<std::int8_t>("spins", {rows, 10, 10});
  const auto spins = many_spins(rows * 100);
  const std::size_t half = rows / 2;
  file.write_rows<std::int8_t>("spins", half, std::span(spins).subspan(half * 100));
  file.write_rows<std::int8_t>("spins", 0, std::span(spins).first(half * 100));
  file.dataset<double>("deep/er/doubles", {0.1, std::numeric_limits<double>::quiet_NaN(), -1e300});
  file.dataset("floats", std::span<const float>(std::vector<float>{1, 2, 3, 4, 5, 6}), {2, 3});
  file.dataset<std::int32_t>("ints", {-5, 7});
  file.dataset<std::int64_t>("longs", {std::numeric_limits<std::int64_t>::min()});
  file.dataset<std::uint64_t>("unsigned", {~std::uint64_t{0}});
  file.dataset("none", std::vector<double>{});
  file.texts("names", {"metropolis", "", "wolff"});
  file.group("group");
  file.attribute("group", "text", "β = 1");
  file.attribute("group", "empty", "");
  file.attribute("group", "long", std::string(100000, 'x'));
  file.attribute("group", "real", 0.1);
  file.attribute("deep/er/doubles", "integer", std::int64_t{-3});
  file.commit();
}

class Hdf5 : public ::testing::Test {
 protected:
  std::filesystem::path path_in(const std::string& name) { return folder_.path() / name; }
  std::size_t entries() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_.path()),
                                                  std::filesystem::directory_iterator()));
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Hdf5, RoundTrip) {
  const auto path = path_in("a.h5");
  write_example(path);
  EXPECT_EQ(entries(), 1u);
  const Hdf5Reader file(path);
  EXPECT_EQ(file.shape("spins"), (std::vector<std::size_t>{300, 10, 10}));
  EXPECT_EQ(file.read<std::int8_t>("spins", {300, 10, 10}), many_spins(30000));
  std::vector<std::int8_t> part(700);
  file.read_rows<std::int8_t>("spins", 149, part);
  const auto all = many_spins(30000);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 14900));
  const auto doubles = file.read<double>("deep/er/doubles");
  EXPECT_EQ(doubles[0], 0.1);
  EXPECT_TRUE(std::isnan(doubles[1]));
  EXPECT_EQ(doubles[2], -1e300);
  EXPECT_EQ(file.read<float>("floats", {2, 3}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file.read<std::int32_t>("ints"), (std::vector<std::int32_t>{-5, 7}));
  EXPECT_EQ(file.read<std::int64_t>("longs")[0], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(file.read<std::uint64_t>("unsigned")[0], ~std::uint64_t{0});
  EXPECT_TRUE(file.read<double>("none").empty());
  EXPECT_EQ(file.texts("names"), (std::vector<std::string>{"metropolis", "", "wolff"}));
  EXPECT_EQ(file.text_attribute("group", "text"), "β = 1");
  EXPECT_EQ(file.text_attribute("group", "empty"), "");
  EXPECT_EQ(file.text_attribute("group", "long"), std::string(100000, 'x'));
  EXPECT_EQ(file.real_attribute("group", "real"), 0.1);
  EXPECT_EQ(file.integer_attribute("deep/er/doubles", "integer"), -3);
  EXPECT_TRUE(file.contains("deep/er"));
  EXPECT_FALSE(file.contains("deep/er/none"));
  EXPECT_EQ(file.children("deep"), std::vector<std::string>{"er"});
  EXPECT_EQ(file.children("/").size(), 9u);
  const FileHeader header = expect_header(file, {.name = "spinflow/example"});
  EXPECT_EQ(header.seed, ~std::uint64_t{0});
  EXPECT_EQ(header.command, "test");
  EXPECT_EQ(header.model, "[model]\n");
}

TEST_F(Hdf5, EqualContentIsEqualBytes) {
  write_example(path_in("a.h5"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 times are in seconds
  write_example(path_in("other-name.h5"));
  EXPECT_EQ(bytes_of(path_in("a.h5")), bytes_of(path_in("other-name.h5")));
}

TEST_F(Hdf5, ManyChunksRoundTrip) {
  const auto path = path_in("big.h5");
  constexpr std::size_t rows = 30011;
  {
    Hdf5Writer file(path);
    file.create<std::int8_t>("spins", {rows, 100});
    const auto spins = many_spins(rows * 100);
    const std::size_t step = file.rows_per_chunk("spins");
    EXPECT_EQ(step, 10485u);
    for (std::size_t first = 0; first < rows; first += step)
      file.write_rows<std::int8_t>("spins", first,
                                   std::span(spins).subspan(first * 100, std::min(step, rows - first) * 100));
    file.commit();
  }
  const Hdf5Reader file(path);
  EXPECT_EQ(file.rows_per_chunk("spins"), 10485u);
  EXPECT_EQ(file.read<std::int8_t>("spins", {rows, 100}), many_spins(rows * 100));
  EXPECT_LT(std::filesystem::file_size(path), rows * 100 / 4);
}

TEST_F(Hdf5, NothingAppearsBeforeCommitAndNothingStaysWithout) {
  const auto path = path_in("a.h5");
  put_bytes(path, "old");
  {
    Hdf5Writer file(path);
    file.dataset<double>("x", {1, 2, 3});
    EXPECT_EQ(bytes_of(path), "old");
  }
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(bytes_of(path), "old");
  write_example(path);
  EXPECT_NO_THROW(Hdf5Reader{path});
}

TEST_F(Hdf5, FullDiskIsAFailureThatNamesThePath) {
  const auto path = path_in("a.h5");
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_action = signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 200000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  expect_error(Fault::failure, path.string(), "File too large", [&] {
    Hdf5Writer file(path);
    file.create<std::int8_t>("spins", {100000, 100});
    const auto spins = many_spins(10000000);
    file.write_rows<std::int8_t>("spins", 0, spins);
    file.commit();
  });
  // A small file is noticed only when the buffers are flushed.
  small.rlim_cur = 1000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  expect_error(Fault::failure, path.string(), "", [&] { write_example(path); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, old_action);
  EXPECT_EQ(entries(), 0u);
  write_example(path);
  EXPECT_NO_THROW(Hdf5Reader{path});
}

TEST_F(Hdf5, RefusesWhatIsNoSuchFile) {
  const auto path = path_in("a.h5");
  const auto open = [&] { (void)Hdf5Reader(path); };
  expect_error(Fault::input, path.string(), "no such file", open);
  put_bytes(path, "");
  expect_error(Fault::input, path.string(), "empty", open);
  put_bytes(path, "PNG or something else");
  expect_error(Fault::input, path.string(), "no HDF5 file", open);
  put_bytes(path, "\x89HDF\r\n\x1a\n");
  expect_error(Fault::input, path.string(), "damaged", open);
  expect_error(Fault::input, folder_.path().string(), "folder", [&] { (void)Hdf5Reader(folder_.path()); });
  expect_error(Fault::failure, (path / "x.h5").string(), "Not a directory",
               [&] { (void)Hdf5Writer(path / "x.h5"); });
}

TEST_F(Hdf5, RefusesPartsOfAnotherKind) {
  const auto path = path_in("a.h5");
  write_example(path);
  const Hdf5Reader file(path);
  const auto refused = [&](const std::string& part, auto action) {
    expect_error(Fault::input, path.string(), part, action);
  };
  refused("has no 'spin'", [&] { (void)file.read<double>("spin"); });
  refused("'group' is no array", [&] { (void)file.read<double>("group"); });
  refused("'ints' is no group", [&] { (void)file.children("ints"); });
  refused("no plain floating-point", [&] { (void)file.read<double>("ints"); });
  refused("no plain integer", [&] { (void)file.read<std::int32_t>("deep/er/doubles"); });
  refused("no plain integer", [&] { (void)file.read<std::int32_t>("names"); });
  refused("no text", [&] { (void)file.texts("ints"); });
  refused("shape (2, 3) where (3, 2) belongs", [&] { (void)file.read<float>("floats", {3, 2}); });
  refused("2 axes", [&] { (void)file.read<float>("floats"); });
  refused("no attribute 'none'", [&] { (void)file.text_attribute("group", "none"); });
  refused("no integer", [&] { (void)file.integer_attribute("group", "real"); });
  refused("no text", [&] { (void)file.text_attribute("group", "real"); });
  std::vector<std::int32_t> three(3);
  refused("has 2 rows", [&] { file.read_rows<std::int32_t>("ints", 0, three); });
  refused(
      "it holds a spinflow/example where a spinflow/ensemble belongs; give a file made by `spinflow sample`",
      [&] { (void)expect_header(file, {.name = "spinflow/ensemble", .made_by = "spinflow sample"}); });
  EXPECT_EQ(read_header(file).format, "spinflow/example");
}

TEST_F(Hdf5, NewerVersionsAndForeignFilesAreNamed) {
  const auto path = path_in("a.h5");
  {
    Hdf5Writer file(path);
    write_header(file, {.format = "spinflow/ensemble", .version = 2});
    file.commit();
  }
  expect_error(Fault::input, path.string(), "version 2, this program reads up to 1",
               [&] { (void)expect_header(Hdf5Reader(path), {.name = "spinflow/ensemble"}); });
  {
    Hdf5Writer file(path);
    file.group("x");
    file.commit();
  }
  expect_error(Fault::input, path.string(), "no file of spinflow's",
               [&] { (void)read_header(Hdf5Reader(path)); });
}

// Reads everything there is, the way the rooms above do.
void read_all(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  (void)expect_header(file, {.name = "spinflow/example"});
  (void)file.children("/");
  (void)file.read<std::int8_t>("spins", file.shape("spins"));
  (void)file.read<double>("deep/er/doubles");
  (void)file.read<float>("floats", {2, 3});
  (void)file.read<std::int32_t>("ints");
  (void)file.texts("names");
  (void)file.text_attribute("group", "long");
  (void)file.real_attribute("group", "real");
}

TEST_F(Hdf5, AnyCutIsRefused) {
  write_example(path_in("good.h5"), 20);
  const std::string good = bytes_of(path_in("good.h5"));
  const auto path = path_in("cut.h5");
  for (std::size_t length = 0; length < good.size(); length += 1 + length / 40) {
    put_bytes(path, good.substr(0, length));
    EXPECT_THROW(read_all(path), Error) << length;
  }
}

TEST_F(Hdf5, AnyDamageIsRefusedOrHarmless) {
  write_example(path_in("good.h5"), 20);
  const std::string good = bytes_of(path_in("good.h5"));
  const auto path = path_in("bad.h5");
  base::RandomStream stream(1, "test.damage");
  int refused = 0;
  constexpr int trials = 1500;
  for (int i = 0; i < trials; ++i) {
    std::string bytes = good;
    const std::size_t spots = 1 + stream.below(4);
    // Most of the file is the long text: keep to the structure half of the time.
    for (std::size_t k = 0; k < spots; ++k)
      bytes[stream.below(i % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 6000))] =
          static_cast<char>(stream.below(256));
    put_bytes(path, bytes);
    try {
      read_all(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      EXPECT_EQ(std::string(error.what()).substr(0, path.string().size()), path.string());
      ++refused;
    }
  }
  EXPECT_GT(refused, trials / 4);
}

TEST_F(Hdf5, PythonReadsWhatWeWrite) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  write_example(path_in("a.h5"));
  EXPECT_EQ(testing::run_python(folder_.path(), R"(
import h5py, numpy
f = h5py.File("a.h5", "r")
assert f.attrs["format"].decode() == "spinflow/example"
assert f.attrs["seed"] == 2**64 - 1
assert f["spins"].shape == (300, 10, 10) and f["spins"].dtype == numpy.int8
assert set(numpy.unique(f["spins"][:])) == {-1, 1}
assert f["deep/er/doubles"][0] == 0.1 and f["floats"].dtype == numpy.float32
assert [t.decode() for t in f["names"][:]] == ["metropolis", "", "wolff"]
assert f["group"].attrs["text"].decode() == "\u03b2 = 1"
assert len(f["group"].attrs["long"]) == 100000
)"),
            0);
}

TEST_F(Hdf5, TrapsOfForeignFiles) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  ASSERT_EQ(testing::run_python(folder_.path(), R"(
import h5py, numpy
with h5py.File("other.h5", "w") as f:
    f["x"] = numpy.arange(3.0)
open("raw.bin", "wb").write(bytes(24))
with h5py.File("a.h5", "w") as f:
    f["good"] = numpy.arange(3.0)
    f["soft"] = h5py.SoftLink("/good")
    f["external"] = h5py.ExternalLink("other.h5", "/x")
    f.create_dataset("outside", (3,), "f8", external=[("raw.bin", 0, 24)])
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3,))
    f.create_virtual_dataset("virtual", layout)
    f.create_dataset("ragged", (2,), h5py.vlen_dtype(numpy.dtype("f8")))
    f.create_dataset("bomb", (2**40,), "f8", chunks=(1024,), compression="gzip")
    f.create_dataset("sparse", (2**20,), "f8", chunks=(1024,))
    f.create_dataset("lzf", data=numpy.zeros(1000), chunks=(100,), compression="lzf")
    f.create_dataset("compound", (2,), numpy.dtype([("a", "f8")]))
    f.create_dataset("flag", data=numpy.array([True]))
    f["scalar"] = 1.0
    f["five"] = numpy.zeros((1, 1, 1, 1, 1))
    f["big"] = numpy.arange(3, dtype=">f8")
    f["short"] = numpy.arange(3, dtype="<u2")
    f.create_dataset("shuffled", data=numpy.arange(3.0), chunks=(2,), compression="gzip", shuffle=True, fletcher32=True)
    f.attrs["vlen"] = "text"
    f.attrs["fixed"] = numpy.bytes_("text")
    f.attrs["pair"] = [1, 2]
    f.attrs["one"] = 1
)"),
            0);
  const auto path = path_in("a.h5");
  const Hdf5Reader file(path);
  const auto refused = [&](const std::string& name, const std::string& part) {
    expect_error(Fault::input, path.string(), part, [&] { (void)file.read<double>(name); });
  };
  EXPECT_EQ(file.read<double>("good"), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(file.read<double>("big"), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(file.read<double>("shuffled"), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(file.read<std::int64_t>("short"), (std::vector<std::int64_t>{0, 1, 2}));
  refused("soft", "'soft' is a link");
  refused("external", "'external' is a link");
  refused("outside", "stored in other files");
  refused("virtual", "stored in a way");
  refused("ragged", "bytes where");
  refused("bomb", "claims more than 4194304 chunks");
  refused("sparse", "where 0 are stored");
  refused("lzf", "filter");
  refused("compound", "bytes where");
  refused("flag", "no plain floating-point");
  refused("scalar", "0 axes");
  refused("five", "5 axes");
  expect_error(Fault::input, path.string(), "variable length",
               [&] { (void)file.text_attribute("/", "vlen"); });
  EXPECT_EQ(file.text_attribute("/", "fixed"), "text");
  expect_error(Fault::input, path.string(), "no single value",
               [&] { (void)file.integer_attribute("/", "pair"); });
  EXPECT_EQ(file.unsigned_attribute("/", "one"), 1u);
}

}  // namespace
}  // namespace spinflow::io

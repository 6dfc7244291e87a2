// SPDX-License-Identifier: Apache-2.0
// Files that other programs write, in every layout that the reader knows, held against what h5py put into
// them.
#include <cmath>

#include "io/io_testing.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

using testing::bytes_of;
using testing::expect_error;
using testing::put_bytes;

// Number i of every array below is i * 7919 modulo 251, less 125.
template <class T>
std::vector<T> sawtooth(std::size_t n) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(static_cast<int>(i * 7919 % 251) - 125);
  return values;
}

constexpr const char* writer = R"(
import h5py, numpy, sys
def sawtooth(shape, dtype):
    n = int(numpy.prod(shape))
    return (numpy.arange(n) * 7919 % 251 - 125).astype(dtype).reshape(shape)
def write(name, libver):
    with h5py.File(name, "w", libver=libver) as f:
        f["contiguous"] = sawtooth((7, 5), "<f8")
        for kind in ["<i1", "<i2", ">i2", "<i4", ">i8", "<f4", ">f4", ">f8"]:
            f["kind/" + kind] = sawtooth((60,), kind)
        d = f.create_dataset("grid", (50, 13, 9), "<i4", chunks=(7, 4, 5), compression="gzip")
        d[...] = sawtooth((50, 13, 9), "<i4")
        f.create_dataset("four", data=sawtooth((6, 5, 4, 3), "<f4"), chunks=(4, 2, 3, 2), shuffle=True)
        f.create_dataset("single", data=sawtooth((8, 9), "<f8"), chunks=(8, 9), compression="gzip")
        f.create_dataset("plain", data=sawtooth((8, 9), "<f8"), chunks=(8, 9))
        f.create_dataset("summed", data=sawtooth((40, 9), "<i1"), chunks=(7, 9), shuffle=True, fletcher32=True)
        f.create_dataset("all", data=sawtooth((40, 9), "<f8"), chunks=(7, 4), compression="gzip", shuffle=True,
                         fletcher32=True)
        f.create_dataset("many", data=sawtooth((3000, 2), "<i1"), chunks=(1, 2))
        f.create_dataset("many-packed", data=sawtooth((3000, 2), "<i4"), chunks=(1, 2), compression="gzip")
        f.create_dataset("room", data=sawtooth((9, 6), "<f8"), chunks=(2, 4), maxshape=(20, 11))
        early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        early.set_chunk((4, 3))
        early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        space = h5py.h5s.create_simple((10, 7), (16, 7))
        h5py.Dataset(h5py.h5d.create(f.id, b"early", h5py.h5t.STD_I16LE, space, early))[...] = sawtooth((10, 7), "<i2")
        small = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        small.set_layout(h5py.h5d.COMPACT)
        h5py.Dataset(h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((6,)), small))[...] \
            = sawtooth((6,), "<f8")
        f["texts"] = numpy.array([b"one", b"", b"three"])
        for i in range(700):
            f.create_group("groups/%03d" % i)
        for i in range(400):
            f["groups/000"].attrs["number %d" % i] = i
        f["groups/001"].attrs["fixed"] = numpy.bytes_("x" * 3000)
        f["groups/001"].attrs["vlen"] = "text"
        f["groups/001"].attrs["unsigned"] = numpy.uint64(2**64 - 1)
        f["groups/001"].attrs["real"] = numpy.float32(0.5)
        f["groups/001"].attrs["pair"] = [1, 2]
        if libver[0] != "earliest":
            f["groups/001"].attrs["long"] = numpy.bytes_("y" * 100000)
    with h5py.File(name, "a") as f:
        f.attrs["later"] = numpy.bytes_("added")
        f["appended"] = sawtooth((3,), "<f8")
)";

template <class T>
void expect_array(const Hdf5Reader& file, const std::string& name, const std::vector<std::size_t>& shape) {
  SCOPED_TRACE(name);
  std::size_t n = 1;
  for (const auto axis : shape) n *= axis;
  const auto all = sawtooth<T>(n);
  EXPECT_EQ(file.read<T>(name, shape), all);
  const std::size_t row = n / shape[0];
  for (std::size_t first = 0; first < shape[0]; first += 1 + shape[0] / 7) {
    std::vector<T> part(std::min<std::size_t>(shape[0] - first, 3) * row);
    file.read_rows<T>(name, first, part);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(first * row)));
  }
}

void expect_arrays(const Hdf5Reader& file) {
  expect_array<double>(file, "contiguous", {7, 5});
  for (const char* kind : {"<i1", "<i2", ">i2", "<i4", ">i8"}) {
    expect_array<std::int64_t>(file, std::string("kind/") + kind, {60});
    expect_array<std::int8_t>(file, std::string("kind/") + kind, {60});
  }
  for (const char* kind : {"<f4", ">f4", ">f8"}) {
    expect_array<double>(file, std::string("kind/") + kind, {60});
    expect_array<float>(file, std::string("kind/") + kind, {60});
  }
  expect_array<std::int32_t>(file, "grid", {50, 13, 9});
  expect_array<std::int64_t>(file, "grid", {50, 13, 9});
  expect_array<float>(file, "four", {6, 5, 4, 3});
  expect_array<double>(file, "single", {8, 9});
  expect_array<double>(file, "plain", {8, 9});
  expect_array<std::int8_t>(file, "summed", {40, 9});
  expect_array<double>(file, "all", {40, 9});
  expect_array<std::int8_t>(file, "many", {3000, 2});
  expect_array<std::int32_t>(file, "many-packed", {3000, 2});
  expect_array<double>(file, "room", {9, 6});
  expect_array<std::int32_t>(file, "early", {10, 7});
  expect_array<double>(file, "compact", {6});
  expect_array<double>(file, "appended", {3});
  EXPECT_EQ(file.texts("texts"), (std::vector<std::string>{"one", "", "three"}));
}

void expect_groups_and_attributes(const Hdf5Reader& file) {
  const auto names = file.children("groups");
  ASSERT_EQ(names.size(), 700u);
  EXPECT_EQ(names[0], "000");
  EXPECT_EQ(names[699], "699");
  EXPECT_TRUE(file.contains("groups/351"));
  EXPECT_FALSE(file.contains("groups/700"));
  for (const int i : {0, 1, 77, 255, 399}) {
    EXPECT_EQ(file.integer_attribute("groups/000", "number " + std::to_string(i)), i);
    EXPECT_EQ(file.unsigned_attribute("groups/000", "number " + std::to_string(i)), static_cast<unsigned>(i));
  }
  EXPECT_FALSE(file.has_attribute("groups/000", "number 400"));
  EXPECT_EQ(file.text_attribute("groups/001", "fixed"), std::string(3000, 'x'));
  EXPECT_EQ(file.unsigned_attribute("groups/001", "unsigned"), ~std::uint64_t{0});
  EXPECT_EQ(file.real_attribute("groups/001", "real"), 0.5);
  if (file.has_attribute("groups/001", "long")) {
    EXPECT_EQ(file.text_attribute("groups/001", "long"), std::string(100000, 'y'));
  }
  EXPECT_EQ(file.text_attribute("/", "later"), "added");
  const std::string path = file.path().string();
  expect_error(Fault::input, path, "variable length",
               [&] { (void)file.text_attribute("groups/001", "vlen"); });
  expect_error(Fault::input, path, "no single value",
               [&] { (void)file.integer_attribute("groups/001", "pair"); });
}

// Without checksums a changed file may hold other numbers, but it is read to the end or refused in a
// sentence.
void expect_no_harm_by_damage(const std::filesystem::path& folder) {
  const std::string good = bytes_of(folder / "a.h5");
  const auto path = folder / "bad.h5";
  base::RandomStream stream(1, "test.damage");
  int refused = 0;
  for (int i = 0; i < 150; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 40; ++k) bytes[stream.below(bytes.size())] = static_cast<char>(stream.below(256));
    bytes[stream.below(3000)] = static_cast<char>(stream.below(256));
    put_bytes(path, bytes);
    try {
      const Hdf5Reader file(path);
      for (const auto& name : {"contiguous", "single", "plain", "all", "room", "compact", "appended"})
        (void)file.read<double>(name, file.shape(name));
      (void)file.read<std::int32_t>("grid", file.shape("grid"));
      (void)file.read<std::int32_t>("many-packed", file.shape("many-packed"));
      (void)file.read<float>("four", file.shape("four"));
      for (const auto& name : file.children("groups")) (void)file.has_attribute("groups/" + name, "number 7");
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      EXPECT_EQ(std::string(error.what()).substr(0, path.string().size()), path.string());
      ++refused;
    }
  }
  EXPECT_GT(refused, 15);
}

class Hdf5Layouts : public ::testing::TestWithParam<const char*> {};

TEST_P(Hdf5Layouts, AreReadAsTheyWereWritten) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), std::string(writer) + "write('a.h5', (" + GetParam() + "))\n"),
            0);
  const Hdf5Reader file(folder.path() / "a.h5");
  expect_arrays(file);
  expect_groups_and_attributes(file);
  expect_no_harm_by_damage(folder.path());
}

INSTANTIATE_TEST_SUITE_P(Versions, Hdf5Layouts,
                         ::testing::Values("'earliest', 'v108'", "'earliest', 'latest'", "'v108', 'v108'",
                                           "'latest', 'latest'"));

// h5py 3.16 with HDF5 2.0 and libver="latest" wrote it, which Debian's cannot.
TEST(Hdf5OfLater, IsReadAsItWasWritten) {
  const Hdf5Reader file(SPINFLOW_TEST_DATA "/hdf5_2.0_latest.h5");
  expect_array<double>(file, "single", {8, 9});
  expect_array<std::int32_t>(file, "all", {20, 9});
  expect_array<float>(file, "plain", {5, 4});
  expect_array<double>(file, "contiguous", {7});
  EXPECT_EQ(file.text_attribute("/", "fixed"), "text");
}

TEST(Hdf5Texts, SingleOnesOfFixedAndVariableLength) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), R"(
import h5py, numpy, os
for libver in ["earliest", "latest"]:
    with h5py.File(libver + ".h5", "w", libver=libver) as f:
        f["first"], f["second"], f["empty"] = "BBRBM", "text \u00e9", ""
        f["fixed"], f["long"], f["longest"] = numpy.bytes_("Spin"), "x" * 5000, "y" * 4096
        f["number"], f["several"] = 1, ["a", "b"]
f = h5py.File("unwritten.h5", "w")
f["x"] = [1.0]
os._exit(0)
)"),
            0);
  for (const char* name : {"earliest.h5", "latest.h5"}) {
    const Hdf5Reader file(folder.path() / name);
    EXPECT_EQ(file.text("first"), "BBRBM");
    EXPECT_EQ(file.text("second"), "text \xc3\xa9");
    EXPECT_EQ(file.text("empty"), "");
    EXPECT_EQ(file.text("fixed"), "Spin");
    EXPECT_EQ(file.text("longest"), std::string(4096, 'y'));
    const auto refused = [&](const char* text, const char* part) {
      expect_error(Fault::input, file.path().string(), part, [&] { (void)file.text(text); });
    };
    refused("long", "a text of 5000 bytes; at most 4096");
    refused("number", "is no text");
    refused("several", "is not a single text");
    refused("missing", "it has no 'missing'");
  }
  const auto path = folder.path() / "unwritten.h5";
  expect_error(Fault::input, path.string(), "has not closed it",
               [&] { (void)Hdf5Reader(path).children("/"); });
  Hdf5Writer writer(folder.path() / "own.h5");
  writer.text("group/word", "BBRBM");
  writer.commit();
  EXPECT_EQ(Hdf5Reader(folder.path() / "own.h5").text("group/word"), "BBRBM");
}

// Files that end other readers with a segmentation fault, or that make them read beyond an array.
TEST(HostileHdf5, IsRefusedInOneSentence) {
  for (int i = 1; i <= 4; ++i) {
    const std::string path = std::string(SPINFLOW_TEST_DATA) + "/hostile-" + std::to_string(i) + ".h5";
    SCOPED_TRACE(path);
    expect_error(Fault::input, path, "damaged", [&] {
      const Hdf5Reader file(path);
      (void)read_header(file);
      (void)file.children("/");
      for (const auto& name : file.children("/"))
        if (name == "weights") (void)file.read<float>(name, file.shape(name));
    });
  }
}

}  // namespace
}  // namespace spinflow::io

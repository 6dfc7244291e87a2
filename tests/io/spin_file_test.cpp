// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/spin_file.hpp"

#include <cmath>
#include <cstring>

#include "io/io_testing.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

using testing::expect_error;
using testing::put_bytes;

std::string npy(const std::string& header, const std::string& data, int version = 1) {
  std::string text = header;
  const std::size_t prefix = version == 1 ? 10 : 12;
  while ((text.size() + prefix + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  for (std::size_t i = 0; i < prefix - 8; ++i) file += static_cast<char>((text.size() >> (8 * i)) & 0xff);
  return file + text + data;
}

std::string header(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

template <class T>
std::string raw(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class Npy : public ::testing::Test {
 protected:
  std::filesystem::path put(const std::string& bytes) {
    const auto path = folder_.path() / "a.npy";
    put_bytes(path, bytes);
    return path;
  }
  std::vector<std::int8_t> spins_of(const std::string& bytes) {
    SpinFile file(put(bytes));
    std::vector<std::int8_t> spins(file.n_rows() * file.n_columns());
    file.read_next(spins);
    return spins;
  }
  void refused(const std::string& bytes, const std::string& part) {
    const auto path = put(bytes);
    expect_error(Fault::input, path.string(), part, [&] { (void)spins_of(bytes); });
  }

  testing::TemporaryFolder folder_;
};

const std::vector<std::int8_t> expected{1, -1, -1, 1, 1, -1};

TEST_F(Npy, EveryKindAndVersion) {
  EXPECT_EQ(spins_of(npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, -1, -1, 1, 1, -1}))), expected);
  EXPECT_EQ(spins_of(npy(header("<i1", "(2, 3)"), raw<std::int8_t>({1, 0, 0, 1, 1, 0}), 2)), expected);
  EXPECT_EQ(spins_of(npy(header("|u1", "(2, 3)"), raw<std::uint8_t>({1, 0, 0, 1, 1, 0}), 3)), expected);
  EXPECT_EQ(spins_of(npy(header("|b1", "(2,3)"), raw<std::uint8_t>({1, 0, 0, 1, 1, 0}))), expected);
  EXPECT_EQ(spins_of(npy(header("<f4", "(2, 3)"), raw<float>({1, -1, -1, 1, 1, -1}))), expected);
  EXPECT_EQ(spins_of(npy(header("<f8", "(1, 2, 3)"), raw<double>({1, 0, -0.0, 1, 1, 0}))), expected);
  std::string swapped = raw<float>({1, -1, -1, 1, 1, -1});
  for (std::size_t i = 0; i < swapped.size(); i += 4)
    std::reverse(swapped.begin() + static_cast<std::ptrdiff_t>(i),
                 swapped.begin() + static_cast<std::ptrdiff_t>(i + 4));
  EXPECT_EQ(spins_of(npy(header(">f4", "(2, 3)"), swapped)), expected);
}

TEST_F(Npy, ShapeIsKept) {
  const SpinFile file(put(npy(header("|i1", "(2, 3, 4)"), std::string(24, '\1'))));
  EXPECT_EQ(file.shape(), (std::vector<std::size_t>{2, 3, 4}));
  EXPECT_TRUE(is_spin_file(folder_.path() / "a.npy"));
  EXPECT_FALSE(is_spin_file(folder_.path() / "b.npy"));
}

TEST_F(Npy, RefusesOtherValuesAndSaysWhere) {
  refused(npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, 1, 1, 1, 2, 1})), "row 1, column 1 holds 2");
  refused(npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, -1, 1, 1, 1, 0})), "row 1, column 2 holds 0");
  refused(npy(header("<f4", "(1, 2)"), raw<float>({1, 0.5f})), "holds 0.5");
  refused(npy(header("<f8", "(1, 2)"), raw<double>({1, std::nan("")})), "holds nan");
  refused(npy(header("|u1", "(1, 2)"), raw<std::uint8_t>({1, 255})), "holds 255");
}

TEST_F(Npy, RefusesOtherLayouts) {
  refused(npy(header("<i3", "(2, 3)"), std::string(18, '\1')), "'<i3'");
  refused(npy(header("<f16", "(2, 3)"), std::string(96, '\1')), "'<f16'");
  refused(npy(header("<c8", "(2, 3)"), std::string(48, '\1')), "'<c8'");
  refused(npy(header("|O", "(2, 3)"), std::string(24, '\1')), "'|O'");
  refused(npy(header("|i1", "(6,)"), std::string(6, '\1')), "shape is (6)");
  refused(npy(header("|i1", "()"), std::string(1, '\1')), "shape is ()");
  refused(npy(header("|i1", "(0, 3)"), ""), "empty");
  refused(npy(header("|i1", "(2, 3)"), std::string(5, '\1')), "needs 6 bytes, it has 5");
  refused(npy(header("|i1", "(2, 3)"), std::string(7, '\1')), "needs 6 bytes, it has 7");
}

// Files by numpy and h5py themselves; the name says what is special.
constexpr const char* made_by_python = R"(
import h5py, json, struct
import numpy as np
a = np.where(np.random.default_rng(1).random((70, 6, 4)) < 0.5, 1, -1).astype("i1")
a.tofile("expected")
flat, up = a.reshape(70, 24), (a > 0)
for t in ["i1", "<i2", ">i2", "<i4", ">i8", "<f2", ">f4", "<f8"]: np.save(f"{t[-2:]}-{'big' if t[0] == '>' else 'small'}.npy", a.astype(t))
for t in ["u1", "<u2", ">u4", "<u8", "?"]: np.save(f"up-{t[-2:].replace('?', 'bool')}.npy", up.astype(t))
np.save("fortran.npy", np.asfortranarray(a)); np.save("fortran-wide.npy", np.asfortranarray(a.astype(">f8")))
np.save("image.npy", a[:, None])
np.savez("one.npz", a); np.savez_compressed("spins.npz", other=np.zeros(3), spins=a); np.savez_compressed("samples.npz", samples=up, x=a)
np.savetxt("space.txt", flat); np.savetxt("whole.csv", flat, fmt="%d", delimiter=",", header="spins"); np.savetxt("semicolon.dat", flat, fmt="%+d", delimiter="; ")
with h5py.File("rbms.h5", "w") as f: f["samples"] = up; f["variable_type"] = "Bernoulli"
with h5py.File("u1.h5", "w") as f: f.create_dataset("spins", data=up.astype("u1"), compression="gzip", chunks=(7, 6, 4))
with h5py.File("f4.h5", "w", libver="latest") as f: f["spins"] = flat.astype("f4")
head = json.dumps({"__metadata__": {"a": "b"}, "spins": {"dtype": "I64", "shape": [70, 24], "data_offsets": [3, 3 + 8 * flat.size]}, "w": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}}).encode()
open("t.safetensors", "wb").write(struct.pack("<Q", len(head)) + head + b"abc" + flat.astype("<i8").tobytes())
np.savez_compressed("bomb.npz", np.ones((2**24, 2), "i1"))
)";

TEST(SpinFile, ReadsWhatNumpyAndH5pyWrite) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), made_by_python), 0);
  const std::string bytes = read_text(folder.path() / "expected");
  const std::vector<std::int8_t> spins(bytes.begin(), bytes.end());
  ASSERT_EQ(spins.size(), 1680u);
  std::size_t n_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const auto name = entry.path().filename().string();
    if (name == "expected" || name == "bomb.npz" || name.ends_with(".py")) continue;
    ++n_files;
    SCOPED_TRACE(name);
    SpinFile file(entry.path());
    EXPECT_EQ(file.n_rows(), 70u);
    EXPECT_EQ(file.n_columns(), 24u);
    std::vector<std::int8_t> read(spins.size());
    const std::span out(read);
    file.read_next(out.first(24));
    file.read_next(out.subspan(24));
    EXPECT_EQ(read, spins);
    EXPECT_EQ(is_spin_file(entry.path()), entry.path().extension() != ".h5");
  }
  EXPECT_EQ(n_files, 26u);
  SpinFile named(folder.path() / "samples.npz", "x");
  EXPECT_EQ(named.shape(), (std::vector<std::size_t>{70, 6, 4}));
  // Deflated a thousandfold, read piece by piece.
  SpinFile many(folder.path() / "bomb.npz");
  std::vector<std::int8_t> two(2);
  many.read_next(two);
  EXPECT_EQ(two, (std::vector<std::int8_t>{1, 1}));
  expect_error(Fault::input, (folder.path() / "samples.npz").string(),
               "it has no array 'y'; it has samples, x",
               [&] { const SpinFile none(folder.path() / "samples.npz", "y"); });
}

TEST(SpinFile, TextsOfOtherSystems) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  put_bytes(path,
            "\xef\xbb\xbf"
            "1 -1 1\r\n\r\n-1\t-1;+1\n# end");
  SpinFile file(path);
  std::vector<std::int8_t> spins(6);
  file.read_next(spins);
  EXPECT_EQ(spins, (std::vector<std::int8_t>{1, -1, 1, -1, -1, 1}));
  put_bytes(path, std::string("1 -1\0 1\n", 9));
  expect_error(Fault::input, path.string(), "zero bytes", [&] { const SpinFile zero(path); });
  put_bytes(path, "1 -1 1\n1 -1\n");
  expect_error(Fault::input, path.string(), "line 2 has 2 numbers, the first has 3",
               [&] { const SpinFile ragged(path); });
}

// Every byte of every format: read or refused, never a crash.
TEST(SpinFile, AnyCutOrFlippedByteOfEveryFormatIsRefusedOrRead) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), made_by_python), 0);
  base::RandomStream stream(1, "test.spin-file");
  for (const std::string name : {"spins.npz", "one.npz", "t.safetensors", "semicolon.dat", "rbms.h5"}) {
    const std::string good = read_text(folder.path() / name);
    const auto path = folder.path() / ("changed" + std::filesystem::path(name).extension().string());
    const auto try_it = [&](const std::string& bytes) {
      put_bytes(path, bytes);
      try {
        SpinFile file(path);
        std::vector<std::int8_t> spins(std::min<std::size_t>(file.n_rows(), 100) * file.n_columns());
        file.read_next(spins);
      } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::input) << error.what();
      }
    };
    for (int i = 0; i < 150; ++i) try_it(good.substr(0, stream.below(good.size())));
    for (int i = 0; i < 400; ++i) {
      std::string bytes = good;
      bytes[stream.below(i % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 200))] =
          static_cast<char>(stream.below(256));
      try_it(bytes);
    }
  }
}

TEST_F(Npy, HostileHeaders) {
  refused(npy(header("|i1", "(99999999999999, 99999999999999)"), "x"), "smaller");
  refused(npy(header("|i1", "(999999999999999999999999, 3)"), "x"), "understood");
  refused(npy(header("|i1", "(-1, 3)"), "x"), "understood");
  refused(npy(header("", "(1, 3)"), "xxx"), "type");
  refused(npy("{'descr': '|i1', 'shape': (1, 1), }", "\1"), "understood");
  refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }", "\1"), "understood");
  refused(npy("", ""), "understood");
  refused(npy("{'descr': '|i1', 'fortran_order': False, 'shape': (1, 1), 'shape': (1, 1), }", "\1"),
          "understood");
  refused(std::string("\x93NUMPY\x09\x00\x10\x00", 10), "version is 9");
  refused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), "claims");
  refused("", "empty");
  refused("not numpy at all", "format is not known");
}

TEST_F(Npy, AnyCutOrFlippedByteIsRefusedOrRead) {
  const std::string good = npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, -1, -1, 1, 1, -1}));
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_THROW((void)spins_of(good.substr(0, length)), Error) << length;
  base::RandomStream stream(1, "test.npy");
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    bytes[stream.below(bytes.size())] = static_cast<char>(stream.below(256));
    try {
      (void)spins_of(bytes);
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace spinflow::io

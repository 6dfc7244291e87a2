// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/npy.hpp"

#include <cmath>
#include <cstring>

#include "io/io_testing.hpp"
#include "spinflow/base/random.hpp"
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
    NpySpins file(put(bytes));
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
  const NpySpins file(put(npy(header("|i1", "(2, 3, 4)"), std::string(24, '\1'))));
  EXPECT_EQ(file.shape(), (std::vector<std::size_t>{2, 3, 4}));
  EXPECT_TRUE(is_npy(folder_.path() / "a.npy"));
  EXPECT_FALSE(is_npy(folder_.path() / "b.npy"));
}

TEST_F(Npy, RefusesOtherValuesAndSaysWhere) {
  refused(npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, 1, 1, 1, 2, 1})), "row 1, column 1 holds 2");
  refused(npy(header("|i1", "(2, 3)"), raw<std::int8_t>({1, -1, 1, 1, 1, 0})), "row 1, column 2 holds 0");
  refused(npy(header("<f4", "(1, 2)"), raw<float>({1, 0.5f})), "holds 0.5");
  refused(npy(header("<f8", "(1, 2)"), raw<double>({1, std::nan("")})), "holds nan");
  refused(npy(header("|u1", "(1, 2)"), raw<std::uint8_t>({1, 255})), "holds 255");
}

TEST_F(Npy, RefusesOtherLayouts) {
  refused(npy(header("|i1", "(2, 3)", "True"), std::string(6, '\1')), "Fortran");
  refused(npy(header("<i4", "(2, 3)"), std::string(24, '\1')), "'<i4'");
  refused(npy(header("|O", "(2, 3)"), std::string(24, '\1')), "'|O'");
  refused(npy(header("|i1", "(6,)"), std::string(6, '\1')), "shape is (6)");
  refused(npy(header("|i1", "()"), std::string(1, '\1')), "shape is ()");
  refused(npy(header("|i1", "(0, 3)"), ""), "empty");
  refused(npy(header("|i1", "(2, 3)"), std::string(5, '\1')), "needs 6 bytes, 5 follow");
  refused(npy(header("|i1", "(2, 3)"), std::string(7, '\1')), "needs 6 bytes, 7 follow");
}

TEST_F(Npy, HostileHeaders) {
  refused(npy(header("|i1", "(99999999999999, 99999999999999)"), "x"), "smaller");
  refused(npy(header("|i1", "(999999999999999999999999, 3)"), "x"), "understood");
  refused(npy(header("|i1", "(-1, 3)"), "x"), "understood");
  refused(npy(header("", "(1, 3)"), "xxx"), "type");
  refused(npy("{'descr': '|i1', 'shape': (1, 1), }", "\1"), "understood");
  refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }", "\1"), "understood");
  refused(npy("", ""), "understood");
  refused(std::string("\x93NUMPY\x09\x00\x10\x00", 10), "version is 9");
  refused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), "claims");
  refused("", "empty");
  refused("not numpy at all", "no .npy file");
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

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/columns.hpp"

#include <cmath>
#include <limits>

#include "io/io_testing.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

using testing::expect_error;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Note {
  std::string name;
  std::int64_t count = 0;
  double size = nan;
  bool good = false;
  std::optional<double> mode = {};
  double limit = nan;
  double limit_error = nan;
};

const Columns<Note>& columns() {
  static const auto all =
      Columns<Note>()
          .add("name", &Note::name)
          .add("count", &Note::count)
          .add("size", &Note::size)
          .add("good", &Note::good)
          .add(
              "mode", [](auto& note) -> auto& { return note.mode; })
          .add_optional(Columns<Note>().add("limit", &Note::limit).add("limit_error", &Note::limit_error),
                        [](const Note& note) { return !std::isnan(note.limit); });
  return all;
}

class ColumnsFile : public ::testing::Test {
 protected:
  void write(const std::vector<Note>& notes) {
    Hdf5Writer file(path_);
    columns().write(file, "notes", notes);
    file.commit();
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "notes.h5";
};

TEST_F(ColumnsFile, EveryMemberComesBack) {
  write({{.name = "a", .count = -(std::int64_t{1} << 62), .size = 0.1, .good = true, .mode = 2.5},
         {.name = "", .limit = 3}});
  const auto back = columns().read(Hdf5Reader(path_), "notes");
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].name, "a");
  EXPECT_EQ(back[0].count, -(std::int64_t{1} << 62));
  EXPECT_EQ(back[0].size, 0.1);
  EXPECT_TRUE(back[0].good);
  EXPECT_EQ(back[0].mode, 2.5);
  EXPECT_TRUE(std::isnan(back[0].limit));
  EXPECT_EQ(back[1].name, "");
  EXPECT_TRUE(std::isnan(back[1].size));
  EXPECT_FALSE(back[1].good);
  EXPECT_FALSE(back[1].mode);
  EXPECT_EQ(back[1].limit, 3);
  EXPECT_TRUE(std::isnan(back[1].limit_error));
  EXPECT_EQ(columns().read(Hdf5Reader(path_), "notes", 2).size(), 2u);
}

TEST_F(ColumnsFile, WhatNoRowKnowsIsNotWritten) {
  write({{.name = "a", .count = 1}});
  const Hdf5Reader file(path_);
  EXPECT_EQ(file.children("notes"), (std::vector<std::string>{"count", "good", "mode", "name", "size"}));
  EXPECT_TRUE(std::isnan(columns().read(file, "notes")[0].limit));
  write({});
  EXPECT_TRUE(columns().read(Hdf5Reader(path_), "notes").empty());
}

TEST_F(ColumnsFile, WhatDoesNotBelongIsRefusedByName) {
  const auto refused = [&](const std::string& what, const auto& change, std::optional<std::size_t> n = {}) {
    {
      Hdf5Writer file(path_);
      file.texts("notes/name", {"a", "b"});
      change(file);
      file.commit();
    }
    const Hdf5Reader file(path_);
    expect_error(Fault::input, path_.string(), what, [&] {
      static_cast<void>(n ? columns().read(file, "notes", *n) : columns().read(file, "notes"));
    });
  };
  using Numbers = std::vector<double>;
  using Integers = std::vector<std::int64_t>;
  using Bits = std::vector<std::int8_t>;
  refused("'notes/count'", [](Hdf5Writer&) {});
  refused("'notes/count' has shape (3) where (2) belongs", [](Hdf5Writer& file) {
    file.dataset("notes/count", Integers{1, 2, 3});
  });
  refused("'notes/count' has shape (2, 1) where (2) belongs", [](Hdf5Writer& file) {
    file.dataset("notes/count", std::span<const std::int64_t>(Integers{1, 2}), {2, 1});
  });
  refused("'notes/count'", [](Hdf5Writer& file) { file.dataset("notes/count", Numbers{1, 2}); });
  refused(
      "'notes/name' has 2 texts where 3 belong", [](Hdf5Writer&) {}, 3);
  // A limit without its error.
  refused("'notes/limit_error'", [](Hdf5Writer& file) {
    file.dataset("notes/count", Integers{1, 2});
    file.dataset("notes/size", Numbers{1, 2});
    file.dataset("notes/good", Bits{0, 1});
    file.dataset("notes/mode", Numbers{nan, nan});
    file.dataset("notes/limit", Numbers{1, 2});
  });
}

TEST_F(ColumnsFile, AFirstColumnThatIsNoListIsRefused) {
  const auto counts = Columns<Note>().add("count", &Note::count);
  Hdf5Writer writer(path_);
  writer.dataset("table/count", std::span<const std::int64_t>(std::vector<std::int64_t>{1, 2}), {1, 2});
  writer.text("text/count", "1");
  writer.commit();
  const Hdf5Reader file(path_);
  for (const std::string group : {"table", "text"})
    expect_error(Fault::input, path_.string(), "'" + group + "/count'",
                 [&] { static_cast<void>(counts.read(file, group)); });
}

TEST(ColumnsOf, ValuesStandInTheOrderOfTheColumns) {
  const auto values = columns().values({.name = "a", .count = 3, .good = true});
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"name", "count", "size", "good", "mode", "limit", "limit_error"}));
  EXPECT_EQ(values[0].second, base::Value(std::string("a")));
  EXPECT_EQ(values[1].second, base::Value(std::int64_t{3}));
  EXPECT_TRUE(std::isnan(std::get<double>(values[2].second)));
  EXPECT_EQ(values[3].second, base::Value(true));
  EXPECT_TRUE(std::isnan(std::get<double>(values[4].second)));
}

}  // namespace
}  // namespace spinflow::io

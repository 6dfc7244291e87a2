// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/options.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/registry.hpp"
#include "testing/testing.hpp"

namespace spinflow::base {
namespace {

struct Sample {
  std::int64_t count = 3;
  double rate = 0.5;
  bool on = false;
  std::string kind = "a";
  std::vector<double> list = {1, 2};
};

Options<Sample> options() {
  Options<Sample> all;
  all.add("count", &Sample::count, "", {.least = 1})
      .add("rate", &Sample::rate, "", {.least = 0, .most = 1})
      .add("on", &Sample::on, "");
  all.add("kind", &Sample::kind, "", {}, {"a", "b"}).add("list", &Sample::list, "");
  return all;
}

std::string refusal(const Values& values) {
  try {
    (void)options().parse(values, "here");
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    return error.what();
  }
  return "accepted";
}

TEST(OptionTexts, NamesInAListAreNotEmpty) {
  const Value like = std::vector<std::string>{};
  EXPECT_EQ(from_text("a, b", like, "test"), Value(std::vector<std::string>{"a", "b"}));
  for (const char* text : {"a,,b", "a,", ",a", "[a,,b]"})
    EXPECT_NE(testing::refusal_of([&] { (void)from_text(text, like, "test"); }).find("a name is missing"),
              std::string::npos)
        << text;
}

TEST(Options, DefaultsAndValuesAreOneThing) {
  const Sample sample = options().parse({{"rate", std::int64_t{1}}, {"kind", std::string("b")}}, "here");
  EXPECT_EQ(sample.rate, 1.0);
  EXPECT_EQ(sample.kind, "b");
  EXPECT_EQ(sample.count, 3);
  const Sample again = options().parse(options().values(sample), "here");
  EXPECT_EQ(options().values(again), options().values(sample));
}

TEST(Options, RefuseWithTheNearestName) {
  EXPECT_NE(refusal({{"rat", 0.1}}).find("'rate'"), std::string::npos);
  EXPECT_NE(refusal({{"count", std::int64_t{0}}}).find("count = 0"), std::string::npos);
  EXPECT_NE(refusal({{"count", 1.5}}).find("a whole number"), std::string::npos);
  EXPECT_NE(refusal({{"rate", 1.5}}).find("from 0 to 1"), std::string::npos);
  EXPECT_NE(refusal({{"rate", std::numeric_limits<double>::quiet_NaN()}}).find("rate"), std::string::npos);
  EXPECT_NE(refusal({{"kind", std::string("c")}}).find("kind"), std::string::npos);
  EXPECT_NE(refusal({{"on", std::int64_t{1}}}).find("true or false"), std::string::npos);
}

TEST(NumberLists, RangesHaveBothEnds) {
  EXPECT_EQ(parse_number_list("0:6:0.25", "T").size(), 25u);
  EXPECT_EQ(parse_number_list("0:6:0.25", "T")[9], 2.25);
  EXPECT_EQ(parse_number_list("0:6:0.25", "T").back(), 6.0);
  EXPECT_EQ(parse_number_list("3,1.5, 2", "T"), (std::vector<double>{3, 1.5, 2}));
  for (const char* bad :
       {"", "1,,2", "1:2", "1:2:0", "1:2:-1", "1:2:0.3", "nan", "inf", "1e400", "2x", "0:1e9:1e-9"})
    EXPECT_THROW((void)parse_number_list(bad, "T"), Error) << bad;
  // Whole numbers go in steps of one unless another is given.
  const Value whole = std::vector<std::int64_t>{8};
  EXPECT_EQ(from_text("1:4,8:12:2", whole, "seeds"), Value(std::vector<std::int64_t>{1, 2, 3, 4, 8, 10, 12}));
  EXPECT_THROW((void)from_text("4:1", whole, "seeds"), Error);
}

TEST(Values, TextRoundTrip) {
  for (const Value& value : {Value(true), Value(std::int64_t{-3}), Value(0.1), Value(2.0),
                             Value(std::string("a \"b\"")), Value(std::vector<double>{0.25, 1})}) {
    if (std::holds_alternative<std::string>(value)) continue;
    EXPECT_EQ(from_text(to_text(value), value, "here"), value);
  }
}

TEST(Registry, NamesTheNearest) {
  struct Entry {
    std::string name;
  };
  Registry<Entry> registry("model");
  registry.add({"ising-square"});
  registry.add({"ising-chain"});
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"ising-chain", "ising-square"}));
  try {
    (void)registry.find("ising-sqare");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'ising-square'"), std::string::npos);
  }
}

TEST(ParallelFor, RunsEachPieceOnceAndRethrows) {
  for (const int n : {1, 2, 3}) {
    set_threads(n);
    std::vector<int> runs(1000);
    parallel_for(runs.size(), [&](std::size_t i) { ++runs[i]; });
    EXPECT_EQ(runs, std::vector<int>(1000, 1));
    EXPECT_THROW(parallel_for(100,
                              [](std::size_t i) {
                                if (i == 37) throw input_error("a", "b", "c");
                              }),
                 Error);
  }
  EXPECT_THROW(set_threads(0), Error);
}

TEST(ParallelFor, CutsRowsIntoPiecesThatCoverThem) {
  for (const std::size_t n : {0, 1, 4, 5, 9}) {
    std::vector<std::size_t> piece_of(n, 99);
    parallel_for_rows(n, 4, [&](std::size_t piece, std::size_t first, std::size_t last) {
      EXPECT_LT(first, last);
      for (std::size_t row = first; row < last; ++row) piece_of[row] = piece;
    });
    for (std::size_t row = 0; row < n; ++row) EXPECT_EQ(piece_of[row], row / 4);
  }
}

TEST(Options, ListsOfWholeNumbersAreAKind) {
  using Whole = std::vector<std::int64_t>;
  using Numbers = std::vector<double>;
  const OptionSpec hidden{.name = "hidden", .help = "", .fallback = Whole{64, 16}, .least = 1};
  const OptionSpec rates{.name = "rates", .help = "", .fallback = Numbers{0.5}};
  EXPECT_EQ(to_text(Whole{64, 16}), "[64, 16]");
  EXPECT_EQ(to_text(Whole{}), "[]");
  for (const char* text : {"64,16", "[64, 16]", "64.0, 16"})
    EXPECT_EQ(from_text(text, hidden.fallback, "test"), Value(Whole({64, 16}))) << text;
  EXPECT_EQ(from_text("2:6:2", hidden.fallback, "test"), Value(Whole({2, 4, 6})));
  EXPECT_EQ(from_text("[]", hidden.fallback, "test"), Value(Whole{}));
  // Files of earlier versions hold doubles; a single number is a list of one; lists convert where they can.
  EXPECT_EQ(checked(hidden, Numbers{64, 16}, "test"), Value(Whole({64, 16})));
  EXPECT_EQ(checked(hidden, std::int64_t{64}, "test"), Value(Whole{64}));
  EXPECT_EQ(checked(hidden, 64.0, "test"), Value(Whole{64}));
  EXPECT_EQ(checked(hidden, std::vector<std::string>{}, "test"), Value(Whole{}));
  EXPECT_EQ(checked(rates, Whole{1, 2}, "test"), Value(Numbers({1, 2})));
  EXPECT_EQ(numbers_of(Whole{1, 2}), Numbers({1, 2}));
  EXPECT_EQ(numbers_of(std::string("1")), std::nullopt);
  const auto refused = [&](const Value& value, const char* words) {
    const auto said = testing::refusal_of([&] { (void)checked(hidden, value, "test"); });
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  refused(Numbers{64, 16.5},
          "hidden = [64.0, 16.5] is not a list of whole numbers; write it like hidden = [64, 16]");
  refused(from_text("64,16.5", hidden.fallback, "test"), "is not a list of whole numbers");
  refused(Numbers{1e300}, "is not a list of whole numbers");
  const OptionSpec sizes{.name = "sizes", .help = "", .fallback = Whole{}};
  EXPECT_NE(testing::refusal_of([&] {
              (void)checked(sizes, Numbers{1.5}, "test");
            }).find("write it like sizes = [8, 16]"),
            std::string::npos);
  refused(Whole{0}, "out of range");
  refused(std::string("64"), "is not a list of whole numbers");
}

// A zero with a sign equals 0, but what is divided by it does not.
TEST(Options, NoNumberIsAZeroWithASign) {
  const auto plain = [](const Value& value) {
    if (const auto* number = std::get_if<double>(&value)) return !std::signbit(*number);
    for (const double number : std::get<std::vector<double>>(value))
      if (number == 0 && std::signbit(number)) return false;
    return true;
  };
  for (const char* text : {"-0", "-0.0", "-0e5"}) {
    EXPECT_TRUE(plain(from_text(text, 1.0, "test"))) << text;
    EXPECT_TRUE(plain(from_text(text, std::vector<double>{}, "test"))) << text;
  }
  for (const char* range : {"-0:2:1", "0:-0:1", "-1:-0:1", "1:-0:-1", "-1:1:1", "[-0, 1]"})
    EXPECT_TRUE(plain(Value(parse_number_list(range, "test")))) << range;
  const OptionSpec number{.name = "t", .help = "", .fallback = 1.0};
  const OptionSpec numbers{.name = "t", .help = "", .fallback = std::vector<double>{}};
  EXPECT_TRUE(plain(checked(number, Value(-0.0), "test")));
  EXPECT_TRUE(plain(checked(numbers, Value(-0.0), "test")));
  EXPECT_TRUE(plain(checked(numbers, Value(std::vector<double>{1, -0.0}), "test")));
}

}  // namespace
}  // namespace spinflow::base

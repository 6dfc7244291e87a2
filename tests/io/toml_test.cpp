// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/toml.hpp"

#include "io/io_testing.hpp"

namespace spinflow::io {
namespace {

using testing::expect_error;

TEST(Toml, RoundTripKeepsEveryKind) {
  Settings settings;
  settings[""]["title"] = std::string("a \"quoted\" text\nwith \\ two lines");
  settings["rbm"]["hidden"] = std::int64_t{64};
  settings["rbm"]["biases"] = false;
  settings["train"]["rate"] = 0.01;
  settings["train"]["whole"] = 2.0;  // stays a floating-point number
  settings["train"]["temperatures"] = std::vector<double>{0, 0.25, 6};
  settings["train.second"]["rate"] = 0.02;
  settings["train"]["types"] = std::vector<std::string>{"V", "H"};
  const std::string text = to_toml(settings);
  EXPECT_EQ(settings_from_toml(text, "x"), settings) << text;
  EXPECT_EQ(to_toml(settings_from_toml(text, "x")), text);
}

TEST(Toml, NumbersSurviveExactly) {
  Settings settings;
  for (const double number : {0.1, 1.0 / 3.0, 6.02214076e23, 5e-324, -0.0})
    settings["a"]["n" + std::to_string(settings["a"].size())] = number;
  EXPECT_EQ(settings_from_toml(to_toml(settings), "x"), settings);
}

TEST(Toml, RefusesWithFileAndLine) {
  expect_error(Fault::input, "r.toml, line 2", "",
               [] { (void)settings_from_toml("a = 1\nb = = 2\n", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 1", "no use",
               [] { (void)settings_from_toml("a = 1979-05-27", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 2", "no use",
               [] { (void)settings_from_toml("[a]\n[a.b.c]\nd = 1", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 1", "mixes",
               [] { (void)settings_from_toml("a = [1, 'x']", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 1", "neither",
               [] { (void)settings_from_toml("a = [[1]]", "r.toml"); });
}

TEST(Toml, AQuoteInsideOfAWordBeginsNoText) {
  // Behind such a quote the parser still reads a value, where letters of other scripts are undefined for it.
  for (const std::string text :
       {"a = [4.0<<<'''<<<\xC4\xBB<<<\n", "a = 4.0'\xC4\xBB'", "a = 4.0='\xC4\xBB'", "a = 4.0['\xC4\xBB']",
        "a = 4.0{'\xC4\xBB'}", "a = 4.'\xC4\xBB'", "a = [4.'\xC4\xBB']", "a = [4.0='\xC4\xBB']",
        "a = {b = 4.0='\xC4\xBB'}", "a=1m8dE.[[.['ng%\xEF\xBB\xAF", "a = 4.{'\xC4\xBB'}", "a = 'x''\xC4\xBB'",
        "a = 4.0<\"\xC4\xBB\""})
    expect_error(Fault::input, "r.toml, line 1", "", [&] { (void)settings_from_toml(text, "r.toml"); });
  // These are TOML.
  const auto value = [](const std::string& text) {
    return settings_from_toml(text, "r.toml").begin()->second;
  };
  EXPECT_EQ(value("a = '\xC4\xBB'").size(), 1U);
  EXPECT_EQ(value("a=['x',\"y\"]").size(), 1U);
  EXPECT_EQ(value("\"a b\" = '''it's'''").size(), 1U);
  EXPECT_EQ(value("[\"a\".'b']\nc = 1e-3 # \xC4\xBB").size(), 1U);
  EXPECT_EQ(value("a = -inf\nb = [\n  +1.5, # first\n  2_000,\n]\nc = \"x = [1]\"").size(), 3U);
}

TEST(Toml, AsciiFollowsABackslashBecauseOtherCharactersAreUndefinedForTheParser) {
  for (const std::string text : {" \"\"\"\"\\ \xEF\xBA\xBF", "a = \"\"\"x \\\n  \xCF\x84\"\"\"",
                                 "a = \"\"\"\\\t\xCF\x84", "a = [\"\"\"\\\xEF\xB3\xBF\\\\6"})
    expect_error(Fault::input, "r.toml, line 1", "follows a backslash",
                 [&] { (void)settings_from_toml(text, "r.toml"); });
  const auto settings =
      settings_from_toml("a = \"\"\"x \\\n  t\xCF\x84 \\\\ \xCF\x84\"\"\"\nb = '''\\ \xCF\x84'''", "r.toml");
  EXPECT_EQ(std::get<std::string>(settings.begin()->second.at("a")), "x t\xCF\x84 \\ \xCF\x84");
  EXPECT_EQ(std::get<std::string>(settings.begin()->second.at("b")), "\\ \xCF\x84");
}

TEST(Toml, LimitsBeforeTheParser) {
  const auto refused = [](const std::string& text, const std::string& names) {
    expect_error(Fault::input, "r.toml, line", names, [&] { (void)settings_from_toml(text, "r.toml"); });
  };
  // Each of these would overflow the stack.
  std::string key = "a";
  for (int i = 0; i < 300000; ++i) key += ".a";
  refused(key + " = 1", "more than 32 parts");
  refused("[" + key + "]\nb = 1", "more than 32 parts");
  std::string quoted = "'a'";
  for (int i = 0; i < 300000; ++i) quoted += " . \"a\"";
  refused(quoted + " = 1", "more than 32 parts");
  refused("a = " + std::string(300000, '['), "more than 32 brackets");
  std::string tables = "a = ";
  for (int i = 0; i < 300000; ++i) tables += "{a=";
  refused(tables, "more than 32 brackets");
  // A quote in front of the closing three opens no string that would hide the key.
  for (const std::string quote : {"\"", "'"}) {
    const std::string three = quote + quote + quote;
    for (const std::string& more : {quote, quote + quote})
      refused("x = [" + three + "a" + more + three + ", {" + key + " = 1}]", "more than 32 parts");
  }
  refused("a = \"\\\x1b\"", "control character 0x1b");
  refused("b = 1\na\x01 = 1", "control character 0x01");
  refused("a = \"\x1b\"", "control character 0x1b");
  // toml++ 3.3 has no defined behaviour for these.
  refused("[\xf3\xbf\xb7]\na = 1", "not ASCII");
  refused("a = 1\xef\xbb\xbf", "not ASCII");
  expect_error(Fault::input, "r.toml", "no TOML", [] { (void)settings_from_toml("[:]\na = 1", "r.toml"); });
  EXPECT_EQ(settings_from_toml("\xef\xbb\xbf"
                               "a = 1  # \xc3\xa9",
                               "x")
                .at("")
                .size(),
            1u);
  // What looks like them inside of strings and comments is none.
  const std::string dots =
      "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p";
  const std::string brackets(40, '[');
  const std::string text = "x = [0.5, 1.5]  # " + dots + brackets + "\ny = \"" + dots + brackets +
                           " \\\"\"\nz = '" + dots + brackets + "'\nw = \"\"\"" + dots + "\n" + brackets +
                           "\"\"\"\n";
  EXPECT_EQ(settings_from_toml(text, "x").at("").size(), 4u);
}

TEST(Toml, AnyTextStaysReadable) {
  Settings settings;
  settings["a"]["name"] = std::string("it's \x01 \x7f \t \"q\" \\ \xc3\xa9 \n");
  EXPECT_EQ(settings_from_toml(to_toml(settings), "x"), settings);
  settings["a"]["name"] = std::string("no UTF-8: \xff\xfe");
  EXPECT_EQ(std::get<std::string>(settings_from_toml(to_toml(settings), "x")["a"]["name"]),
            "no UTF-8: \xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace spinflow::io

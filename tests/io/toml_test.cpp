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
               [] { (void)settings_from_toml("[a]\n[a.b]\nc = 1", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 1", "mixes",
               [] { (void)settings_from_toml("a = [1, 'x']", "r.toml"); });
  expect_error(Fault::input, "r.toml, line 1", "neither",
               [] { (void)settings_from_toml("a = [[1]]", "r.toml"); });
}

}  // namespace
}  // namespace spinflow::io

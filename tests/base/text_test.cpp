// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::base {
namespace {

TEST(Text, KnowsUtf8) {
  // The examples of RFC 3629, the limits of every length, and what is no UTF-8.
  EXPECT_EQ(utf8_length("A\xe2\x89\xa2"), 1u);
  EXPECT_EQ(utf8_length("\xe2\x89\xa2\xce\x91"), 3u);
  EXPECT_EQ(utf8_length("\xf0\xa3\x8e\xb4"), 4u);
  EXPECT_EQ(utf8_length("\xc2\x80"), 2u);
  EXPECT_EQ(utf8_length("\xf4\x8f\xbf\xbf"), 4u);
  for (const char* bad : {"", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xff", "\xe2\x89", "\xe2\x89z"})
    EXPECT_EQ(utf8_length(bad), 0u) << bad;
}

TEST(Text, WhatTerminalsObeyIsNotShown) {
  EXPECT_EQ(printable("T_c = 2.27 \xc2\xb1 0.01 \xe2\x88\x9e"), "T_c = 2.27 \xc2\xb1 0.01 \xe2\x88\x9e");
  EXPECT_EQ(printable("a\x1b[31mb\x7f\n\xc2\x9b"
                      "c\xff"),
            "a?[31mb???c?");
}

TEST(Text, AShellReadsTheWordBack) {
  const std::vector<std::string> words = {
      "spins.h5", "",       "two words", "it's",         "$(touch x)`touch y`",
      "a\\b",     "\x1b[m", "new\nline", "caf\xc3\xa9",  "caf\xe9",
      "'",        "\"",     "!!",        "'\x01'\\\x02", "-K=1,2:3"};
  std::string line = "printf '%s\\0'";
  std::string expected;
  for (const auto& word : words) {
    line += " " + shell_quoted(word);
    expected += word + '\0';
  }
  const spinflow::testing::TemporaryFolder folder;
  io::write_text(folder.path() / "line.sh", line + "\n");
  ASSERT_EQ(
      std::system(("bash " + (folder.path() / "line.sh").string() + " > " + (folder.path() / "out").string())
                      .c_str()),
      0);
  EXPECT_EQ(io::read_text(folder.path() / "out"), expected);
  EXPECT_EQ(shell_quoted("0:6:0.25"), "0:6:0.25");
  EXPECT_EQ(shell_quoted("it's"), R"('it'\''s')");
}

}  // namespace
}  // namespace spinflow::base

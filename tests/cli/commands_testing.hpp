// SPDX-License-Identifier: Apache-2.0
// Commands as a user types them, on inputs of a few spins.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {

namespace fs = std::filesystem;
using nlohmann::json;

/// The program's answer to a good command.
inline std::string answer(const std::string& arguments, const fs::path& folder) {
  const auto result = shell("$SPINFLOW " + arguments, folder);
  EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
  EXPECT_EQ(result.err, "") << arguments;
  return result.out;
}

inline json json_answer(const std::string& arguments, const fs::path& folder) {
  json parsed = json::parse(answer(arguments + " --json", folder), nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << arguments;
  return parsed;
}

inline bool is_estimate(const json& value) { return value.contains("value") && value.contains("error"); }

inline std::string bytes_of(const fs::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

/// A folder with what the workshop made, to write into.
class Commands : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"s.h5", "c.h5", "v.h5", "t.h5", "w.npy"})
      fs::copy(workshop() / name, folder_.path() / name);
  }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

/// Several runs each.
class SlowCommands : public Commands {};

}  // namespace spinflow::program_tests

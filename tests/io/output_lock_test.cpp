// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/output_lock.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

TEST(OutputLock, HoldsANameForOneAndLeavesNothing) {
  const testing::TemporaryFolder folder;
  const auto output = folder.path() / "x.h5";
  {
    const OutputLock first(output);
    const OutputLock other(folder.path() / "y.h5");
    EXPECT_EQ(testing::refusal_of([&] { const OutputLock second(output); }),
              output.string() +
                  ": another command is making it; wait for its end, stop it, or give another name with -o");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  // The file of a program that was killed locks nothing.
  std::ofstream(folder.path() / ".x.h5.lock").close();
  { const OutputLock again(output); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputLock, RemovesNobodyElsesFile) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / ".x.h5.lock") << "mine";
  { const OutputLock lock(folder.path() / "x.h5"); }
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ".x.h5.lock"));
}

}  // namespace
}  // namespace spinflow::io

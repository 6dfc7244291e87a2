// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/folder_lock.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

TEST(FolderLock, HoldsAFolderForOneAndLetsItGo) {
  const testing::TemporaryFolder folder;
  {
    const FolderLock first(folder.path());
    try {
      const FolderLock second(folder.path());
      ADD_FAILURE() << "two hold it";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      EXPECT_NE(std::string(error.what()).find("another run"), std::string::npos) << error.what();
    }
  }
  EXPECT_NO_THROW(FolderLock(folder.path()));
  EXPECT_THROW(FolderLock(folder.path() / "none"), Error);
}

}  // namespace
}  // namespace spinflow::io

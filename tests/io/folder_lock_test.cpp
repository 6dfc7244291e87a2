// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/folder_lock.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

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

TEST(FolderLock, UnfinishedFilesGoAndNothingElse) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "figures");
  std::filesystem::create_directory(folder.path() / ".folder.partial");
  const std::vector<std::string> kept = {"results.json", ".hidden", "a.partial", "figures/a.csv"};
  const std::vector<std::string> gone = {".results.json.12-3.partial", "figures/.a.csv.4-0.partial"};
  for (const auto& names : {kept, gone})
    for (const auto& name : names) std::ofstream(folder.path() / name) << "x";
  std::filesystem::create_symlink("results.json", folder.path() / ".link.partial");
  remove_unfinished(folder.path());
  for (const auto& name : kept) EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
  for (const auto& name : gone) EXPECT_FALSE(std::filesystem::exists(folder.path() / name)) << name;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ".folder.partial"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ".link.partial"));
}

}  // namespace
}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/text_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "io/io_testing.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

using testing::expect_error;

std::size_t entries_of(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST(TextFile, WritesReplacesAndLeavesNothingBehind) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  write_text(path, "one");
  write_text(path, std::string(300000, 'x') + "\n");
  EXPECT_EQ(read_text(path), std::string(300000, 'x') + "\n");
  write_text(path, "");
  EXPECT_EQ(read_text(path), "");
  EXPECT_EQ(entries_of(folder.path()), 1u);
}

TEST(TextFile, HasThePermissionsOfAnOrdinaryFile) {
  const testing::TemporaryFolder folder;
  const mode_t before = umask(022);
  write_text(folder.path() / "a.txt", "one");
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat((folder.path() / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0644u);
}

TEST(TextFile, RefusesWhatCannotBeRead) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  write_text(path, "12345");
  EXPECT_EQ(read_text(path, 5), "12345");
  expect_error(Fault::input, path.string(), "more than 4 bytes", [&] { (void)read_text(path, 4); });
  expect_error(Fault::input, folder.path().string(), "folder", [&] { (void)read_text(folder.path()); });
  const auto missing = folder.path() / "none";
  expect_error(Fault::input, missing.string(), "no such file", [&] { (void)read_text(missing); });
  expect_error(Fault::input, "/dev/zero", "no regular file", [] { (void)read_text("/dev/zero"); });
  expect_error(Fault::input, path.string(), "no such file", [&] { (void)read_text(path / "below"); });
}

TEST(TextFile, MissingFolderIsAFailureOfTheWrite) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "none" / "a.txt";
  expect_error(Fault::failure, path.string(), "No such file", [&] { write_text(path, "one"); });
}

TEST(CheckOutput, SaysWhatIsWrongBeforeWorkStarts) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  EXPECT_NO_THROW(check_output(path, false));
  write_text(path, "one");
  expect_error(Fault::input, path.string(), "exists already", [&] { check_output(path, false); });
  EXPECT_NO_THROW(check_output(path, true));
  expect_error(Fault::input, folder.path().string(), "folder", [&] { check_output(folder.path(), true); });
  expect_error(Fault::input, (folder.path() / "b/c").string(), "no folder",
               [&] { check_output(folder.path() / "b/c", true); });
  // Renaming over a device would replace it.
  expect_error(Fault::input, "/dev/null", "no regular file", [] { check_output("/dev/null", true); });
  expect_error(Fault::input, "output", "no file name", [] { check_output("", true); });
  expect_error(Fault::input, "/proc/a.txt", "its file system takes none); choose another folder",
               [] { check_output("/proc/a.txt", false); });
  expect_error(Fault::input, (path / "b").string(), "a.txt' is no folder; choose another folder",
               [&] { check_output(path / "b", false); });
  expect_error(Fault::input, folder.path().string(), "too long for a file; give a shorter one",
               [&] { check_output(folder.path() / std::string(300, 'x'), false); });
  EXPECT_EQ(entries_of(folder.path()), 1u);
  if (geteuid() == 0) return;  // root may write anywhere
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  expect_error(Fault::input, (folder.path() / "n").string(), "no file can be made in its folder",
               [&] { check_output(folder.path() / "n", false); });
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace spinflow::io

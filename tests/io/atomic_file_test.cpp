// SPDX-License-Identifier: Apache-2.0
// What becomes of a file that has the output's name.
#include <sys/stat.h>
#include <unistd.h>

#include "io/io_testing.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::io {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mode & 07777u;
}

TEST(AtomicFile, AReplacedFileKeepsItsPermissions) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  write_text(path, "one");
  for (const unsigned mode : {0600u, 0640u, 0444u, 0755u}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    write_text(path, "two");
    EXPECT_EQ(mode_of(path), mode);
    Hdf5Writer(path).commit();
    EXPECT_EQ(mode_of(path), mode);
  }
  // What is to be private is private while it is written too.
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  const Hdf5Writer writer(path);
  for (const auto& entry : fs::directory_iterator(folder.path())) EXPECT_EQ(mode_of(entry), 0600u) << entry;
}

TEST(AtomicFile, AFileThatAppearsMeanwhileIsKeptIfItIsToBe) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "x.h5";
  Hdf5Writer writer(path, Existing::kept);
  write_text(path, "mine");
  expect_error(Fault::failure, path.string(), "in the meantime", [&] { writer.commit(); });
  EXPECT_EQ(read_text(path), "mine");
}

TEST(AtomicFile, OfTwoWritersOfOneNameTheFirstWins) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "x.h5";
  {
    Hdf5Writer one(path, Existing::kept);
    Hdf5Writer two(path, Existing::kept);
    two.commit();
    EXPECT_TRUE(any_published());
    expect_error(Fault::failure, path.string(), "in the meantime", [&] { one.commit(); });
  }
  EXPECT_EQ(entries(folder.path()), 1u);
  EXPECT_NO_THROW(Hdf5Reader{path});
}

/// The user wants to stop.
class Stopping final : public base::Observer {
 public:
  void advance(std::uint64_t) override { throw Error(Fault::interrupted, "stop"); }
};

TEST(AtomicFile, NothingIsPutInItsPlaceAfterAStop) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  Stopping observer;
  const base::StopScope scope(observer);
  EXPECT_THROW(write_text(path, "one"), Error);
  EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(AtomicFile, ASignalHandlerCanRemoveWhatIsUnfinished) {
  const testing::TemporaryFolder folder;
  // In a process of its own, in which nothing is written afterwards.
  EXPECT_EXIT(
      {
        write_text(folder.path() / "done.txt", "one");
        const Hdf5Writer one(folder.path() / "x.h5");
        const Hdf5Writer two(folder.path() / "y.h5");
        remove_unfinished_files();
        _exit(entries(folder.path()) == 1 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
  EXPECT_TRUE(fs::exists(folder.path() / "done.txt"));
}

TEST(CheckOutput, RefusesALinkToNothing) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "link";
  fs::create_symlink("none", path);
  for (const bool force : {false, true})
    expect_error(Fault::input, path.string(), "link", [&] { check_output(path, force); });
}

}  // namespace
}  // namespace spinflow::io

// SPDX-License-Identifier: Apache-2.0
// docs/formats.md: files that another program writes as it says.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cli/cli_testing.hpp"
#include "io/io_testing.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::program_tests {
namespace {

TEST(Formats, FilesWrittenAsTheDocsSayAreTaken) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), io::read_text(SPINFLOW_SOURCE "/examples/write_files.py")), 0);
  const auto measured = shell("$SPINFLOW measure mine.h5 --json", folder.path());
  EXPECT_EQ(measured.status, 0) << measured.err;
  EXPECT_NE(measured.out.find("\"abs_magnetization\""), std::string::npos);
  const auto flow = shell("$SPINFLOW flow rbm.h5 --start mine.h5 --steps 2 -o f.h5", folder.path());
  EXPECT_EQ(flow.status, 0) << flow.err;
  for (const std::string name : {"mine", "rbm", "f"})
    EXPECT_EQ(shell("$SPINFLOW inspect " + name + ".h5", folder.path()).status, 0) << name;
}

TEST(Formats, TheDocsShowTheScriptThatIsTested) {
  const std::string script = io::read_text(SPINFLOW_SOURCE "/examples/write_files.py");
  const std::string code = script.substr(script.find("import h5py"));
  EXPECT_NE(io::read_text(SPINFLOW_SOURCE "/docs/formats.md").find(code), std::string::npos);
}

}  // namespace
}  // namespace spinflow::program_tests

// SPDX-License-Identifier: Apache-2.0
// Names and texts from elsewhere: what is recorded can be read and pasted, what is shown cannot steer a
// terminal, and links lead nowhere.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cli/cli_testing.hpp"
#include "io/io_testing.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

TEST(HostileNames, RecordedCommandsCanBePasted) {
  const testing::TemporaryFolder folder;
  // The name asks a shell that pastes it unquoted to make a file.
  const std::string sample =
      "$SPINFLOW sample ising-square -L 4 -T 1 -n 4 --force -o \"it's;touch pwned;'.h5\"";
  ASSERT_EQ(shell(sample, folder.path()).status, 0);
  const auto record = shell("$SPINFLOW inspect --json \"it's;touch pwned;'.h5\"", folder.path());
  ASSERT_EQ(record.status, 0) << record.err;
  const std::string line = R"(spinflow sample ising-square -L 4 -T 1 -n 4 -o 'it'\''s;touch pwned;'\''.h5')";
  std::string quoted;  // as JSON has it
  for (const char c : line) (quoted += c == '\\' ? "\\" : "") += c;
  EXPECT_NE(record.out.find(quoted), std::string::npos) << record.out;
  ASSERT_EQ(shell("rm *.h5; spinflow() { $SPINFLOW \"$@\"; }; " + line, folder.path()).status, 0);
  EXPECT_EQ(content_of(folder.path()),
            std::set<std::string>{(folder.path() / "it's;touch pwned;'.h5").string()});
}

TEST(HostileNames, AnswersStayReadableWhateverTheFilesAreCalled) {
  const testing::TemporaryFolder folder;
  for (const std::string name : {"v\\033[31m\\377.h5", "v \"q\" \\\\ \\001.h5", "caf\\303\\251.h5"}) {
    const std::string made =
        "f=$(printf '" + name + "'); cp '" + (workshop() / "v.h5").string() + "' \"$f\"; ";
    const auto result = shell(made + "$SPINFLOW analyze weights \"$f\" -o answer --force", folder.path());
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out.find('\033'), std::string::npos);
    const fs::path recipe = folder.path() / "answer" / "recipe.toml";
    EXPECT_NO_THROW((void)io::settings_from_toml(io::read_text(recipe), recipe.string())) << name;
    EXPECT_EQ(shell("$SPINFLOW report answer", folder.path()).status, 0) << name;
  }
}

TEST(HostileNames, AKeyOrAFigureThatIsNestedDeeplyIsRefused) {
  const testing::TemporaryFolder folder;
  const auto result =
      shell("$SPINFLOW analyze weights '" + (workshop() / "v.h5").string() +
                "' -o answer && (printf '{\"a\":'; head -c 200000 /dev/zero | tr '\\0' '['; head -c 200000 "
                "/dev/zero | tr "
                "'\\0' ']'; printf '}') > answer/figures/deep.vl.json; $SPINFLOW report answer",
            folder.path());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("no Vega-Lite specification"), std::string::npos) << result.err;
  const auto recipe = shell(
      "(head -c 600000 /dev/zero | sed 's/\\x00/a./g'; echo 'a = 1') > deep.toml; $SPINFLOW critical "
      "--recipe deep.toml",
      folder.path());
  EXPECT_EQ(recipe.status, 2);
  EXPECT_NE(recipe.err.find("more than 32 parts"), std::string::npos) << recipe.err;
}

TEST(HostileNames, AReportSaysWhatTheFolderLacks) {
  const testing::TemporaryFolder folder;
  const auto result = shell("$SPINFLOW analyze weights '" + (workshop() / "v.h5").string() +
                                "' -o answer > ignored && rm -r answer/figures && $SPINFLOW report answer",
                            folder.path());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("it lacks the folder figures/"), std::string::npos) << result.err;
}

TEST(HostileNames, SpinsInOtherFormatsGetTheWordHowTheyComeIn) {
  const testing::TemporaryFolder folder;
  io::write_text(folder.path() / "a.txt", "1 -1 1 1\n");
  io::write_text(folder.path() / "a.csv", "1,-1,1,1\n");
  io::write_text(folder.path() / "a.xyz", "1,-1,1,1\n");
  io::write_text(folder.path() / "a.npz", "PK\x03\x04 and so on");
  io::write_text(folder.path() / "a.pt", "PK\x03\x04 and so on");
  expect_refused({{"measure a.txt", "(-L)"},
                  {"measure a.csv", "(-L)"},
                  {"train rbm a.npz -o x.h5", "numpy.save"},
                  {"train classifier a.csv -o x.h5", "(-L)"},
                  {"measure a.xyz", "numpy.save"},
                  {"flow decimation --start a.pt", "numpy.save"}},
                 folder.path());
}

TEST(HostileNames, AFileThatAnotherProgramHasOpenIsNotCalledDamaged) {
  if (!testing::have_h5py()) GTEST_SKIP() << "no h5py in /usr/bin/python3";
  const testing::TemporaryFolder folder;
  ASSERT_EQ(testing::run_python(folder.path(), R"(
import h5py, os
f = h5py.File("open.h5", "w", libver="latest")
f["spins"] = [1, -1]
f.flush()
os._exit(0)
)"),
            0);
  const auto result = shell("$SPINFLOW measure open.h5", folder.path());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("h5clear -s"), std::string::npos) << result.err;
}

/// `pieces`: a pattern of files that the recipe keeps.
void expect_parts_not_believed(const std::string& recipe, const std::string& pieces) {
  const testing::TemporaryFolder folder;
  const std::string run = "$SPINFLOW run " + recipe + " --scale smoke -o run";
  ASSERT_EQ(shell(run, folder.path()).status, 0);
  // As if it had been stopped before its end, and its log then been replaced by a link to something precious.
  const auto linked = shell(
      "mv run/results.json whole.json; mv run/run.log .; echo precious > precious; ln -s ../precious "
      "run/run.log; " +
          run + " --resume",
      folder.path());
  EXPECT_EQ(linked.status, 2) << linked.err;
  EXPECT_EQ(io::read_text(folder.path() / "precious"), "precious\n");
  // And one of its files been damaged: it is made again, and the log tells it.
  const auto result =
      shell("mv run.log run; f=$(ls run/" + pieces +
                " | head -1); printf 'xxxx' | dd of=$f bs=1 seek=8 conv=notrunc 2> ignored; " + run +
                " --resume && cmp run/results.json whole.json && grep -c 'is made again: run/' run/run.log",
            folder.path());
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST(SlowHostileNames, PartsOfAStoppedRunAreNotBelieved) {
  expect_parts_not_believed("gong-xia", "depth*.json");
}

TEST(SlowHostileNames, BinaryPartsOfAStoppedRunAreNotBelieved) {
  expect_parts_not_believed("iso2018", "*.h5");
}

}  // namespace
}  // namespace spinflow::program_tests

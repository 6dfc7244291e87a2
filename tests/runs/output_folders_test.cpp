// SPDX-License-Identifier: Apache-2.0
// Is this folder ours?
#include "runs/output_folders.hpp"

#include <gtest/gtest.h>

#include "io/io_testing.hpp"
#include "runs/soup.hpp"
#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

/// A finished result of that recipe or kind of answer.
void write(const fs::path& folder, const std::string& name) {
  fs::create_directories(folder / "figures");
  io::write_text(folder / "recipe.toml", "[recipe]\nname = \"" + name + "\"\n");
  io::write_text(folder / "results.json", results::to_json({.recipe = name, .scale = "", .seed = 1}));
  io::write_text(folder / "figures" / "one.csv", "a\n");
}

TEST(OutputFolders, KnowRunsFromAnswersAndFromWhatIsNotTheirs) {
  const testing::TemporaryFolder temporary;
  const fs::path run = temporary.path() / "run";
  const fs::path answer = temporary.path() / "answer";
  write(run, "soup");
  write(answer, "compare");
  EXPECT_TRUE(folders().holds_run(run));
  EXPECT_FALSE(folders().holds_run(answer));
  EXPECT_TRUE(folders().holds_results_of(answer, {"compare"}));
  EXPECT_FALSE(folders().is_free(run));
  EXPECT_EQ(folders().what_holds(answer), "it holds something else: a result of 'compare'");
  EXPECT_TRUE(folders().contents_of(run).foreign.empty());
  io::write_text(run / "figures" / "notes.txt", "mine");
  ASSERT_EQ(folders().contents_of(run).foreign.size(), 1u);
  expect_error(Fault::input, run.string(), "notes.txt",
               [&] { folders().expect_replaceable(run, {"soup"}, true); });
  folders().remove_contents(run);
  EXPECT_TRUE(fs::exists(run / "figures" / "notes.txt"));
  EXPECT_FALSE(fs::exists(run / "recipe.toml"));
}

TEST(OutputFolders, SayWhyAFolderMayNotBeReplaced) {
  const testing::TemporaryFolder temporary;
  const fs::path run = temporary.path() / "run";
  write(run, "soup");
  folders().expect_replaceable(temporary.path() / "new", {"soup"}, false);
  folders().expect_replaceable(run, {"soup"}, true);
  expect_error(Fault::input, run.string(), "it holds an earlier result",
               [&] { folders().expect_replaceable(run, {"soup"}, false); });
  expect_error(Fault::input, run.string(), "a result of 'soup'",
               [&] { folders().expect_replaceable(run, {"stew"}, true); });
  io::write_text(run / "INCOMPLETE", "");
  expect_error(Fault::input, run.string(), "--resume",
               [&] { folders().expect_replaceable(run, {"soup"}, false); });
  // What a run leaves that is killed at its very start is nobody's.
  const fs::path begun = temporary.path() / "begun";
  fs::create_directory(begun);
  io::write_text(begun / "INCOMPLETE", "");
  io::write_text(begun / "run.log", "");
  EXPECT_TRUE(folders().is_free(begun));
  EXPECT_TRUE(folders().has_no_pieces(begun));
  folders().expect_replaceable(begun, {"soup"}, false);
}

}  // namespace
}  // namespace spinflow::runs

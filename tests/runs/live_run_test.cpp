// SPDX-License-Identifier: Apache-2.0
// The life of a run in its folder, and how a new one takes the place of an old one.
#include "runs/live_run.hpp"

#include <gtest/gtest.h>

#include "io/io_testing.hpp"
#include "runs/output_folders.hpp"
#include "runs/soup.hpp"
#include "runs/work_folder.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

const std::string recipe = "[recipe]\nname = \"soup\"\n";

/// A run that ends in `value`.
void cook(const fs::path& folder, double value) {
  LiveRun run(folder, LiveRun::Start::fresh, base::silent());
  run.describe(recipe);
  run.mark("spinflow run");
  results::Results results{.recipe = "soup", .scale = "", .seed = 1};
  results.values["salt"].value = value;
  run.finish(results, {});
}

TEST(LiveRun, IsUnfinishedFromItsRecipeToItsEnd) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "a" / "run";
  io::make_folder(folder);
  testing::put_bytes(folder / ".x.h5.1-2.partial", "of a killed process");
  {
    LiveRun run(folder, LiveRun::Start::fresh, base::silent());
    EXPECT_FALSE(fs::exists(folder / ".x.h5.1-2.partial"));
    EXPECT_FALSE(is_unfinished(folder)) << "nobody's yet";
    expect_error(Fault::input, folder.string(), "",
                 [&] { const LiveRun other(folder, LiveRun::Start::resumed, base::silent()); });
    run.describe(recipe);
    EXPECT_TRUE(is_unfinished(folder)) << "killed before the mark";
    run.mark("spinflow run");
    EXPECT_EQ(testing::bytes_of(folder / "INCOMPLETE"),
              "This run has not finished; `spinflow run` with --resume goes on.\nBegun by " +
                  std::string(base::software()) + ".\n");
    run.log().note("stirred");
  }
  EXPECT_TRUE(is_unfinished(folder));
  expect_error(Fault::input, folder.string(), "has not finished",
               [&] { (void)folders().finished_results(folder); });
  LiveRun run(folder, LiveRun::Start::resumed, base::silent());
  run.finish({.recipe = "soup", .scale = "", .seed = 3}, {});
  EXPECT_FALSE(is_unfinished(folder));
  EXPECT_EQ(folders().finished_results(folder).seed, 3u);
  const auto log = testing::bytes_of(folder / "run.log");
  EXPECT_NE(log.find("stirred"), std::string::npos);
  EXPECT_NE(log.find("finished in"), std::string::npos);
}

TEST(LiveRun, ThatSeveralJoinIsBegunAndFinishedOnce) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  int pages = 0;
  const auto page = [&](const fs::path&) { ++pages; };
  const results::Results soup{.recipe = "soup", .scale = "", .seed = 3};
  using Start = LiveRun::Start;
  {
    LiveRun first(folder, Start::joined, base::silent());
    LiveRun second(folder, Start::joined, base::silent());
    ASSERT_NE(first.claims(), nullptr);
    expect_error(Fault::input, folder.string(), "another run is at work there",
                 [&] { const LiveRun alone(folder, Start::resumed, base::silent()); });
    first.describe(recipe);
    first.mark("spinflow run");
    testing::put_bytes(folder / ".x.h5.1-2.partial", "of another process, which is writing it");
    const LiveRun third(folder, Start::joined, base::silent());
    EXPECT_TRUE(fs::exists(folder / ".x.h5.1-2.partial"));
    first.finish(soup, page);
    second.finish(soup, page);
  }
  EXPECT_EQ(pages, 1);
  EXPECT_FALSE(is_unfinished(folder));
  EXPECT_FALSE(fs::exists(folder / "claims"));
  EXPECT_EQ(folders().finished_results(folder).seed, 3u);
}

TEST(LiveRun, WhoeverJoinsLateNeitherRenamesNorReopensTheRun) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  LiveRun late(folder, LiveRun::Start::joined, base::silent());
  {
    LiveRun first(folder, LiveRun::Start::joined, base::silent());
    first.describe(recipe);
    first.mark("spinflow run");
    late.describe("[recipe]\nname = \"stew\"\n");
    EXPECT_EQ(testing::bytes_of(folder / "recipe.toml"), recipe);
    first.finish({.recipe = "soup", .scale = "", .seed = 3}, {});
  }
  late.mark("spinflow run");
  EXPECT_FALSE(is_unfinished(folder));
}

TEST(LiveRun, IsNotJoinedByAnotherVersion) {
  const testing::TemporaryFolder folder;
  testing::put_bytes(folder.path() / "INCOMPLETE", "It goes on.\nBegun by spinflow 0.0.9.\n");
  expect_error(Fault::input, folder.path().string(), "spinflow 0.0.9 has begun the run there",
               [&] { const LiveRun run(folder.path(), LiveRun::Start::joined, base::silent()); });
}

TEST(WorkFolder, IsJoinedByAnyNumberAndRemovesNothing) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  {
    const auto work = WorkFolder::for_joined(folders(), folder, {"soup"});
    LiveRun run(work->place(), LiveRun::Start::joined, base::silent());
    const auto claim = run.claims()->take("plan");
    EXPECT_TRUE(folders().is_free(folder)) << "claims alone are no run";
    const auto other = WorkFolder::for_joined(folders(), folder, {"soup"});
    other->refuse(true);
  }
  EXPECT_TRUE(fs::exists(folder));
  cook(folder, 1);
  EXPECT_EQ(WorkFolder::for_joined(folders(), folder, {"soup"})->place(), folder);
  fs::create_directory(folder / "unfinished");
  expect_error(Fault::input, folder.string(), "one process is replacing the run",
               [&] { (void)WorkFolder::for_joined(folders(), folder, {"soup"}); });
  const fs::path foreign = temporary.path() / "photos";
  fs::create_directory(foreign);
  testing::put_bytes(foreign / "cat.jpg", "cat");
  expect_error(Fault::input, foreign.string(), "something else",
               [&] { (void)WorkFolder::for_joined(folders(), foreign, {"soup"}); });
}

TEST(WorkFolder, KeepsTheOldResultUntilTheNewOneIsComplete) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  cook(folder, 1);
  const auto salt = [&] { return folders().finished_results(folder).values.at("salt").value; };
  {
    const auto work = WorkFolder::for_run(folders(), folder, {"soup"}, false, true);
    EXPECT_EQ(work->place(), folder / "unfinished");
    cook(work->place(), 2);
    EXPECT_EQ(salt(), 1);
    work->complete();
  }
  EXPECT_EQ(salt(), 2);
  EXPECT_FALSE(fs::exists(folder / "unfinished"));
  // A process that was killed during the exchange: the next one finishes it.
  cook(folder / "complete", 3);
  WorkFolder::finish_exchange(folders(), folder);
  EXPECT_EQ(salt(), 3);
  EXPECT_FALSE(fs::exists(folder / "complete"));
}

TEST(WorkFolder, ARefusedRunLeavesNothingAndAnInterruptedOneGoesOn) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "deep" / "run";
  {
    const auto work = WorkFolder::for_run(folders(), folder, {"soup"}, false, false);
    EXPECT_EQ(work->place(), folder);
    LiveRun run(work->place(), LiveRun::Start::fresh, base::silent());
    run.describe(recipe);
    work->refuse(true);
  }
  EXPECT_FALSE(fs::exists(folder.parent_path()));
  {
    const auto work = WorkFolder::for_run(folders(), folder, {"soup"}, false, true);
    LiveRun run(work->place(), LiveRun::Start::fresh, base::silent());
    run.describe(recipe);
    results::Results piece{.recipe = "soup", .scale = "", .seed = 1};
    io::write_text(work->place() / "piece.json", results::to_json(piece));
  }
  const auto work = WorkFolder::for_run(folders(), folder, {"soup"}, true, false);
  EXPECT_TRUE(work->resumes());
  EXPECT_TRUE(fs::exists(folder / "piece.json"));
}

}  // namespace
}  // namespace spinflow::runs

// SPDX-License-Identifier: Apache-2.0
// Who makes which piece of a run that several processes fill.
#include "runs/claims.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>

#include "io/io_testing.hpp"
#include "runs/pieces.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/text_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A claim's text with another value in one line.
std::string changed(std::string text, const std::string& key, const std::string& value) {
  const auto at = text.find(key + " = ");
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, text.find('\n', at) - at, key + " = " + value);
}

TEST(Claims, OneAtATimeHoldsAPiece) {
  const testing::TemporaryFolder folder;
  Claims first(folder.path());
  Claims second(folder.path());
  auto claim = first.take("a");
  ASSERT_TRUE(claim);
  EXPECT_FALSE(first.take("a"));
  EXPECT_FALSE(second.take("a"));
  EXPECT_TRUE(second.take("b"));
  const auto holder = holder_of(first.file_of("a"));
  ASSERT_TRUE(holder);
  EXPECT_EQ(fmt::format("{}:{}", holder->host, holder->pid), process_name());
  claim.reset();
  EXPECT_FALSE(fs::exists(first.file_of("a")));
  EXPECT_TRUE(second.take("a"));
}

TEST(Claims, ThatOfAProcessThatHasEndedIsTakenOverAtOnce) {
  const testing::TemporaryFolder folder;
  Claims claims(folder.path());
  auto own = claims.take("a");
  const std::string text = testing::bytes_of(claims.file_of("a"));
  testing::put_bytes(claims.file_of("b"), changed(text, "pid", "4194304"));  // more than any process has
  EXPECT_TRUE(claims.take("b"));
  // The number is that of a living process, which started at another time.
  testing::put_bytes(claims.file_of("c"), changed(text, "started", "\"1\""));
  EXPECT_TRUE(claims.take("c"));
}

TEST(Claims, ThatOfAnotherHostLivesAsLongAsItChanges) {
  const testing::TemporaryFolder folder;
  Claims claims(folder.path(), {.beat = 5000ms, .patience = 150ms});
  auto own = claims.take("a");
  const std::string text = changed(testing::bytes_of(claims.file_of("a")), "space", "\"another machine\"");
  for (const char* beat : {"\"1\"", "\"2\"", "\"3\"", "\"4\""}) {
    testing::put_bytes(claims.file_of("b"), changed(text, "beats", beat));
    EXPECT_FALSE(claims.take("b"));
    std::this_thread::sleep_for(80ms);
  }
  std::this_thread::sleep_for(160ms);
  auto taken = claims.take("b");
  EXPECT_TRUE(taken);
  // The other one was only slow: its claim is not removed with this one.
  testing::put_bytes(claims.file_of("b"), changed(text, "beats", "\"5\""));
  taken.reset();
  EXPECT_TRUE(fs::exists(claims.file_of("b")));
}

TEST(Claims, TheHeartBeatsInEveryHeldClaim) {
  const testing::TemporaryFolder folder;
  Claims claims(folder.path(), {.beat = 10ms, .patience = 60000ms});
  const std::array held = {claims.take("a"), claims.take("b")};
  for (const char* piece : {"a", "b"}) {
    const std::string begin = testing::bytes_of(claims.file_of(piece));
    for (int i = 0; i < 500 && testing::bytes_of(claims.file_of(piece)) == begin; ++i)
      std::this_thread::sleep_for(10ms);
    const std::string now = testing::bytes_of(claims.file_of(piece));
    EXPECT_NE(now, begin);
    EXPECT_EQ(now.size(), begin.size());
  }
}

TEST(Claims, TheHeartLeavesAloneWhatAnotherProcessHasTakenOver) {
  const testing::TemporaryFolder folder;
  Claims claims(folder.path(), {.beat = 5ms, .patience = 60000ms});
  const auto own = claims.take("a");
  const std::string other =
      changed(testing::bytes_of(claims.file_of("a")), "space", "\"a machine with a much longer name\"");
  testing::put_bytes(claims.file_of("a"), other);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(testing::bytes_of(claims.file_of("a")), other);
}

TEST(Claims, WhatIsNoClaimIsSomebodysForAWhileAndIsNotRemoved) {
  const testing::TemporaryFolder folder;
  Claims claims(folder.path(), {.beat = 5000ms, .patience = 50ms});
  (void)claims.take("a");
  testing::put_bytes(claims.file_of("b"), "");
  EXPECT_FALSE(claims.take("b"));  // being written just now, perhaps
  std::this_thread::sleep_for(60ms);
  const auto claim = claims.take("b");
  EXPECT_TRUE(claim);
  testing::put_bytes(claims.file_of("notes.txt"), "mine");
  claims.remove_all();
  EXPECT_FALSE(fs::exists(claims.file_of("b")));
  EXPECT_TRUE(fs::exists(claims.file_of("notes.txt")));
}

TEST(Claims, AFolderThatIsGoneIsTold) {
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  fs::create_directory(run);
  Claims claims(run);
  fs::remove_all(run);
  testing::expect_error(Fault::failure, run.string(), "is not there any more",
                        [&] { (void)claims.take("a"); });
}

/// Pieces that are files with a text, and how often each was made.
struct Kitchen {
  explicit Kitchen(const fs::path& place) : folder(place) {}

  std::string piece(Claims* claims, const std::string& name) {
    const fs::path file = folder / name;
    return made_once(
        claims, name, file,
        [&] { return fs::exists(file) ? std::optional(io::read_text(file)) : std::nullopt; },
        [&] {
          std::this_thread::sleep_for(2ms);
          {
            const std::scoped_lock lock(mutex);
            ++made[name];
          }
          io::write_text(file, "soup of " + name);
          return "soup of " + name;
        });
  }

  fs::path folder;
  std::mutex mutex;
  std::map<std::string, int> made = {};
};

TEST(Pieces, WhatThisVersionOrMachineCannotReadIsNotDamaged) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "a";
  testing::put_bytes(file, "soup");
  const Pieces pieces{.observer = base::silent()};
  const auto piece = [&](const auto& error) {
    return pieces.kept(
        "a", file, [&]() -> int { throw error; }, [] { return 1; });
  };
  const std::string sentence = file.string() + ": it is too new";
  EXPECT_THROW((void)piece(io::VersionError(Fault::input, sentence)), io::VersionError);
  EXPECT_THROW((void)piece(base::MemoryError(Fault::input, sentence)), base::MemoryError);
  EXPECT_EQ(testing::bytes_of(file), "soup");
  EXPECT_EQ(piece(Error(Fault::input, sentence)), 1);
}

TEST(InAnyOrder, TwoThatJoinMakeEveryPieceOnceAndBothGetAll) {
  const testing::TemporaryFolder folder;
  Kitchen kitchen(folder.path());
  const auto cook = [&] {
    Claims claims(folder.path());
    // Groups of pieces, each with one that all others of the group need.
    std::array<std::array<std::string, 6>, 4> got;
    in_any_order(&claims, got.size(), false, [&](std::size_t group) {
      const std::string stock = kitchen.piece(&claims, fmt::format("stock-{}", group));
      in_any_order(&claims, got[group].size(), true, [&](std::size_t i) {
        got[group][i] = stock + kitchen.piece(&claims, fmt::format("{}-{}", group, i));
      });
    });
    for (std::size_t group = 0; group < got.size(); ++group)
      for (std::size_t i = 0; i < got[group].size(); ++i)
        EXPECT_EQ(got[group][i], fmt::format("soup of stock-{}soup of {}-{}", group, group, i));
  };
  {
    const std::jthread other(cook);
    cook();
  }
  EXPECT_EQ(kitchen.made.size(), 28u);
  for (const auto& [name, times] : kitchen.made) EXPECT_EQ(times, 1) << name;
}

TEST(InAnyOrder, APieceThatSomebodyElseMakesIsLeftForLater) {
  const testing::TemporaryFolder folder;
  Kitchen kitchen(folder.path());
  Claims other(folder.path());
  Claims claims(folder.path());
  auto claim = other.take("0");
  std::vector<std::size_t> order;
  in_any_order(&claims, 4, false, [&](std::size_t i) {
    if (i == 3) claim.reset();  // it failed, and left nothing
    (void)kitchen.piece(&claims, fmt::format("{}", i));
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{1, 2, 3, 0}));
}

TEST(InAnyOrder, WhoeverWaitsCanBeStoppedAndOtherErrorsEndAll) {
  struct Stops final : base::Observer {
    void advance(std::uint64_t) override { throw Error(Fault::interrupted, "stopped"); }
  };
  const testing::TemporaryFolder folder;
  Kitchen kitchen(folder.path());
  Claims other(folder.path());
  Claims claims(folder.path());
  const auto claim = other.take("0");
  Stops stops;
  const base::StopScope scope(stops);
  EXPECT_THROW((void)kitchen.piece(&claims, "0"), Error);
  EXPECT_THROW(in_any_order(&claims, 1, false, [&](std::size_t) { (void)kitchen.piece(&claims, "0"); }),
               Error);
  EXPECT_THROW(in_any_order(&claims, 2, false, [&](std::size_t) { throw Error(Fault::failure, "burnt"); }),
               Error);
}

TEST(Pieces, ADamagedOneIsMadeAgainAndTheLogTellsIt) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "a";
  RunLog log(folder.path() / "run.log", "", base::silent());
  const Pieces pieces{.observer = log, .log = &log};
  int made = 0;
  const auto piece = [&] {
    return pieces.kept(
        "a", file,
        [&] {
          const std::string text = io::read_text(file);
          if (text != "soup") throw input_error(file.string(), "it is spoilt", "make it again");
          return text;
        },
        [&] {
          ++made;
          io::write_text(file, "soup");
          return std::string("soup");
        });
  };
  EXPECT_EQ(piece(), "soup");
  EXPECT_EQ(piece(), "soup");
  EXPECT_EQ(made, 1);
  testing::put_bytes(file, "so");
  EXPECT_EQ(piece(), "soup");
  EXPECT_EQ(made, 2);
  const std::string text = io::read_text(folder.path() / "run.log");
  EXPECT_NE(text.find("a is made again: " + file.string() + ": it is spoilt"), std::string::npos) << text;
  ASSERT_EQ(made_pieces(text).size(), 2u);
  EXPECT_EQ(made_pieces(text).front().name, "a");
  EXPECT_GE(made_pieces("2026-12-01 15:17:51 vm:4340 rbm-V-0: made in 3.25 s\nelse: made in x s\n").size(),
            1u);
  EXPECT_EQ(made_pieces("2026-12-01 15:17:51 vm:4340 rbm-V-0: made in 3.25 s\n").front().seconds, 3.25);
}

}  // namespace
}  // namespace spinflow::runs
